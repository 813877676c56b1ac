package train

import (
	"testing"

	"optwatch/optimizers"
)

// A run that was switched says what it runs.
func TestUnsaid(t *testing.T) {
	for _, test := range []struct{ name, first, now, want string }{
		{"sgd", "sgd:lr=0.1", "sgd:lr=0.1", ""},
		{"sgd-2", "sgd:lr=0.1", "sgd:lr=0.1", ""},
		{"sgd", "sgd:lr=0.1", "adam:lr=0.001,batch=64", "adam"},
		{"sgd-12", "sgd:lr=0.1", "adam+svrg", "adam+svrg"},
		{"quick", "sgd:lr=0.1,name=quick", "sgd:lr=0.1,name=quick", ""},
		{"quick", "sgd:lr=0.1,name=quick", "adam", "adam"},
	} {
		r := &run{name: test.name, first: parsed(t, test.first), recipe: parsed(t, test.now)}
		r.pub.Recipe = r.recipe.String()
		if got := r.unsaid(); got != test.want {
			t.Errorf("%s, begun as %s, with %s: got %q, want %q", test.name, test.first, test.now, got, test.want)
		}
	}
}

func parsed(t *testing.T, recipe string) optimizers.Recipe {
	t.Helper()
	r, err := optimizers.Default().Parse(recipe)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

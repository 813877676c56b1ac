package optimizers

import (
	"maps"
	"strings"
	"testing"
)

// The texts of a part's values make the same values on a problem of another
// size and λ: n and l2 are numbers in them, and no digit is lost.
func TestTextsAreExact(t *testing.T) {
	c := Default()
	here, there := Problem{N: 777, L2: 1.0 / 3}, Problem{N: 5, L2: 2}
	svrg, adamw := c.Estimators[2], c.Rules[len(c.Rules)-1]
	v, err := svrg.Values(here, map[string]string{"batch": "n/10"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.Texts(), map[string]string{"batch": "77", "m": "77", "option": "1", "stored": "0"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	v, err = adamw.Values(here, map[string]string{"beta1": "0.1234567890123456"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := adamw.Values(there, v.Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range adamw.Params {
		if got, want := again.Real(p.Name), v.Real(p.Name); got != want {
			t.Errorf("%s: got %v, want %v", p.Name, got, want)
		}
	}
	if got := again.Real("decay"); got != 1.0/3 {
		t.Errorf("decay: got %v, want that of the first problem", got)
	}
}

func TestValuesRefuse(t *testing.T) {
	adam := Default().Rules[5]
	for _, c := range []struct{ name, text, want string }{
		{"momentum", "0.9", `adam has no setting "momentum"`},
		{"beta1", "1", "adam: beta1 must be at least 0 and at most 0.999999, got 1"},
		{"eps", "tiny", "adam: eps is a number, got"},
	} {
		if _, err := adam.Values(Problem{}, map[string]string{c.name: c.text}); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s=%s: got %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

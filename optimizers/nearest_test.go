package optimizers

import "testing"

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"sgd", "sgd", 0},
		{"SGD", "sgd", 0},
		{"sgdd", "sgd", 1},
		{"dsg", "sgd", 2},
		{"sdg", "sgd", 1},
		{"kitten", "sitting", 3}, // Levenshtein's own pair, by everybody
		{"", "adam", 4},
	} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d edits, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestHint(t *testing.T) {
	names := []string{"sgd", "adam", "adamw", "svrg", "sarah-plus"}
	for word, want := range map[string]string{
		"sgdd": "did you mean sgd? ", "adm": "did you mean adam? ", "svgr": "did you mean svrg? ", "sarahplus": "did you mean sarah-plus? ", "sara-pls": "did you mean sarah-plus? ",
		"arh":    "", // two slips in a short word
		"newton": "", "": "",
	} {
		if got := Hint(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

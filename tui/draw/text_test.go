package draw

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A number is shown whole or not at all.
func TestNumbersAreNeverCut(t *testing.T) {
	for _, test := range []struct {
		s    string
		w    int
		want string
	}{
		{"momentum", 8, "momentum"},
		{"momentum", 7, "moment…"},
		{"loss 5.2e-1 now", 9, "loss…"},
		{"loss 5.2e-1 now", 10, "loss…"},
		{"round 12 345 of", 10, "round…"},
		{"round 12 of 50", 11, "round 12 o…"},
		{"svrg:lr=0.02,m=n/2", 12, "svrg:lr=…"},
		{"12345", 3, "…"},
		{"done", 0, ""},
		{"adam:eps", 7, "adam:e…"},
	} {
		if got := Short(test.s, test.w); got != test.want {
			t.Errorf("%q in %d: got %q, want %q", test.s, test.w, got, test.want)
		}
	}
	f := Column[string]{Width: 7}
	if got := f.Place("12 345 678"); strings.ContainsAny(got, "0123456789") || len(got) != len("      …") {
		t.Errorf("a number cut in its column: %q", got)
	}
}

func TestEighths(t *testing.T) {
	for _, test := range []struct {
		share       float64
		want, ascii string
	}{{0, "", ""}, {0.125, "▌", "-"}, {0.3, "█▏", "#"}, {0.5, "██", "##"}, {0.97, "███▉", "###-"}, {1, "████", "####"}} {
		if got := Eighths(test.share, 4, false); got != test.want {
			t.Errorf("%g: %q, want %q", test.share, got, test.want)
		}
		if got := Eighths(test.share, 4, true); got != test.ascii {
			t.Errorf("%g: %q in ASCII, want %q", test.share, got, test.ascii)
		}
	}
}

// What is printed in ASCII is as wide as it was.
func TestToASCII(t *testing.T) {
	for in, want := range map[string]string{
		"─→ sgd":                      "-> sgd",
		"e\u0301te\u0301":             "ete",
		"\u0301":                      "",
		"👩\u200d👩\u200d👧 us":          "?? us",
		"✖\ufe0f.":                    "??.",
		"日本":                          "????",
		"f* ≤ 3e-13 │":                "f* <=3e-13 |",
		"n ≥ 2":                       "n >=2",
		"1 ≤\x1b[0m":                  "1 <\x1b[0m",
		"\x1b[31m─\x1b[0m":            "\x1b[31m-\x1b[0m",
		"\x1b[1mλ = 1e-3\x1b[0m \n·-": "\x1b[1ml = 1e-3\x1b[0m \n.-",
	} {
		got := ToASCII(in)
		if got != want || ansi.StringWidth(got) != ansi.StringWidth(in) {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"eval/accuracy λ":           "eval/accuracy λ",
		"a\x1b[31mred\nline\ttab":   "ared line tab",
		"\x1b]0;title\x07text":      "text",
		"a\u0085b\u009b2J":          "a b 2J",
		"left\u202ethgir\u2066 end": "leftthgir end",
		"\xff no text":              " no text",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// TestWrapKeepsTogether: no line ends amid a number or a flag.
func TestWrapKeepsTogether(t *testing.T) {
	for text, want := range map[string]string{
		"converged to 1.2e-12": "converged to\n1.2e-12",
		"or give it --run now": "or give it\n--run now",
		"a better warm-up":     "a better warm-\nup",
	} {
		if got := strings.Join(Wrap(text, 14), "\n"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// No line is longer than there is room, whatever it ends with, and nothing but blanks is
// lost between lines.
func TestWrapKeepsWithinItsColumns(t *testing.T) {
	if got := Wrap("a step at lr, which overshoots", 12); got[0] != "a step at" || got[1] != "lr, which" {
		t.Errorf("%q: a line is a column too long for its comma", got)
	}
	words := []string{"f − f*", "has", "lr, which", "columns,", "1.2e-3", "like-scale", "--run", "λ=1e-3,batch=64,", "日本", "e\u0301", "(-0.11):", "  two", "averagedfederated"}
	r := rand.New(rand.NewPCG(1, 2))
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for range 2000 {
		var text strings.Builder
		for range r.IntN(20) {
			text.WriteString(words[r.IntN(len(words))] + []string{" ", "  ", "\n", ""}[r.IntN(4)])
		}
		w := 2 + r.IntN(50)
		lines := Wrap(text.String(), w)
		for _, s := range lines {
			if ansi.StringWidth(s) > w {
				t.Fatalf("%d columns: %q of %q", w, s, text.String())
			}
		}
		if got := strings.Join(lines, ""); bare(got) != bare(text.String()) {
			t.Fatalf("%d columns: %q has become %q", w, text.String(), lines)
		}
	}
}

package serve

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{" \t\n ", nil},
		{"status", []string{"status"}},
		{" tell  sgd\tlr=0.1 ", []string{"tell", "sgd", "lr=0.1"}},
		{`tell 'my run' "a \"b\" c" d\ e ''`, []string{"tell", "my run", `a "b" c`, "d e", ""}},
		{`'a'"b"c`, []string{"abc"}},
		{"\\\x00 \x00", []string{"\x00", "\x00"}},
		{`'\'`, []string{`\`}},
	} {
		got, err := split(c.line)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q is %q, %v, want %q", c.line, got, err, c.want)
		}
	}
	for _, line := range []string{`'a`, `"a`, `a\`, `'a'"`} {
		if got, err := split(line); err == nil {
			t.Errorf("%q is %q, want an error", line, got)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, line := range []string{"tell sgd lr=0.1", `'a b' "c\"" d\ e`, `'`, "\xff\\\xff"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := split(line)
		if err != nil {
			return
		}
		again, err := split(joined(words))
		if err != nil || !slices.Equal(again, words) {
			t.Errorf("%q is %q, and again %q, %v", line, words, again, err)
		}
	})
}

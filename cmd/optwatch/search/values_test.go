package search

import (
	"slices"
	"strings"
	"testing"
)

func TestParseValues(t *testing.T) {
	for text, want := range map[string][]float64{
		"lr=1e-4:1:x3.16": {1e-4, 3.16e-4, 1e-3, 3.16e-3, 1e-2, 3.16e-2, 0.1, 0.316, 1},
		"lr=1:10:x2.15":   {1, 2.15, 4.64, 10},
		"lr=1:9:x3":       {1, 3, 9},
		"lr=2:2:x10":      {2},
		" m = 8|16 | 64":  {8, 16, 64},
	} {
		got, err := ParseValues(text)
		if err != nil || !slices.Equal(got.List, want) {
			t.Errorf("%q: got %v (%v), want %v", text, got.List, err, want)
		}
	}
}

func TestParseValuesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"lr":               "want key=low:high:xF",
		"=1:2:x2":          "want key=low:high:xF",
		"lr=":              "want key=low:high:xF",
		"lr=1:2":           "a range is low:high:xF",
		"lr=1:2:3":         "a range is low:high:xF",
		"lr=1:2:x1":        "above 1, got x1",
		"lr=2:1:x2":        "below its beginning",
		"lr=0:1:x2":        `above 0, got "0"`,
		"lr=nan:1:x2":      `above 0, got "nan"`,
		"lr=1:inf:x2":      `above 0, got "inf"`,
		"lr=1|1":           "values must rise",
		"lr=1|x":           `above 0, got "x"`,
		"lr=0x1p-4|1":      `above 0, got "0x1p-4"`,
		"lr=1|1_0":         `above 0, got "1_0"`,
		"lr=1e-9:1:x1.001": "more than 64 values",
	} {
		if _, err := ParseValues(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseValues(f *testing.F) {
	for _, s := range []string{"lr=1e-4:1:x3.16", "lr=1|2|3", "a=1:1e300:x1e200", "=", "lr=::x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseValues(text)
		if err != nil {
			return
		}
		if len(v.List) == 0 || len(v.List) > mostValues || !slices.IsSorted(v.List) || !(v.List[0] > 0) {
			t.Errorf("%q gives %v", text, v.List)
		}
	})
}

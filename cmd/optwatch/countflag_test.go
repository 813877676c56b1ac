package main

import "testing"

// TestCountFlag reads numbers as people write them, and what it writes itself.
func TestCountFlag(t *testing.T) {
	for text, want := range map[string]countFlag{
		"0": 0, "400000": 400_000, "400k": 400_000, "2.5M": 2_500_000, "1.005k": 1005, "1.001G": 1_001_000_000, "1e6": 1_000_000, "1G": 1e9, "-3": -3, "9007199254740991": 1<<53 - 1,
	} {
		var f, again countFlag
		if err := f.Set(text); err != nil || f != want {
			t.Errorf("%q: %d, %v, want %d", text, f, err, want)
		}
		if err := again.Set(f.String()); err != nil || again != f {
			t.Errorf("%q comes back as %d, %v", f.String(), again, err)
		}
	}
	for _, text := range []string{"", "many", "k", "1.5", "1 k", "NaN", "inf", "1e300", "9007199254740992", "1kk", "0x10", "1e3k"} {
		f := countFlag(7)
		if err := f.Set(text); err == nil || f != 7 {
			t.Errorf("%q is taken as %d", text, f)
		}
	}
}

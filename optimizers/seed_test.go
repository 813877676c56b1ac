package optimizers

import "testing"

// TestSeed: a seed is what its digits say, and nothing that Go's own syntax has beside them.
func TestSeed(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "7": 7, "010": 10, "08": 8, "1e3": 1000, "9007199254740992": 1 << 53} {
		if got, err := Seed(text); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "1.5", "0x10", "1_0", "0b1", "2n", "7 8", "1e16", "nan", "inf"} {
		if got, err := Seed(text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

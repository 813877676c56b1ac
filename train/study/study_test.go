package study

import "testing"

// A claim of several parts is refuted by one of them, whatever the others are,
// and is not resolved if one is not.
func TestAll(t *testing.T) {
	for _, c := range []struct {
		parts []Verdict
		want  Verdict
	}{
		{nil, Holds},
		{[]Verdict{Holds, Holds}, Holds},
		{[]Verdict{Holds, Unresolved, Holds}, Unresolved},
		{[]Verdict{Unresolved, Refuted, Holds}, Refuted},
		{[]Verdict{Pending, Refuted}, Refuted},
		{[]Verdict{Unresolved, Pending}, Pending},
		{[]Verdict{Pending, Unresolved}, Pending},
	} {
		if got := All(c.parts...); got != c.want {
			t.Errorf("%v: %s, want %s", c.parts, got, c.want)
		}
	}
}

// What is not resolved is neither among the claims that hold nor among those
// that are refuted.
func TestTally(t *testing.T) {
	one, two := Study{Claims: []Claim{{Verdict: Holds}, {Verdict: Unresolved}}}, Study{Claims: []Claim{{Verdict: Refuted}, {Verdict: Unresolved}, {}}}
	if got, want := TallyOf(one, two), (Tally{Pending: 1, Holds: 1, Refuted: 1, Unresolved: 2}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got := two.Refuted(); len(got) != 1 || got[0].Verdict != Refuted {
		t.Errorf("refuted are %+v", got)
	}
	for _, v := range Verdicts {
		if v.String() == "" || v.Sign() == "" || v.Of(2) == "" {
			t.Errorf("verdict %d has no word or no sign", v)
		}
	}
}

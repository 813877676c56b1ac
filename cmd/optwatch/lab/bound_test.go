package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestBound judges intervals inside, outside and across each kind of bound, and
// what has no interval.
func TestBound(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		b    bound
		e    estimate
		want study.Verdict
	}{
		{atLeast(1), estimate{1.2, 0.1}, study.Holds},
		{atLeast(1), estimate{1.2, 0.3}, study.Unresolved},
		{atLeast(1), estimate{0.8, 0.3}, study.Unresolved},
		{atLeast(1), estimate{0.8, 0.1}, study.Refuted},
		{atMost(1), estimate{0.8, 0.1}, study.Holds},
		{atMost(1), estimate{1.2, 0.1}, study.Refuted},
		{around(2, 0.5), estimate{1.96, 0.2}, study.Holds},
		{around(2, 0.5), estimate{1.96, 1.78}, study.Unresolved},
		{around(2, 0.5), estimate{2.7, 0.1}, study.Refuted},
		{around(2, 0.5), estimate{1.3, 0.1}, study.Refuted},
		{atLeast(1), estimate{5, nan}, study.Unresolved},
		{atLeast(1), estimate{nan, 1}, study.Unresolved},
		{atMost(1), estimate{inf, 0}, study.Refuted},
	} {
		if got := c.b.judge(c.e); got != c.want {
			t.Errorf("%+v of %+v: %s, want %s", c.b, c.e, got, c.want)
		}
	}
	for want, b := range map[string]bound{
		"an interval below 0.85": atLeast(0.85), "an interval above 0.85": atMost(0.85), "an interval outside 1.5 … 2.5": around(2, 0.5),
	} {
		if got := b.refutes("%.3g"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

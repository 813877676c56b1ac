package chart

import "optwatch/train/study/axis"

// Steady keeps a y-axis where it is while the curves on it move a little, so that
// its labels can be read: an axis that followed each value would go back and forth
// between two sets of them. The zero Steady has kept nothing yet.
type Steady struct {
	kept axis.Scale
	of   any // what it was kept for
}

// The axis moves where it does not hold what it must, with room to spare then, as a
// share of its length; or where that takes less than a share of it.
const (
	room  = 0.15
	least = 0.5
)

// Scale is the axis for what an extent wants, for as long as of is the same: the
// metric, say, and the window on it.
func (s *Steady) Scale(e Extent, curves [][]float64, of any) axis.Scale {
	want := e.Scale(curves)
	k := s.kept
	switch {
	case s.of != of || k.Log != want.Log:
		s.kept = want
	case want.Lo >= k.Lo && want.Hi <= k.Hi && want.Hi-want.Lo >= least*(k.Hi-k.Lo):
	default:
		lo, hi := want.Lo, want.Hi
		if by := room * (hi - lo); lo < k.Lo {
			if want.Lo -= by; lo >= 0 && !e.Log {
				want.Lo = max(0, want.Lo)
			}
		} else if hi > k.Hi {
			want.Hi += by
		}
		s.kept = e.rounded(want)
	}
	s.of = of
	return s.kept
}

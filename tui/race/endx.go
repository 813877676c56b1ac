package race

import (
	"math"

	"optwatch/train/study/axis"
)

// strides are where the x-axis of a recording may end, between powers of ten.
var strides = [...]float64{1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}

// endX is where the x-axis ends for curves that end at hi. A recording may be
// played so fast that an axis which follows closely would never stand still: its
// ends are further apart, and over time it is as long as the whole. At the end
// of the recording the axis is as it was when that was made.
func (s *sight) endX(hi float64) float64 {
	b := s.Snap.Playback
	if b == nil || s.Snap.Elapsed >= b.Length || !(hi > 0) {
		return axis.RoundUp(hi)
	}
	if s.over().Clock {
		return axis.RoundUp(max(hi, b.Length.Seconds()))
	}
	power := math.Pow(10, math.Floor(math.Log10(hi)))
	for _, k := range strides {
		if hi <= k*power*(1+1e-9) {
			return k * power
		}
	}
	return axis.RoundUp(hi)
}

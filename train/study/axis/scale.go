package axis

import "math"

// Scale maps values to an axis. Its ends are in the coordinates of the axis:
// decimal logarithms on a log axis.
type Scale struct {
	Lo, Hi float64
	Log    bool
}

// Of is the coordinate of a value; NaN if it has none.
func (s Scale) Of(v float64) float64 {
	switch {
	case math.IsNaN(v), math.IsInf(v, 0), s.Log && v <= 0:
		return math.NaN()
	case s.Log:
		return math.Log10(v)
	}
	return v
}

// Value is the value at a coordinate.
func (s Scale) Value(c float64) float64 {
	if s.Log {
		return math.Pow(10, c)
	}
	return c
}

// Cell is where a coordinate lies among n cells, as a fraction of cells.
func (s Scale) Cell(c float64, n int) float64 {
	return (c - s.Lo) / (s.Hi - s.Lo) * float64(n-1)
}

// Huge is beyond what a linear axis can show beside anything else: a
// divergence, which would flatten all other curves.
const Huge = 1e12

// Rounded is the scale with its ends moved out to round values, so that they
// stay where they are while curves grow. A linear one is at least so long, and
// ends at most where its values do: 100 for what is a share; 0 for no such end.
func (s Scale) Rounded(least, most float64) Scale {
	if s.Log {
		s.Lo, s.Hi = FloorDecade(s.Lo), CeilDecade(s.Hi)
		if s.Hi-s.Lo < 0.3 {
			s.Lo, s.Hi = s.Lo-0.3, s.Hi+0.3
		}
		return s
	}
	return s.Widen(max(s.Hi-s.Lo, least, 1e-9, 1e-6*max(math.Abs(s.Lo), math.Abs(s.Hi))), most)
}

// Widen rounds the ends of a linear scale outwards, so that they move in
// strides, and by more where they are closer than span. Where no value is
// negative it begins at 0 or above; it ends at most at most, if that is not 0.
func (s Scale) Widen(span, most float64) Scale {
	stride := RoundStep(span / 10)
	positive := s.Lo >= 0
	s.Lo, s.Hi = stride*math.Floor(s.Lo/stride), stride*math.Ceil(s.Hi/stride)
	if lack := math.Round((span - (s.Hi - s.Lo)) / stride); lack > 0 {
		above := math.Floor(lack / 4) // the way there lies below
		s.Lo, s.Hi = s.Lo-stride*(lack-above), s.Hi+stride*above
	}
	if positive {
		s.Lo = max(s.Lo, 0)
	}
	if most != 0 {
		s.Hi = min(s.Hi, most)
	}
	return s
}

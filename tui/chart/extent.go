package chart

import (
	"math"
	"slices"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// Extent says what a y-axis must show of curves.
type Extent struct {
	Log bool
	// better is the end of a linear axis that matters once the beginning is over:
	// +1 the upper, −1 the lower. The other end leaves out the transient of the
	// first points. 0 shows all.
	Better int
	Least  float64 // the shortest range of a linear axis that is not all noise
	Most   float64 // the largest value there can be, 100 for a percentage; 0 if there is none
}

// Scale is the axis for curves of coordinates. A log axis holds all of them.
func (e Extent) Scale(curves [][]float64) axis.Scale {
	s := axis.Scale{Lo: math.Inf(1), Hi: math.Inf(-1), Log: e.Log}
	for _, c := range curves {
		lo, hi := Interesting(c, e.Better, e.Log)
		s.Lo, s.Hi = min(s.Lo, lo), max(s.Hi, hi)
	}
	if s.Lo > s.Hi {
		s.Lo, s.Hi = 0, 1
	}
	return s.Rounded(e.Least, e.Most)
}

// Interesting is the range of a curve that an axis must show.
func Interesting(c []float64, interest int, log bool) (lo, hi float64) {
	v := make([]float64, 0, len(c))
	for _, y := range c {
		if draw.Known(y) && math.Abs(y) < axis.Huge {
			v = append(v, y)
		}
	}
	if len(v) == 0 {
		return math.Inf(1), math.Inf(-1)
	}
	slices.Sort(v)
	lo, hi = v[0], v[len(v)-1]
	if cut := len(v) / 8; !log && interest != 0 && cut > 0 {
		if interest > 0 {
			lo = v[cut]
		} else {
			hi = v[len(v)-1-cut]
		}
	}
	return lo, hi
}

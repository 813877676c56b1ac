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
	// Better is the end of a linear axis that matters once the beginning is over:
	// +1 the upper, −1 the lower. The other end leaves out the transient of the
	// first points. 0 knows of no such end, and leaves out at both what would
	// flatten all else; so does a log axis at the end that is not the better one.
	Better int
	Begins float64 // the share of a curve that its beginning takes; 0 for an eighth
	Least  float64 // the shortest range of a linear axis that is not all noise
	Most   float64 // the largest value there can be, 100 for a percentage; 0 if there is none
}

// Scale is the axis for curves of coordinates. A log axis holds all of them.
func (e Extent) Scale(curves [][]float64) axis.Scale {
	s := axis.Scale{Lo: math.Inf(1), Hi: math.Inf(-1), Log: e.Log}
	for _, c := range curves {
		lo, hi := interesting(c, e.Better, e.Log, e.Begins)
		s.Lo, s.Hi = min(s.Lo, lo), max(s.Hi, hi)
	}
	if s.Lo > s.Hi {
		s.Lo, s.Hi = 0, 1
	}
	lo, hi := usual(curves)
	if e.Better == 0 || e.Log && e.Better > 0 {
		s.Lo = max(s.Lo, lo)
	}
	if e.Better == 0 || e.Log && e.Better < 0 {
		s.Hi = min(s.Hi, hi)
	}
	return e.rounded(s)
}

// rounded is a scale with its ends at round values.
func (e Extent) rounded(s axis.Scale) axis.Scale {
	least := e.Least
	if least == 0 && s.Lo == s.Hi {
		least = around(s.Lo)
	}
	return s.Rounded(least, e.Most)
}

// around is a range for one value that never changes: wide enough that labels
// tell its ends apart.
func around(v float64) float64 {
	if v == 0 {
		return 1
	}
	return 0.1 * math.Abs(v)
}

// Values are flattened beside a range that is so many times that of the middle
// half of them. What lies further from that half than near times its range is
// then left out.
const flat, near = 50, 8

// usual is the range of all values but those few that would flatten the others:
// a spike, or the flight of a run that nobody has called diverged. It is
// without an end where nothing is left out.
func usual(curves [][]float64) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	var v []float64
	for _, c := range curves {
		for _, y := range c {
			if draw.Known(y) {
				v = append(v, y)
			}
		}
	}
	if len(v) < 8 {
		return lo, hi
	}
	slices.Sort(v)
	from, to := v[len(v)/4], v[len(v)-1-len(v)/4]
	half := to - from
	if half <= 0 || v[len(v)-1]-v[0] <= flat*half {
		return lo, hi
	}
	for _, y := range v {
		if y >= from-near*half && math.IsInf(lo, 0) {
			lo = y
		}
		if y <= to+near*half {
			hi = y
		}
	}
	return lo, hi
}

// Interesting is the range of a curve that an axis must show, its beginning being an
// eighth of it.
func Interesting(c []float64, interest int, log bool) (lo, hi float64) {
	return interesting(c, interest, log, 0)
}

// interesting is the same for a beginning of any share.
func interesting(c []float64, interest int, log bool, begins float64) (lo, hi float64) {
	if begins == 0 {
		begins = 0.125
	}
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
	if cut := int(begins * float64(len(v))); !log && interest != 0 && cut > 0 {
		if interest > 0 {
			lo = v[cut]
		} else {
			hi = v[len(v)-1-cut]
		}
	}
	return lo, hi
}

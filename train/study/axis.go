package study

import (
	"math"

	"optwatch/train/study/axis"
)

// Of is the coordinate of a value on the axis: the value, or its decimal
// logarithm; NaN if it has none.
func (a Axis) Of(v float64) float64 { return axis.Scale{Log: a.Log}.Of(v) }

// Span is the least and the greatest coordinate that an axis must show. It is
// empty where the least is above the greatest.
type Span struct{ Lo, Hi float64 }

// Empty says whether there is nothing to show.
func (s Span) Empty() bool { return !(s.Lo <= s.Hi) }

func (s *Span) take(a Axis, v float64) {
	if c := a.Of(v); !math.IsNaN(c) && (a.Log || math.Abs(c) < axis.Huge) {
		s.Lo, s.Hi = min(s.Lo, c), max(s.Hi, c)
	}
}

// Spans are what the axes of a figure must show: all points that lie on both
// axes, with their bands, and the lines beside them. Bars begin at 0.
func (f *Figure) Spans() (x, y Span) {
	x, y = Span{math.Inf(1), math.Inf(-1)}, Span{math.Inf(1), math.Inf(-1)}
	for i := range f.Series {
		s := &f.Series[i]
		for k := range s.Len() {
			if math.IsNaN(f.X.Of(s.X[k])) || math.IsNaN(f.Y.Of(s.Y[k])) {
				continue
			}
			x.take(f.X, s.X[k])
			y.take(f.Y, s.Y[k])
			if s.HasBand() {
				y.take(f.Y, s.Lo[k])
				y.take(f.Y, s.Hi[k])
			}
		}
	}
	if x.Empty() {
		return x, y
	}
	if n := len(f.Categories); n > 0 {
		x = Span{-0.5, float64(n) - 0.5}
		y.take(f.Y, 0)
	}
	for _, l := range f.Lines {
		if l.Vertical {
			x.take(f.X, l.At)
		} else {
			y.take(f.Y, l.At)
		}
	}
	return x, y
}

// Len is how many points a series has: X and Y may differ in length while it
// grows.
func (s *Series) Len() int { return min(len(s.X), len(s.Y)) }

// HasBand says whether every point has a band.
func (s *Series) HasBand() bool { return s.Lo != nil && len(s.Lo) >= s.Len() && len(s.Hi) >= s.Len() }

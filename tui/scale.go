package tui

import (
	"math"
	"slices"
	"strconv"

	"optwatch/tui/draw"
)

// scale maps values to an axis. Its ends are in the coordinates of the axis:
// decimal logarithms on a log axis.
type scale struct {
	lo, hi float64
	log    bool
}

// of is the coordinate of a value; NaN if it has none.
func (s scale) of(v float64) float64 {
	switch {
	case !draw.Known(v), s.log && v <= 0:
		return math.NaN()
	case s.log:
		return math.Log10(v)
	}
	return v
}

// value is the value at a coordinate.
func (s scale) value(c float64) float64 {
	if s.log {
		return math.Pow(10, c)
	}
	return c
}

// cell is where a coordinate lies among n cells, as a fraction of cells.
func (s scale) cell(c float64, n int) float64 {
	return (c - s.lo) / (s.hi - s.lo) * float64(n-1)
}

// tick is a labelled place on an axis.
type tick struct {
	at    float64 // coordinate
	label string
}

// huge is beyond what a linear axis can show beside anything else.
const huge = 1e12

// yScale chooses the y-axis for curves of coordinates. A log axis holds all of
// them; a linear one leaves out the transient at the end without interest, and
// is at least so long.
func yScale(curves [][]float64, m metric, log bool, least float64) scale {
	s := scale{math.Inf(1), math.Inf(-1), log}
	for _, c := range curves {
		lo, hi := interesting(c, m.interest, log)
		s.lo, s.hi = min(s.lo, lo), max(s.hi, hi)
	}
	if s.lo > s.hi {
		s.lo, s.hi = 0, 1
	}
	if log {
		s.lo, s.hi = floorDecade(s.lo), ceilDecade(s.hi)
		if s.hi-s.lo < 0.3 {
			s.lo, s.hi = s.lo-0.3, s.hi+0.3
		}
		return s
	}
	span := max(s.hi-s.lo, least, 1e-9, 1e-6*max(math.Abs(s.lo), math.Abs(s.hi)))
	return s.widen(span, m.interest > 0)
}

// widen rounds the ends of a linear scale outwards, so that they move in
// strides, and by more where they are closer than span. It keeps shares within
// 0 and 100 %.
func (s scale) widen(span float64, share bool) scale {
	stride := niceStep(span / 10)
	positive := s.lo >= 0
	s.lo, s.hi = stride*math.Floor(s.lo/stride), stride*math.Ceil(s.hi/stride)
	if lack := math.Round((span - (s.hi - s.lo)) / stride); lack > 0 {
		above := math.Floor(lack / 4) // the way there lies below
		s.lo, s.hi = s.lo-stride*(lack-above), s.hi+stride*above
	}
	if positive {
		s.lo = max(s.lo, 0)
	}
	if share {
		s.hi = min(s.hi, 100)
	}
	return s
}

// interesting is the range of a curve that an axis must show.
func interesting(c []float64, interest int, log bool) (lo, hi float64) {
	v := make([]float64, 0, len(c))
	for _, y := range c {
		if draw.Known(y) && math.Abs(y) < huge {
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

var log2, log5 = math.Log10(2), math.Log10(5)

// floorDecade and ceilDecade are the next 1, 2 or 5 times a power of ten.
func floorDecade(c float64) float64 {
	d := math.Floor(c)
	switch f := c - d + 1e-12; {
	case f >= log5:
		return d + log5
	case f >= log2:
		return d + log2
	}
	return d
}

// The grid is its own mirror: log 2 + log 5 = 1.
func ceilDecade(c float64) float64 { return -floorDecade(-c) }

// niceStep is the smallest of 1, 2, 2.5 and 5 times a power of ten from v up.
func niceStep(v float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if v <= m*e*(1+1e-9) {
			return m * e
		}
	}
	return 10 * e
}

// niceCeil is v rounded up by at most a tenth, so that an axis grows in strides.
func niceCeil(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	e := math.Pow(10, math.Floor(math.Log10(v)))
	step := 0.5
	switch m := v / e; {
	case m < 2:
		step = 0.1
	case m < 5:
		step = 0.25
	}
	return math.Ceil(v/e/step-1e-9) * step * e
}

// ticks are at most most labelled places on a scale.
func (s scale) ticks(most int, label func(v, step float64) string) []tick {
	if most < 2 {
		most = 2
	}
	if s.log {
		return s.decades(most, label)
	}
	step := niceStep((s.hi - s.lo) / float64(most))
	var out []tick
	for i := math.Ceil(s.lo/step - 1e-9); i*step <= s.hi+1e-9*step && len(out) < 64; i++ {
		v := i*step + 0 // no negative zero
		text := draw.Decimals(v, step)
		if label != nil {
			text = label(v, step)
		}
		out = append(out, tick{v, text})
	}
	return out
}

// decades are the ticks of a log axis: powers of ten, and 2 and 5 times them
// where there are too few.
func (s scale) decades(most int, label func(v, step float64) string) []tick {
	var out []tick
	stride := max(1, math.Ceil((s.hi-s.lo)/float64(most)))
	for d := stride * math.Ceil(s.lo/stride-1e-9); d <= s.hi+1e-9 && len(out) < 64; d += stride {
		text := decade(1, d)
		if label != nil {
			text = label(math.Pow(10, d), math.Pow(10, d))
		}
		out = append(out, tick{d, text})
	}
	if len(out) > 1 || stride > 1 {
		return out
	}
	out = out[:0]
	for d := math.Floor(s.lo); d <= s.hi && len(out) < 64; d++ {
		for _, m := range []float64{1, 2, 5} {
			c := d + math.Log10(m)
			if c < s.lo-1e-9 || c > s.hi+1e-9 {
				continue
			}
			text := decade(m, d)
			if label != nil {
				text = label(m*math.Pow(10, d), math.Pow(10, d))
			}
			out = append(out, tick{c, text})
		}
	}
	return out
}

// decade is a label such as 2e-3. Within sight of 1 it is a plain number.
func decade(m, d float64) string {
	if d >= -1 && d <= 2 {
		return strconv.FormatFloat(m*math.Pow(10, d), 'g', 6, 64)
	}
	return strconv.FormatFloat(m, 'g', 3, 64) + "e" + strconv.FormatFloat(d, 'f', 0, 64)
}

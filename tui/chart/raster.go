package chart

import (
	"math"
	"slices"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// Sampling draws a curve of points into columns, point by point as they come: it
// has the coordinate of the curve in each column, NaN where there is none.
//
// Between points in different columns the curve runs straight, as in any line
// plot. Where x goes back, as that of a run which was begun again from an earlier
// step, nothing lies between the points, and what comes after is drawn over what
// was before.
// Of several points in one column it keeps the one farthest from where the curve
// came from, so that no spike is lost; the newest point always shows.
type Sampling struct {
	out    []float64
	last   int     // column of the point before; -1 where there is none on the chart
	from   float64 // the coordinate with which the curve came into that column
	x, y   float64 // of the point before; NaN after a gap
	newest int     // column of the newest point; -1 where it has none
}

// NewSampling is a curve without points in so many columns.
func NewSampling(cols int) *Sampling {
	s := &Sampling{out: make([]float64, cols), last: -1, x: math.NaN(), y: math.NaN(), newest: -1}
	for c := range s.out {
		s.out[c] = math.NaN()
	}
	return s
}

// Add goes on to a point: x in columns, y a coordinate, either NaN for a gap.
func (s *Sampling) Add(x, y float64) {
	s.newest = -1
	if !draw.Known(x) || !draw.Known(y) {
		s.x, s.y = math.NaN(), math.NaN()
		return
	}
	if x-s.x >= 1 { // else no column lies between, as nearly everywhere on a long curve
		s.join(x, y)
	}
	from := y
	if x >= s.x {
		from = s.y
	}
	s.x, s.y = x, y
	c, ok := columnAt(x, len(s.out))
	switch {
	case !ok:
		s.last = -1
		return
	case c != s.last:
		s.out[c], s.from = y, from
	case math.Abs(y-s.from) >= math.Abs(s.out[c]-s.from):
		s.out[c] = y
	}
	s.last, s.newest = c, c
}

// join fills the columns between that of the point before and that of the next: in
// these, the points say where the curve is.
func (s *Sampling) join(x, y float64) {
	from, to := max(0, math.Round(s.x)+1), min(float64(len(s.out)), math.Round(x))
	for c := from; c < to; c++ {
		s.out[int(c)] = s.y + (y-s.y)*(c-s.x)/(x-s.x)
	}
}

// Columns are the coordinates in all columns as of now.
func (s *Sampling) Columns() []float64 {
	out := slices.Clone(s.out)
	if s.newest >= 0 {
		out[s.newest] = s.y
	}
	return out
}

// Clone is the same curve, to go on by itself.
func (s *Sampling) Clone() *Sampling {
	c := *s
	c.out = slices.Clone(s.out)
	return &c
}

// columnAt is the column of a place, if it is on the chart.
func columnAt(x float64, cols int) (int, bool) {
	c := math.Round(x)
	if !(c >= 0 && c < float64(cols)) {
		return 0, false
	}
	return int(c), true
}

// toRows turns coordinates into rows of dots from the bottom, of which each row of
// cells has up, in place. What lies outside the scale becomes a gap; off says on
// which side of it: -1 below the scale, +1 above it, 0 for what is on it or not known.
func toRows(at []float64, s axis.Scale, rows, up int) (off []int8) {
	top := float64(rows - 1)
	off = make([]int8, len(at))
	for c, v := range at {
		y := s.Cell(v, rows)
		at[c] = math.NaN()
		switch {
		case math.IsNaN(y):
		case y <= -0.5:
			off[c] = -1
		case y >= top+0.5:
			off[c] = 1
		default:
			at[c] = min(float64(up*rows-1), max(0, math.Round(finer(y, up))))
		}
	}
	return off
}

// Smoothed is the average of values about each, the weights falling by weight
// from one point to the next on both sides: it does not lag behind a slope as
// a moving average of the past does. y are coordinates, so that on a log axis
// decades are averaged; a gap stays a gap.
func Smoothed(y []float64, weight float64) []float64 {
	out, norm := make([]float64, len(y)), make([]float64, len(y))
	for i := range out {
		out[i] = math.NaN()
		if draw.Known(y[i]) {
			out[i], norm[i] = y[i], 1
		}
	}
	add := func(from, to, by int) {
		sum, n := 0.0, 0.0
		for i := from; i != to; i += by {
			if draw.Known(y[i]) {
				out[i] += sum
				norm[i] += n
				sum, n = weight*(sum+y[i]), weight*(n+1)
			}
		}
	}
	add(0, len(y), 1)
	add(len(y)-1, -1, -1)
	for i := range out {
		out[i] /= norm[i]
	}
	return out
}

// SmoothedAlong are values smoothed along each stretch on which places rise: what a
// run had come to before it was begun again from an earlier step has no part in
// what came after.
func SmoothedAlong(xs, ys []float64, weight float64) []float64 {
	out, from := make([]float64, 0, len(ys)), 0
	for i := range xs {
		if i > from && xs[i] < xs[i-1] {
			out = append(out, Smoothed(ys[from:i], weight)...)
			from = i
		}
	}
	return append(out, Smoothed(ys[from:], weight)...)
}

// Placed are values as places in columns and coordinates.
func Placed(at, values []float64, cell, of func(float64) float64) (xs, ys []float64) {
	n := min(len(at), len(values))
	xs, ys = make([]float64, n), make([]float64, n)
	for i := range n {
		xs[i], ys[i] = cell(at[i]), of(values[i])
	}
	return xs, ys
}

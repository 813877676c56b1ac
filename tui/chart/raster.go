package chart

import (
	"math"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// resample draws a curve of points into columns: out[c] is its coordinate in
// column c, NaN where it has none. x[i] are in columns; y[i] are coordinates,
// NaN for a gap.
//
// Between points in different columns it runs straight, as any line plot does.
// Where x goes back, as that of a run which was begun again from an earlier
// step, nothing lies between the points, and what comes after is drawn over
// what was before.
// Of several points in one column it keeps the one farthest from the column
// before, so that no spike is lost; the newest point always shows.
func resample(out, x, y []float64) {
	for c := range out {
		out[c] = math.NaN()
	}
	last, prev := -1, -1 // column and index of the point before
	for i := range x {
		if !draw.Known(y[i]) || !draw.Known(x[i]) {
			prev = -1
			continue
		}
		if prev >= 0 && !between(x[prev], x[i]) {
			join(out, x[prev], y[prev], x[i], y[i])
		}
		prev = i
		c, ok := columnAt(x[i], len(out))
		if !ok {
			continue
		}
		if c != last || i == len(x)-1 || c == 0 || !draw.Known(out[c-1]) || math.Abs(y[i]-out[c-1]) >= math.Abs(out[c]-out[c-1]) {
			out[c] = y[i]
		}
		last = c
	}
}

// between says whether two points lie between the same two columns, as nearly all of
// a long curve do: there is none to fill then.
func between(x0, x1 float64) bool {
	return x0 >= 0 && x0 < 1<<31 && x1 >= x0 && x1 < float64(uint32(x0)+1)
}

// join fills the columns strictly between two points.
func join(out []float64, x0, y0, x1, y1 float64) {
	from, to := max(0, math.Floor(x0)+1), min(float64(len(out)), math.Ceil(x1))
	for c := from; c < to; c++ {
		out[int(c)] = y0 + (y1-y0)*(c-x0)/(x1-x0)
	}
}

// columnAt is the column of a place, if it is on the chart.
func columnAt(x float64, cols int) (int, bool) {
	c := math.Round(x)
	if !(c >= 0 && c < float64(cols)) {
		return 0, false
	}
	return int(c), true
}

// toRows turns coordinates into rows from the bottom, in place. What lies
// outside the scale becomes a gap; off says on which side of it: -1 below the
// scale, +1 above it, 0 for what is on it or not known.
func toRows(at []float64, s axis.Scale, rows int) (off []int8) {
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
			at[c] = min(top, max(0, math.Round(y)))
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

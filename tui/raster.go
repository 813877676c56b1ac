package tui

import "math"

// resample draws a curve of points into columns: out[c] is its coordinate in
// column c, NaN where it has none. x[i] are in columns, rising; y[i] are
// coordinates, NaN for a gap.
//
// Between points in different columns it runs straight, as any line plot does.
// Of several points in one column it keeps the one farthest from the column
// before, so that no spike is lost; the newest point always shows.
func resample(out, x, y []float64) {
	for c := range out {
		out[c] = math.NaN()
	}
	last, prev := -1, -1 // column and index of the point before
	for i := range x {
		if !known(y[i]) || !known(x[i]) {
			prev = -1
			continue
		}
		if prev >= 0 {
			join(out, x[prev], y[prev], x[i], y[i])
		}
		prev = i
		c, ok := columnAt(x[i], len(out))
		if !ok {
			continue
		}
		if c != last || i == len(x)-1 || c == 0 || !known(out[c-1]) || math.Abs(y[i]-out[c-1]) >= math.Abs(out[c]-out[c-1]) {
			out[c] = y[i]
		}
		last = c
	}
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
// outside the scale is left out, but for the step over the edge.
func toRows(at []float64, s scale, rows int) {
	top := float64(rows - 1)
	for c, y := range at {
		at[c] = s.cell(y, rows)
	}
	inside := func(c int) bool {
		return c >= 0 && c < len(at) && at[c] > -0.5 && at[c] < top+0.5
	}
	was := false
	for c, y := range at {
		is := inside(c)
		switch {
		case is:
			at[c] = min(top, max(0, math.Round(y)))
		case known(y) && (was || inside(c+1)):
			at[c] = min(top, max(0, y))
		default:
			at[c] = math.NaN()
		}
		was = is
	}
}

// smoothed is the exponential moving average of values with its start
// corrected; a gap stays a gap.
func smoothed(y []float64, weight float64) []float64 {
	out := make([]float64, len(y))
	sum, norm := 0.0, 0.0
	for i, v := range y {
		if !known(v) {
			out[i] = math.NaN()
			continue
		}
		sum, norm = weight*sum+(1-weight)*v, weight*norm+1-weight
		out[i] = sum / norm
	}
	return out
}

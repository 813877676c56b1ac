package picture

import (
	"math"

	"optwatch/train/study"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// Frame is the two axes of a chart, to where they end.
type Frame struct{ X, Y axis.Scale }

// Ends are those of a figure that shows as much.
func (f Frame) Ends() *study.Ends {
	return &study.Ends{X: study.Span{Lo: f.X.Lo, Hi: f.X.Hi}, Y: study.Span{Lo: f.Y.Lo, Hi: f.Y.Hi}}
}

// Columns are the places and values of a curve of coordinates in columns, which
// divide the x-axis evenly.
func (f Frame) Columns(at []float64) (xs, ys []float64) {
	xs, ys = make([]float64, len(at)), make([]float64, len(at))
	for i := range at {
		xs[i] = f.X.Value(f.X.Lo + (f.X.Hi-f.X.Lo)*float64(i)/float64(len(at)-1))
		ys[i] = f.Y.Value(at[i])
	}
	return xs, ys
}

// Points are those of a curve of places and coordinates: of what lies beyond the
// window the nearest, and a gap where the curve goes back to an earlier place.
func (f Frame) Points(at, y []float64) (xs, ys []float64) {
	for i := range at {
		if i > 0 && f.X.Of(at[i-1]) > f.X.Hi || i < len(at)-1 && f.X.Of(at[i+1]) < f.X.Lo {
			continue
		}
		if i > 0 && at[i] < at[i-1] {
			xs, ys = append(xs, at[i]), append(ys, math.NaN())
		}
		xs, ys = append(xs, at[i]), append(ys, f.Y.Value(y[i]))
	}
	return xs, ys
}

// Means are the means of some values in each of so many columns, as a curve.
func (f Frame) Means(at, values []float64, columns int) (xs, ys []float64) {
	sums, n := make([]float64, columns), make([]float64, columns)
	for i := range min(len(at), len(values)) {
		if col := math.Round(f.X.Cell(f.X.Of(at[i]), columns)); col >= 0 && int(col) < columns && draw.Known(values[i]) {
			sums[int(col)] += values[i]
			n[int(col)]++
		}
	}
	for i := range sums {
		sums[i] = f.Y.Of(sums[i] / n[i])
	}
	return f.Columns(sums)
}

// On is the point of a curve at a place: between its points on the straight line,
// past its end the last of them. Where the curve has left the chart it is on the edge,
// and without any point at edge. It is false where the place is not on the chart.
func (f Frame) On(s *study.Series, place, edge float64) (x, y float64, ok bool) {
	to := f.X.Of(place)
	if !(to >= f.X.Lo && to <= f.X.Hi) {
		return 0, 0, false
	}
	at, height := to, edge
	if i := f.nearest(s, to); i >= 0 {
		at, height = f.X.Of(s.X[i]), f.Y.Of(s.Y[i])
		if j := i + 1; j < s.Len() && to > at {
			if next, rise := f.X.Of(s.X[j]), f.Y.Of(s.Y[j]); next > at && draw.Known(rise) {
				share := min(1, (to-at)/(next-at))
				at, height = at+share*(next-at), height+share*(rise-height)
			}
		}
	}
	return f.X.Value(at), f.Y.Value(min(max(height, f.Y.Lo), f.Y.Hi)), true
}

// nearest is the last point of a curve at or before a coordinate, or else the first;
// -1 where it has none.
func (f Frame) nearest(s *study.Series, at float64) int {
	found := -1
	for i := range s.Len() {
		x := f.X.Of(s.X[i])
		if !draw.Known(x) || !draw.Known(f.Y.Of(s.Y[i])) {
			continue
		}
		if found >= 0 && x > at {
			break
		}
		found = i
	}
	return found
}

package chart

import (
	"math"

	"optwatch/tui/draw"
)

// Stroke is a curve in rows from the bottom, one for each column, NaN for a gap.
type Stroke struct {
	Rows   []float64
	Style  draw.LineStyle
	Colour uint8
}

// Column is the column of a place on the x-axis that is counted in columns, if
// it is on the chart.
func (c *Plot) Column(x float64) (int, bool) { return columnAt(x, c.Cols) }

// Columns draws a curve of points into columns: the places of its points in
// columns, and their coordinates.
func (c *Plot) Columns(x, y []float64) []float64 {
	out := make([]float64, c.Cols)
	resample(out, x, y)
	return out
}

// ToRows turns a curve of coordinates into rows, in place, and says where it is
// off the scale.
func (c *Plot) ToRows(at []float64) (off []int8) { return toRows(at, c.Y, c.Rows) }

// Line adds a curve of coordinates, which become rows, and its signs where it is
// off the scale.
func (c *Plot) Line(at []float64, style draw.LineStyle, colour, faint uint8) (off []int8) {
	off = c.ToRows(at)
	c.Strokes = append(c.Strokes, Stroke{at, style, colour})
	c.offs = append(c.offs, offScale{off, faint})
	return off
}

// Dotted is the style of what moves too much for a line: it leaves out the way
// between distant rows.
var Dotted = draw.LineStyle{Flat: "·", Upright: " ", DownRight: "·", DownLeft: "·", UpRight: "·", UpLeft: "·", Cap: "·"}

// Means are the rows of the mean of some values in each column; x are their
// places in columns. What is off the scale is a gap.
func (c *Plot) Means(x, v []float64) []float64 {
	at, n := make([]float64, c.Cols), make([]float64, c.Cols)
	for i := range x {
		if col, ok := c.Column(x[i]); ok && draw.Known(v[i]) {
			at[col] += v[i]
			n[col]++
		}
	}
	for i := range at {
		row := math.Round(c.Y.Cell(c.Y.Of(at[i]/n[i]), c.Rows))
		if !(row >= 0 && row < float64(c.Rows)) {
			row = math.NaN()
		}
		at[i] = row
	}
	return at
}

// Edge is a side of a band in columns; where it has no place on the axis it
// goes to the end of the axis.
func (c *Plot) Edge(xs, ys, v []float64, end float64) []float64 {
	at := make([]float64, len(v))
	for i := range v {
		at[i] = c.Y.Of(v[i])
		switch {
		case !draw.Known(ys[i]):
			at[i] = math.NaN()
		case !draw.Known(at[i]):
			at[i] = end
		}
	}
	return c.Columns(xs, at)
}

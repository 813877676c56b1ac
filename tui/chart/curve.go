package chart

import (
	"math"

	"optwatch/tui/draw"
)

// Stroke is a curve in rows of dots from the bottom, one for each column of dots, NaN
// for a gap.
type Stroke struct {
	Rows   []float64
	Style  draw.LineStyle
	Colour uint8
	Under  bool   // it is faint: where another lies over it, it is hidden
	Bold   bool   // it stands out
	Name   string // at its right end, where there is room; "" for none
}

// Column is the column of a place on the x-axis that is counted in columns, if
// it is on the chart.
func (c *Plot) Column(x float64) (int, bool) { return columnAt(x, c.Cols) }

// Columns draws a curve of points into columns of dots: the places of its points in
// columns of cells, and their coordinates.
func (c *Plot) Columns(x, y []float64) []float64 {
	s := NewSampling(c.DotCols())
	for i := range x {
		s.Add(c.DotCol(x[i]), y[i])
	}
	return s.Columns()
}

// ToRows turns a curve of coordinates into rows of dots, in place, and says where it
// is off the scale.
func (c *Plot) ToRows(at []float64) (off []int8) {
	_, up := c.Style.Dots()
	return toRows(at, c.Y, c.Rows, up)
}

// Line adds a stroke whose rows are coordinates yet, and its signs, in a faint colour,
// where it is off the scale.
func (c *Plot) Line(s Stroke, faint uint8) (off []int8) {
	off = c.ToRows(s.Rows)
	c.Strokes = append(c.Strokes, s)
	c.offs = append(c.offs, offScale{off, faint})
	return off
}

// Dotted is the style of what moves too much for a line: it leaves out the way
// between distant rows.
var Dotted = draw.LineStyle{Flat: "·", Upright: " ", DownRight: "·", DownLeft: "·", UpRight: "·", UpLeft: "·", Cap: "·"}

// Means are the rows of dots of the mean of some values in each column of dots; x are
// their places in columns of cells. What is off the scale is a gap.
func (c *Plot) Means(x, v []float64) []float64 {
	at, n := make([]float64, c.DotCols()), make([]float64, c.DotCols())
	_, up := c.Style.Dots()
	for i := range x {
		if col, ok := columnAt(c.DotCol(x[i]), len(at)); ok && draw.Known(v[i]) {
			at[col] += v[i]
			n[col]++
		}
	}
	for i := range at {
		row := math.Round(finer(c.Y.Cell(c.Y.Of(at[i]/n[i]), c.Rows), up))
		if !(row >= 0 && row < float64(up*c.Rows)) {
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

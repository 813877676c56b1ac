package tui

import (
	"math"

	"optwatch/train/study"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// figureChart gathers what is drawn in a plot; nil if there is no point.
func (m *model) figureChart(f *study.Figure, cols, rows int) *chart {
	x, y := f.Spans()
	if x.Empty() || y.Empty() || cols < 4 || rows < 2 {
		return nil
	}
	c := &chart{cols: cols, rows: rows, x: axis.Scale{Lo: x.Lo, Hi: x.Hi, Log: f.X.Log}.Rounded(0, 0), y: axis.Scale{Lo: y.Lo, Hi: y.Hi, Log: f.Y.Log}.Rounded(0, 0), shade: m.theme.Shade, reference: math.NaN(), cursor: -1, points: true}
	c.xTicks = ticksOf(c.x, max(2, cols/9), draw.SIStep)
	c.yTicks = ticksOf(c.y, max(2, min(rows/3, 8)), nil)
	for _, theory := range []bool{true, false} { // what is measured goes over it
		for i := range f.Series {
			if s := &f.Series[i]; s.Theory == theory && s.Len() > 0 {
				m.addSeries(c, f, s)
			}
		}
	}
	for _, l := range f.Lines {
		c.rules = append(c.rules, rule{draw.Clean(l.Name), l.At, l.Vertical})
	}
	return c
}

// addSeries adds a series: its band, its line, and a sign at each point that
// is to have one or that a line would not show.
func (m *model) addSeries(c *chart, f *study.Figure, s *study.Series) {
	n, b := s.Len(), m.seriesBrush(f, s)
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range n {
		xs[i], ys[i] = c.x.Cell(c.x.Of(s.X[i]), c.cols), c.y.Of(s.Y[i])
	}
	at := make([]float64, c.cols)
	resample(at, xs, ys)
	if s.HasBand() {
		c.bands = append(c.bands, band{c.edge(xs, ys, s.Lo[:n], c.y.Lo), c.edge(xs, ys, s.Hi[:n], c.y.Hi), m.theme.Brush(s.Slot).Faint})
	}
	for i := range n {
		alone := (i == 0 || !draw.Known(ys[i-1])) && (i == n-1 || !draw.Known(ys[i+1]))
		if col, ok := columnAt(xs[i], c.cols); ok && draw.Known(ys[i]) && (s.Dots || alone) {
			if row, ok := c.row(ys[i]); ok {
				c.dots = append(c.dots, dot{col, row, m.theme.Dot(s.Slot), b.Colour})
			}
		}
	}
	off := toRows(at, c.y, c.rows)
	c.strokes = append(c.strokes, stroke{at, b.LineStyle, b.Colour})
	c.offs = append(c.offs, offScale{off, b.Faint})
}

// edge is a side of a band in columns; where it has no place on the axis it
// goes to the end of the axis.
func (c *chart) edge(xs, ys, v []float64, end float64) []float64 {
	at := make([]float64, len(v))
	for i := range v {
		at[i] = c.y.Of(v[i])
		switch {
		case !draw.Known(ys[i]):
			at[i] = math.NaN()
		case !draw.Known(at[i]):
			at[i] = end
		}
	}
	out := make([]float64, c.cols)
	resample(out, xs, at)
	return out
}

package study

import (
	"optwatch/train/study"
	"optwatch/train/study/axis"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// chartOf gathers what is drawn of a figure in a plot of so many cells; nil if
// there is no point.
func chartOf(t *draw.Theme, f *study.Figure, style draw.Plot, cols, rows int) *chart.Plot {
	x, y := f.Spans()
	if x.Empty() || y.Empty() || cols < 4 || rows < 2 {
		return nil
	}
	c := chart.New(cols, rows)
	c.Style = style
	c.X = axis.Scale{Lo: x.Lo, Hi: x.Hi, Log: f.X.Log}.Rounded(0, 0)
	c.Y = axis.Scale{Lo: y.Lo, Hi: y.Hi, Log: f.Y.Log}.Rounded(0, 0)
	c.XTicks = chart.Ticks(c.X, max(2, cols/9), draw.SIStep)
	if f.Categories != nil {
		c.X, c.XTicks = axis.Scale{Lo: x.Lo, Hi: x.Hi}, categoriesOf(f)
	}
	c.YTicks = chart.Ticks(c.Y, max(2, min(rows/3, 8)), nil)
	c.Shade = t.Shade
	for _, theory := range []bool{true, false} { // what is measured goes over it
		for i := range f.Series {
			switch s := &f.Series[i]; {
			case s.Theory != theory || s.Len() == 0:
			case f.Categories != nil:
				addBars(c, t, f, i)
			default:
				addSeries(c, t, f, s)
			}
		}
	}
	for _, l := range f.Lines {
		c.Rules = append(c.Rules, chart.Rule{Name: draw.Clean(l.Name), At: l.At, Vertical: l.Vertical})
	}
	return c
}

// addSeries adds a series: its band, its line, and a sign at each point that
// is to have one or that a line would not show.
func addSeries(c *chart.Plot, t *draw.Theme, f *study.Figure, s *study.Series) {
	n, b := s.Len(), brushOf(t, f, s)
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range n {
		xs[i], ys[i] = c.X.Cell(c.X.Of(s.X[i]), c.Cols), c.Y.Of(s.Y[i])
	}
	if s.HasBand() {
		c.Bands = append(c.Bands, chart.Band{
			Lo: c.Edge(xs, ys, s.Lo[:n], c.Y.Lo), Hi: c.Edge(xs, ys, s.Hi[:n], c.Y.Hi), Colour: t.Brush(s.Slot).Faint,
		})
	}
	for i := range n {
		alone := (i == 0 || !draw.Known(ys[i-1])) && (i == n-1 || !draw.Known(ys[i+1]))
		if col, ok := c.Column(xs[i]); ok && draw.Known(ys[i]) && (s.Dots || alone) {
			if row, ok := c.Row(ys[i]); ok {
				c.Dots = append(c.Dots, chart.Dot{Col: col, Row: row, Glyph: t.Dot(s.Slot), Colour: b.Colour})
			}
		}
	}
	c.Line(chart.Stroke{Rows: c.Columns(xs, ys), Style: b.LineStyle, Colour: b.Colour}, b.Faint)
}

// categoriesOf are the places of categories with their names.
func categoriesOf(f *study.Figure) []chart.Tick {
	ticks := make([]chart.Tick, len(f.Categories))
	for i, name := range f.Categories {
		ticks[i] = chart.Tick{At: float64(i), Label: draw.Clean(name)}
	}
	return ticks
}

// addBars adds the bars of a series, a column each, made of its sign.
func addBars(c *chart.Plot, t *draw.Theme, f *study.Figure, index int) {
	s := &f.Series[index]
	b := brushOf(t, f, s)
	for i := range s.Len() {
		at, _ := f.BarAt(index, s.X[i])
		col, ok := c.Column(c.X.Cell(at, c.Cols))
		top, seen := c.Row(c.Y.Of(s.Y[i]))
		if !ok || !seen || !draw.Known(s.Y[i]) {
			continue
		}
		for row := top; row < c.Rows; row++ {
			c.Dots = append(c.Dots, chart.Dot{Col: col, Row: row, Glyph: t.Dot(s.Slot), Colour: b.Colour})
		}
	}
}

package study

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// pen is how a series is drawn in pictures.
type pen struct {
	draw.LineStyle
	sign draw.GlyphStyle
}

// Lines differ without their colour too: each has dashes and a sign of its own.
var (
	dashes = [len(Palette)][]vg.Length{
		nil, {7, 3}, nil, {1.5, 2.5}, nil, {7, 2.5, 1.5, 2.5}, {12, 4}, {7, 2, 1.5, 2, 1.5, 2},
	}
	widths = [len(Palette)]vg.Length{1.5, 1.5, 2.6, 1.8, 2.0, 1.5, 1.5, 1.5}
	signs  = [len(Palette)]draw.GlyphDrawer{
		draw.CircleGlyph{},
		draw.BoxGlyph{},
		draw.PyramidGlyph{},
		draw.RingGlyph{},
		draw.SquareGlyph{},
		draw.TriangleGlyph{},
		draw.PlusGlyph{},
		draw.CrossGlyph{},
	}
	theoryDashes = [][]vg.Length{{5, 3}, {1.5, 2}, {9, 3, 2, 3}, {2.5, 4}}
)

// pen is that of a series, before which there are some of theory. Theory is
// grey, unless it is all there is.
func (f *Figure) pen(s *Series, theories int) pen {
	if s.Theory {
		c := f.paper().Grey
		if f.OnlyTheory() {
			c = f.paper().colour(s.Slot)
		}
		return pen{draw.LineStyle{Color: c, Width: 1.1, Dashes: theoryDashes[theories%len(theoryDashes)]}, draw.GlyphStyle{Color: c, Radius: 2, Shape: draw.RingGlyph{}}}
	}
	slot := max(s.Slot, 0)
	k := (slot + slot/len(Palette)) % len(Palette) // from the ninth on, colours meet other lines
	c := f.paper().colour(slot)
	if s.Pale {
		c.A = 72
	}
	return pen{draw.LineStyle{Color: c, Width: widths[k], Dashes: dashes[k]}, draw.GlyphStyle{Color: c, Radius: 3, Shape: signs[k]}}
}

// curve draws a series.
type curve struct {
	f *Figure
	s *Series
	pen
}

// Plot draws the stretches between gaps, and a sign at every point that is to
// have one or that would not be seen otherwise.
func (q curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, part := range q.s.stretches(q.f.X, q.f.Y) {
		points := make([]vg.Point, 0, part[1]-part[0])
		for i := part[0]; i < part[1]; i++ {
			points = append(points, vg.Point{X: x(q.f.X.Of(q.s.X[i])), Y: y(q.f.Y.Of(q.s.Y[i]))})
		}
		c.StrokeLines(q.LineStyle, c.ClipLinesXY(points)...)
		for _, at := range points {
			if q.s.Dots || len(points) == 1 {
				c.DrawGlyph(q.sign, at)
			}
		}
	}
}

// stretches are the parts of a series without gaps, as first and end.
func (s *Series) stretches(x, y Axis) [][2]int {
	var out [][2]int
	for i := 0; i < s.Len(); i++ {
		from := i
		for i < s.Len() && !math.IsNaN(x.Of(s.X[i])) && !math.IsNaN(y.Of(s.Y[i])) {
			i++
		}
		if i > from {
			out = append(out, [2]int{from, i})
		}
	}
	return out
}

// band fills what lies around a series.
type band struct {
	f *Figure
	s *Series
}

// Plot draws it translucent, cut off at the edges of the plot.
func (q band) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	within := func(v, otherwise float64) vg.Length {
		at := q.f.Y.Of(v)
		if math.IsNaN(at) {
			at = otherwise
		}
		return y(min(max(at, p.Y.Min), p.Y.Max))
	}
	colour := q.f.paper().colour(q.s.Slot)
	colour.A = 48
	for _, part := range q.s.stretches(q.f.X, q.f.Y) {
		var edge []vg.Point
		for i := part[0]; i < part[1]; i++ {
			edge = append(edge, vg.Point{X: x(q.f.X.Of(q.s.X[i])), Y: within(q.s.Hi[i], p.Y.Max)})
		}
		for i := part[1] - 1; i >= part[0]; i-- {
			edge = append(edge, vg.Point{X: x(q.f.X.Of(q.s.X[i])), Y: within(q.s.Lo[i], p.Y.Min)})
		}
		c.FillPolygon(colour, c.ClipPolygonXY(edge))
	}
}

// rulers are the lines at the labels of the axes, and the lines of the figure.
type rulers struct{ f *Figure }

// ruler is how the lines of the figure are drawn.
func (f *Figure) ruler() draw.LineStyle {
	return draw.LineStyle{Color: f.paper().Grey, Width: 0.9, Dashes: []vg.Length{2, 2}}
}

// Plot draws them.
func (q rulers) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	grid := draw.LineStyle{Color: q.f.paper().Faint, Width: 0.6}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if t.Label != "" {
			c.StrokeLine2(grid, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" {
			c.StrokeLine2(grid, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
	for _, l := range q.f.Lines {
		at, ok := l.on(q.f, p)
		switch {
		case ok && l.Vertical:
			c.StrokeLine2(q.f.ruler(), x(at), c.Min.Y, x(at), c.Max.Y)
		case ok:
			c.StrokeLine2(q.f.ruler(), c.Min.X, y(at), c.Max.X, y(at))
		}
	}
}

// on is the coordinate of a line, if it is on the plot.
func (l *Line) on(f *Figure, p *plot.Plot) (at float64, ok bool) {
	a, of := f.Y, p.Y
	if l.Vertical {
		a, of = f.X, p.X
	}
	at = a.Of(l.At)
	return at, at >= of.Min && at <= of.Max
}

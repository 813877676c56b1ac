package study

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marks draws the signs of a figure over its curves.
type marks struct{ f *Figure }

// Plot draws those that are on the plot.
func (q marks) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i := range q.f.Marks {
		m := &q.f.Marks[i]
		at := vg.Point{X: x(q.f.X.Of(m.X)), Y: y(q.f.Y.Of(m.Y))}
		if c.Contains(at) { // which NaN is not
			c.DrawGlyphNoClip(sign{m.Sign, q.f.paper()}.style(m.colour(q.f.paper())), at)
		}
	}
}

func (m *Mark) colour(on *Paper) color.NRGBA {
	if m.Bad {
		return on.Bad
	}
	return on.colour(m.Slot)
}

// sign is the shape of a mark: the character that stands for it on the screen. The
// font of the pictures has none of them.
type sign struct {
	rune
	on *Paper
}

func (s sign) style(c color.Color) draw.GlyphStyle {
	return draw.GlyphStyle{Color: c, Radius: 4.5, Shape: s}
}

// DrawGlyph draws the shape on the ground, so that the curve does not go through it.
func (s sign) DrawGlyph(c *draw.Canvas, g draw.GlyphStyle, at vg.Point) {
	path := func(r vg.Length, corners ...[2]float64) vg.Path {
		var p vg.Path
		for i, k := range corners {
			q := vg.Point{X: at.X + vg.Length(k[0])*r, Y: at.Y + vg.Length(k[1])*r}
			if i == 0 {
				p.Move(q)
			} else {
				p.Line(q)
			}
		}
		return p
	}
	closed := func(r vg.Length, corners ...[2]float64) vg.Path {
		p := path(r, corners...)
		p.Close()
		return p
	}
	fill := func(p vg.Path) {
		c.SetColor(g.Color)
		c.Fill(p)
	}
	under := func(p vg.Path) {
		c.SetColor(s.on.Ground)
		c.Fill(p)
	}
	stroke := func(width vg.Length, paths ...vg.Path) {
		c.SetLineStyle(draw.LineStyle{Color: g.Color, Width: width})
		for _, p := range paths {
			c.Stroke(p)
		}
	}
	diamond := [][2]float64{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}
	r := g.Radius
	switch s.rune {
	case '◆':
		under(closed(r+1.2, diamond...))
		fill(closed(r, diamond...))
	case '◇':
		under(closed(r, diamond...))
		stroke(1.3, closed(r, diamond...))
	case '▼':
		fill(closed(r, [2]float64{-1, 0.8}, [2]float64{1, 0.8}, [2]float64{0, -1}))
	case '▲':
		fill(closed(r, [2]float64{-1, -0.8}, [2]float64{1, -0.8}, [2]float64{0, 1}))
	case '✗', '✖':
		width := vg.Length(1.6)
		if s.rune == '✖' {
			width = 2.6
		}
		stroke(width, path(r, [2]float64{-0.8, -0.8}, [2]float64{0.8, 0.8}), path(r, [2]float64{-0.8, 0.8}, [2]float64{0.8, -0.8}))
	case '✚':
		stroke(2.6, path(r, [2]float64{-1, 0}, [2]float64{1, 0}), path(r, [2]float64{0, -1}, [2]float64{0, 1}))
	default: // ○
		g.Radius = r * 0.85
		inner := g
		inner.Color = s.on.Ground
		draw.CircleGlyph{}.DrawGlyph(c, inner, at)
		draw.RingGlyph{}.DrawGlyph(c, g, at)
	}
}

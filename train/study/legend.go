package study

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	legendLeading = 15
	swatch        = 26 // width of the piece of line before a name
)

// drawLegend writes the names of the series and of the signs under the plot, and returns what
// is left of the canvas. A series without a name or a point is not in it.
func (f *Figure) drawLegend(c draw.Canvas) draw.Canvas {
	style := inkStyle(9.5, f.paper().Ink)
	style.YAlign = draw.YCenter
	var rows [][]entry
	at, theories := c.Max.X, 0
	put := func(e entry) {
		e.width = swatch + 6 + style.Width(e.name) + 18
		if at+e.width-18 > c.Max.X {
			rows, at = append(rows, nil), c.Min.X
		}
		e.at = at
		at += e.width
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
	}
	for i := range f.Series {
		s := &f.Series[i]
		e := entry{pen: f.pen(s, theories), series: s, bar: f.Categories != nil, name: letters.Replace(s.Name)}
		if s.Theory {
			theories++
		}
		if s.Name == "" || s.Len() == 0 {
			continue
		}
		put(e)
	}
	for i := range f.Marks {
		if m := &f.Marks[i]; m.Name != "" && !slices.ContainsFunc(f.Marks[:i], func(o Mark) bool { return o.Name == m.Name }) {
			put(entry{mark: m, name: letters.Replace(m.Name)})
		}
	}
	for i, row := range rows {
		y := c.Min.Y + vg.Length((len(rows)-1-i)*legendLeading) + 5
		for _, e := range row {
			e.draw(&c, y-1, f.paper())
			c.FillText(style, vg.Point{X: e.at + swatch + 6, Y: y}, e.name)
		}
	}
	if len(rows) == 0 {
		return c
	}
	return draw.Crop(c, 0, 0, vg.Length(len(rows)*legendLeading+6), 0)
}

// entry is a series in the legend, or a sign.
type entry struct {
	pen
	series    *Series
	bar       bool  // it is drawn as bars
	mark      *Mark // instead of a series
	name      string
	at, width vg.Length
}

// draw draws the piece of line, with band and sign as the series has them.
func (e entry) draw(c *draw.Canvas, y vg.Length, on *Paper) {
	if e.mark != nil {
		c.DrawGlyphNoClip(sign{e.mark.Sign, on}.style(on.Ink), vg.Point{X: e.at + swatch/2, Y: y})
		return
	}
	if e.bar {
		fill := e.Color.(color.NRGBA)
		fill.A = 110
		c.FillPolygon(fill, []vg.Point{{X: e.at, Y: y - 5}, {X: e.at + swatch, Y: y - 5}, {X: e.at + swatch, Y: y + 5}, {X: e.at, Y: y + 5}})
		c.DrawGlyphNoClip(e.sign, vg.Point{X: e.at + swatch/2, Y: y})
		return
	}
	if e.series.HasBand() {
		shade := e.Color.(color.NRGBA)
		shade.A = 48
		c.FillPolygon(shade, []vg.Point{{X: e.at, Y: y - 4}, {X: e.at + swatch, Y: y - 4}, {X: e.at + swatch, Y: y + 4}, {X: e.at, Y: y + 4}})
	}
	c.StrokeLine2(e.LineStyle, e.at, y, e.at+swatch, y)
	if e.series.Dots {
		c.DrawGlyphNoClip(e.sign, vg.Point{X: e.at + swatch/2, Y: y})
	}
}

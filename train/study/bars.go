package study

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// barsWidth is the share of the room of a category that its bars take together.
const barsWidth = 0.8

// BarAt is the middle of the bar of a series over a category, in units of X, and
// how wide it is: the bars of a category stand side by side about its place.
func (f *Figure) BarAt(series int, category float64) (at, width float64) {
	n := float64(len(f.Series))
	width = barsWidth / n
	return category + (float64(series)-(n-1)/2)*width, width
}

// bars draws a series as bars from 0, with its sign at their feet, since colours
// alone do not tell series apart, and its bands as whiskers.
type bars struct {
	f     *Figure
	index int // of the series
	pen
}

// Plot draws them.
func (q bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	s := &q.f.Series[q.index]
	fill := q.Color.(color.NRGBA)
	fill.A = 110
	for i := range s.Len() {
		top := q.f.Y.Of(s.Y[i])
		if !known(top) {
			continue
		}
		at, width := q.f.BarAt(q.index, s.X[i])
		left, right, mid := x(at-0.46*width), x(at+0.46*width), x(at)
		from, to := y(max(0, p.Y.Min)), y(top)
		c.FillPolygon(fill, []vg.Point{{X: left, Y: from}, {X: right, Y: from}, {X: right, Y: to}, {X: left, Y: to}})
		c.StrokeLine2(draw.LineStyle{Color: q.Color, Width: 1.2}, left, to, right, to)
		if s.HasBand() && known(q.f.Y.Of(s.Lo[i])) && known(q.f.Y.Of(s.Hi[i])) {
			c.StrokeLine2(draw.LineStyle{Color: q.f.paper().Ink, Width: 0.8}, mid, y(s.Lo[i]), mid, y(s.Hi[i]))
		}
		sign := q.sign
		sign.Radius = 2.2
		c.DrawGlyph(sign, vg.Point{X: mid, Y: from + 6})
	}
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// named labels the places of an axis with the names of categories, every one.
type named []string

// Ticks are the places with their names.
func (n named) Ticks(_, _ float64) []plot.Tick {
	out := make([]plot.Tick, len(n))
	for i, name := range n {
		out[i] = plot.Tick{Value: float64(i), Label: letters.Replace(name)}
	}
	return out
}

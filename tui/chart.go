package tui

import (
	"math"
	"strings"
	"unicode/utf8"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

const (
	labelWidth = 8 // of the y-axis, whatever the values; the first stays empty
	axisRows   = 2 // of the x-axis and its labels
)

// chart is everything that is drawn in one plot.
type chart struct {
	cols, rows     int
	x, y           axis.Scale
	xTicks, yTicks []tick
	strokes        []stroke // the later over the earlier
	bands          []band   // under the strokes
	shade          rune     // of bands
	offs           []offScale
	rules          []rule
	dots           []dot
	marks          []chartMark
	reference      float64 // a coordinate on the y-axis; NaN for none
	cursor         int     // a column; negative for none
	points         bool    // any curve has one
	onAxis         []axisMark
	signs          int // of devices that are drawn: a bit for each of deviceSigns
}

// axisMark is a sign on the x-axis.
type axisMark struct {
	col    int
	glyph  rune
	colour uint8
}

// chartMark is a sign on a curve.
type chartMark struct {
	col    int
	on     []float64 // the curve in rows
	off    []int8    // where it is outside the scale
	edge   int       // the row where it has no value
	glyph  rune
	colour uint8
}

// offScale says where a curve lies outside the scale, as toRows tells it.
type offScale struct {
	side   []int8
	colour uint8
}

// The signs at the edges over which a curve has gone.
const offBelow, offAbove = '▾', '▴'

// plotSize is the room for curves in a chart of w×h cells.
func plotSize(w, h int) (cols, rows int) {
	return w - labelWidth - 2, h - axisRows
}

// draw renders the chart as lines; it is labelWidth+1 columns wider than its
// plot and axisRows rows higher.
func (c *chart) draw(t *draw.Theme) []string {
	g := drawStrokes(c.strokes, c.cols, c.rows, t.Mono)
	c.ruleAxis(g)
	c.drawReference(g)
	c.drawBands(g)
	c.drawDots(g)
	c.drawRules(g)
	c.drawOff(g)
	c.drawCursor(g)
	c.drawMarks(g)
	labels := c.yLabels()
	lines := make([]string, 0, c.rows+axisRows)
	for y := range c.rows {
		var b strings.Builder
		b.Grow(3 * g.w)
		b.WriteString(t.Dim.Paint(labels[y]))
		g.render(&b, t, y)
		lines = append(lines, b.String())
	}
	for y, axis := 0, c.xAxis(); y < axis.h; y++ {
		var b strings.Builder
		axis.render(&b, t, y)
		lines = append(lines, b.String())
	}
	return lines
}

// render writes a row of cells, colour by colour.
func (g *grid) render(b *strings.Builder, t *draw.Theme, y int) {
	now := uint8(0)
	for x := range g.w {
		c := g.at(x, y)
		if c.colour != now && c.r != ' ' {
			b.WriteString(t.Code[now].Off)
			b.WriteString(t.Code[c.colour].On)
			now = c.colour
		}
		b.WriteRune(c.r)
	}
	b.WriteString(t.Code[now].Off)
}

// ruleAxis leaves asciigraph's ticks on the y-axis only where a label is.
func (c *chart) ruleAxis(g *grid) {
	ticked := make([]bool, c.rows)
	for _, k := range c.yTicks {
		if y, ok := c.row(k.at); ok {
			ticked[y] = true
		}
	}
	for y := range c.rows {
		if a := g.at(0, y); a.r == '┤' && !ticked[y] {
			a.r = '│'
		}
	}
}

// row is the row of a coordinate, counted from the top, if it is on the chart.
func (c *chart) row(at float64) (int, bool) {
	r, ok := columnAt(c.y.Cell(at, c.rows), c.rows)
	return c.rows - 1 - r, ok
}

// yLabels are the labels of all rows.
func (c *chart) yLabels() []string {
	labels := make([]string, c.rows)
	for i := range labels {
		labels[i] = strings.Repeat(" ", labelWidth)
	}
	before := ""
	for _, k := range c.yTicks {
		y, ok := c.row(k.at)
		text := k.label
		for digits := 5; len(text) >= labelWidth && digits > 1; digits-- {
			text = draw.Number(c.y.Value(k.at), digits)
		}
		if !ok || len(text) >= labelWidth || text == before {
			continue
		}
		before = text
		if len(text) < labelWidth-1 {
			text += " "
		}
		labels[y] = strings.Repeat(" ", labelWidth-len(text)) + text
	}
	return labels
}

func (c *chart) drawReference(g *grid) {
	y, ok := c.row(c.reference)
	for x := 1; ok && x < g.w; x++ {
		if k := g.at(x, y); k.r == ' ' {
			*k = cell{'┈', draw.ColourDim}
		}
	}
}

// drawOff marks the columns in which a curve is off the scale, at the edge,
// where nothing else is drawn; the later curve goes first.
func (c *chart) drawOff(g *grid) {
	for i := len(c.offs) - 1; i >= 0; i-- {
		for col, side := range c.offs[i].side {
			if side == 0 {
				continue
			}
			k, sign := g.at(col+1, g.h-1), offBelow
			if side > 0 {
				k, sign = g.at(col+1, 0), offAbove
			}
			if c.empty(k) {
				*k = cell{sign, c.offs[i].colour}
			}
		}
	}
}

func (c *chart) drawCursor(g *grid) {
	if c.cursor < 0 || c.cursor >= c.cols {
		return
	}
	for y := range g.h {
		if k := g.at(c.cursor+1, y); c.empty(k) {
			*k = cell{'┊', draw.ColourFocus}
		}
	}
}

// reach is how far from its place a mark looks for its curve, in columns.
const reach = 3

// drawMarks puts each mark on its curve; where the curve has left the chart,
// at the edge over which it went.
func (c *chart) drawMarks(g *grid) {
	for _, m := range c.marks {
		col, row := m.col, m.edge
		side := m.off[col]
		switch {
		case side < 0:
			row = 0
		case side > 0:
			row = c.rows - 1
		}
		for d := 0; side == 0 && d < reach; d++ {
			if at, ok := m.near(d); ok {
				col, row = at, int(math.Round(m.on[at]))
				break
			}
		}
		*g.at(col+1, c.rows-1-min(row, c.rows-1)) = cell{m.glyph, m.colour}
	}
}

// near is a column d away in which the mark's curve is drawn.
func (m chartMark) near(d int) (int, bool) {
	for _, col := range [...]int{m.col - d, m.col + d} {
		if col >= 0 && col < len(m.on) && draw.Known(m.on[col]) {
			return col, true
		}
	}
	return 0, false
}

// xAxis is the axis and its labels under the plot.
func (c *chart) xAxis() *grid {
	const left = labelWidth + 1
	g := newGrid(left+c.cols, axisRows)
	g.write(left-1, 0, "└"+strings.Repeat("─", c.cols), draw.ColourFaint)
	end := -1
	for _, k := range c.xTicks {
		col, ok := columnAt(c.x.Cell(k.at, c.cols), c.cols)
		if !ok {
			continue
		}
		n := utf8.RuneCountInString(k.label)
		at := min(left+col-n/2, g.w-n)
		if at <= end {
			continue
		}
		g.write(left+col, 0, "┬", draw.ColourFaint)
		g.write(at, 1, k.label, draw.ColourDim)
		end = at + n
	}
	for _, k := range c.onAxis {
		*g.at(left+k.col, 0) = cell{k.glyph, k.colour}
	}
	return g
}

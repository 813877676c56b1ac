package chart

import (
	"optwatch/tui/draw"
)

// AxisMark is a sign on the x-axis.
type AxisMark struct {
	Col    int
	Glyph  rune
	Colour uint8
}

// Mark is a sign on a curve.
type Mark struct {
	Col    int
	On     []float64 // the curve in rows of dots, one for each of their columns
	Off    []int8    // where it is outside the scale
	Edge   int       // the row where the curve has no value at all
	Glyph  rune
	Colour uint8
}

// drawMarks puts each mark on its curve; where the curve has left the chart,
// at the edge over which it went. What has happened where the curve has no value,
// such as after its newest point, is marked where it has one next.
func (c *Plot) drawMarks(g *grid) {
	for _, m := range c.Marks {
		col, row := m.Col, m.Edge
		at := c.Dot(m.Col)
		side := m.Off[at]
		switch {
		case side < 0:
			row = 0
		case side > 0:
			row = c.Rows - 1
		}
		for d := 0; side == 0 && d < len(m.On); d++ {
			if at, ok := m.near(at, d); ok {
				col, row = c.cellOf(at), c.cellRow(m.On[at])
				break
			}
		}
		*g.at(col+1, c.Rows-1-min(row, c.Rows-1)) = cell{r: m.Glyph, colour: m.Colour}
	}
}

// near is a column of dots d away from one in which the mark's curve is drawn.
func (m Mark) near(at, d int) (int, bool) {
	for _, dot := range [...]int{at - d, at + d} {
		if dot >= 0 && dot < len(m.On) && draw.Known(m.On[dot]) {
			return dot, true
		}
	}
	return 0, false
}

// offScale says where a curve lies outside the scale, as toRows tells it.
type offScale struct {
	side   []int8
	colour uint8
}

// drawOff marks the columns in which a curve is off the scale, at the edge,
// where nothing else is drawn; the later curve goes first.
func (c *Plot) drawOff(g *grid) {
	for i := len(c.offs) - 1; i >= 0; i-- {
		for dot, side := range c.offs[i].side {
			if side == 0 {
				continue
			}
			col := c.cellOf(dot)
			k, sign := g.at(col+1, g.h-1), Below
			if side > 0 {
				k, sign = g.at(col+1, 0), Above
			}
			if c.empty(k) {
				*k = cell{r: sign, colour: c.offs[i].colour}
			}
		}
	}
}

// LeavesScale says whether any curve leaves the scale.
func (c *Plot) LeavesScale() bool {
	for _, o := range c.offs {
		for _, side := range o.side {
			if side != 0 {
				return true
			}
		}
	}
	return false
}

// The signs at the edges over which a curve has gone.
const Below, Above = '▾', '▴'

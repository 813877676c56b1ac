package chart

import (
	"math"

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
	On     []float64 // the curve in rows
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
		side := m.Off[col]
		switch {
		case side < 0:
			row = 0
		case side > 0:
			row = c.Rows - 1
		}
		for d := 0; side == 0 && d < len(m.On); d++ {
			if at, ok := m.near(d); ok {
				col, row = at, int(math.Round(m.On[at]))
				break
			}
		}
		*g.at(col+1, c.Rows-1-min(row, c.Rows-1)) = cell{m.Glyph, m.Colour}
	}
}

// near is a column d away in which the mark's curve is drawn.
func (m Mark) near(d int) (int, bool) {
	for _, col := range [...]int{m.Col - d, m.Col + d} {
		if col >= 0 && col < len(m.On) && draw.Known(m.On[col]) {
			return col, true
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
		for col, side := range c.offs[i].side {
			if side == 0 {
				continue
			}
			k, sign := g.at(col+1, g.h-1), Below
			if side > 0 {
				k, sign = g.at(col+1, 0), Above
			}
			if c.empty(k) {
				*k = cell{sign, c.offs[i].colour}
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

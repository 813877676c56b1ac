package tui

import (
	"unicode/utf8"

	"optwatch/tui/draw"
)

// rule is a thin line across a chart with its name on it.
type rule struct {
	name     string
	at       float64 // the value
	vertical bool
}

// dot is the sign of a point.
type dot struct {
	col, row int
	glyph    rune
	colour   uint8
}

func (c *chart) drawDots(g *grid) {
	for _, d := range c.dots {
		*g.at(d.col+1, d.row) = cell{d.glyph, d.colour}
	}
}

// drawRules draws the lines where nothing else is, then their names where they
// cover nothing but lines and bands. A name that finds no such place is left
// out.
func (c *chart) drawRules(g *grid) {
	for _, r := range c.rules {
		if r.vertical {
			if col, ok := columnAt(c.x.Cell(c.x.Of(r.at), c.cols), c.cols); ok {
				for y := range g.h {
					c.thin(g.at(col+1, y), '┊')
				}
			}
		} else if y, ok := c.row(c.y.Of(r.at)); ok {
			for x := 1; x < g.w; x++ {
				c.thin(g.at(x, y), '┈')
			}
		}
	}
	for _, r := range c.rules {
		c.nameRule(g, r)
	}
}

func (c *chart) thin(k *cell, r rune) {
	if c.empty(k) {
		*k = cell{r, draw.ColourDim}
	}
}

// nameRule writes the name of a line: on a horizontal one as far on the right
// as there is room, or just above or below it; beside a vertical one as high
// as there is room.
func (c *chart) nameRule(g *grid, r rule) {
	n := utf8.RuneCountInString(r.name)
	if n == 0 {
		return
	}
	if r.vertical {
		col, ok := columnAt(c.x.Cell(c.x.Of(r.at), c.cols), c.cols)
		for y := 0; ok && y < g.h; y++ {
			for _, x := range [...]int{col + 2, col - n} {
				if c.write(g, x, y, n, r.name) {
					return
				}
			}
		}
		return
	}
	at, ok := c.row(c.y.Of(r.at))
	for _, y := range [...]int{at, at - 1, at + 1} {
		for x := g.w - n - 1; ok && y >= 0 && y < g.h && x > 1; x-- {
			if c.write(g, x, y, n, r.name) {
				return
			}
		}
	}
}

// write writes a name of n columns at x, unless it or the space about it would
// cover something.
func (c *chart) write(g *grid, x, y, n int, name string) bool {
	if x < 1 || x+n > g.w {
		return false
	}
	for i := max(1, x-1); i < min(g.w, x+n+1); i++ {
		if k := g.at(i, y); !c.empty(k) && (k.r != '┊' || i >= x && i < x+n) {
			return false
		}
	}
	g.write(x, y, name, draw.ColourDim)
	return true
}

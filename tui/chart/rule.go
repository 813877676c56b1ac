package chart

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// Rule is a thin line across a chart with its name on it.
type Rule struct {
	Name     string
	At       float64 // the value
	Vertical bool
}

// Dot is the sign of a point.
type Dot struct {
	Col, Row int
	Glyph    rune
	Colour   uint8
}

func (c *Plot) drawDots(g *grid) {
	for _, d := range c.Dots {
		*g.at(d.Col+1, d.Row) = cell{r: d.Glyph, colour: d.Colour}
	}
}

// drawRules draws the lines where nothing else is, then their names where they
// cover nothing but lines and bands. A name that finds no such place is left
// out.
func (c *Plot) drawRules(g *grid) {
	for _, r := range c.Rules {
		if r.Vertical {
			if col, ok := columnAt(c.X.Cell(c.X.Of(r.At), c.Cols), c.Cols); ok {
				for y := range g.h {
					c.thin(g.at(col+1, y), '┊')
				}
			}
		} else if y, ok := c.Row(c.Y.Of(r.At)); ok {
			for x := 1; x < g.w; x++ {
				c.thin(g.at(x, y), '┈')
			}
		}
	}
	for _, r := range c.Rules {
		c.nameRule(g, r)
	}
}

func (c *Plot) thin(k *cell, r rune) {
	if c.empty(k) {
		*k = cell{r: r, colour: draw.ColourDim}
	}
}

// nameRule writes the name of a line: on a horizontal one as far on the right
// as there is room, or just above or below it; beside a vertical one as high
// as there is room.
func (c *Plot) nameRule(g *grid, r Rule) {
	n := ansi.StringWidth(r.Name)
	if n == 0 {
		return
	}
	if r.Vertical {
		col, ok := columnAt(c.X.Cell(c.X.Of(r.At), c.Cols), c.Cols)
		for y := 0; ok && y < g.h; y++ {
			for _, x := range [...]int{col + 2, col - n} {
				if c.write(g, x, y, n, r.Name) {
					return
				}
			}
		}
		return
	}
	at, ok := c.Row(c.Y.Of(r.At))
	for _, y := range [...]int{at, at - 1, at + 1} {
		for x := g.w - n - 1; ok && y >= 0 && y < g.h && x > 1; x-- {
			if c.write(g, x, y, n, r.Name) {
				return
			}
		}
	}
}

// nameReference writes what the reference is on its line, as far on the left as there is
// room: there curves have not come down to it yet, so that the name stays where it is
// while they grow. Where they leave no room there, it stands just above or below the
// line, if no curve is beside it there, which it would seem to name.
func (c *Plot) nameReference(g *grid) {
	c.referred = false
	at, ok := c.Row(c.Reference)
	for _, name := range c.Referred {
		n := ansi.StringWidth(name)
		for x := 2; ok && !c.referred && x+n < g.w; x++ {
			c.referred = c.write(g, x, at, n, name)
		}
		for _, by := range [...]int{-1, 1} {
			if ok && !c.referred && 2+n < g.w && c.free(g, 2, at+2*by, n) {
				c.referred = c.write(g, 2, at+by, n, name)
			}
		}
	}
}

// NamesReference says whether what the reference is stands on the chart, as it was drawn
// last.
func (c *Plot) NamesReference() bool { return c.referred }

// write writes a name of n columns at x, unless it or the space about it would
// cover something.
func (c *Plot) write(g *grid, x, y, n int, name string) bool {
	if x < 1 || y < 0 || y >= g.h || x+n > g.w || !c.free(g, x, y, n) {
		return false
	}
	g.write(x, y, name, draw.ColourDim)
	return true
}

// free says whether n columns and the space about them have nothing but lines and bands,
// as beyond the chart.
func (c *Plot) free(g *grid, x, y, n int) bool {
	for i := max(1, x-1); y >= 0 && y < g.h && i < min(g.w, x+n+1); i++ {
		if k := g.at(i, y); !c.empty(k) && (k.r != '┊' || i >= x && i < x+n) {
			return false
		}
	}
	return true
}

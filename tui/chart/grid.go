package chart

import (
	"strings"

	"optwatch/tui/draw"
)

// cell is a character of a chart and its colour, an entry of the 256.
type cell struct {
	r      rune
	colour uint8
	bold   bool
}

// grid is a chart as cells.
type grid struct {
	w, h  int
	cells []cell
}

func newGrid(w, h int) *grid {
	g := &grid{w, h, make([]cell, w*h)}
	for i := range g.cells {
		g.cells[i].r = ' '
	}
	return g
}

func (g *grid) at(x, y int) *cell { return &g.cells[y*g.w+x] }

// write puts text into a row, cropped at its end.
func (g *grid) write(x, y int, s string, colour uint8) {
	for _, r := range s {
		if x >= 0 && x < g.w {
			*g.at(x, y) = cell{r: r, colour: colour}
		}
		x++
	}
}

// render writes a row of cells, colour by colour.
func (g *grid) render(b *strings.Builder, t *draw.Theme, y int) {
	now := t.Code[0]
	var colour uint8
	bold := false
	for x := range g.w {
		c := g.at(x, y)
		if c.r != ' ' && (c.colour != colour || c.bold != bold) {
			b.WriteString(now.Off)
			if colour, bold = c.colour, c.bold; bold {
				now = t.Bold[colour]
			} else {
				now = t.Code[colour]
			}
			b.WriteString(now.On)
		}
		b.WriteRune(c.r)
	}
	b.WriteString(now.Off)
}

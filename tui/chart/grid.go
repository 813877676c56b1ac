package chart

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// cell is a character of a chart and its colour, an entry of the 256. A character of
// two columns has the cell after its own too, in which rest stands.
type cell struct {
	r      rune // below 0: the character of several runes, or columns, of that number
	colour uint8
	bold   bool
}

// grid is a chart as cells.
type grid struct {
	w, h     int
	cells    []cell
	clusters []string // characters that are more than a rune of one column, from -1 down
}

// rest is what the second column of a character has for a rune.
const rest rune = 0

func newGrid(w, h int) *grid {
	g := &grid{w: w, h: h, cells: make([]cell, w*h)}
	for i := range g.cells {
		g.cells[i].r = ' '
	}
	return g
}

func (g *grid) at(x, y int) *cell { return &g.cells[y*g.w+x] }

// write puts text into a row, cropped at its end.
func (g *grid) write(x, y int, s string, colour uint8) {
	for s != "" {
		cluster, left, n, _ := ansi.FirstGraphemeCluster(s, -1)
		s = left
		r, size := utf8.DecodeRuneInString(cluster)
		if n != 1 || size != len(cluster) {
			g.clusters = append(g.clusters, cluster)
			r = -rune(len(g.clusters))
		}
		for i := range n {
			if x+i >= 0 && x+n <= g.w {
				*g.at(x+i, y) = cell{r: r, colour: colour}
			}
			r = rest
		}
		x += n
	}
}

// text is what stands at the cell of a cluster, and how many columns it takes: a blank
// where something lies over half of it.
func (g *grid) text(x, y int) (string, int) {
	c := g.at(x, y)
	if c.r == rest {
		return " ", 1
	}
	s := g.clusters[-c.r-1]
	n := ansi.StringWidth(s)
	if n == 2 && (x+1 == g.w || g.at(x+1, y).r != rest) {
		return " ", 1
	}
	return s, n
}

// render writes a row of cells, colour by colour.
func (g *grid) render(b *strings.Builder, t *draw.Theme, y int) {
	now := t.Code[0]
	var colour uint8
	bold := false
	for x, n := 0, 1; x < g.w; x += n {
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
		if n = 1; c.r > rest {
			b.WriteRune(c.r)
			continue
		}
		var s string
		s, n = g.text(x, y)
		b.WriteString(s)
	}
	b.WriteString(now.Off)
}

package chart

import (
	"math"

	"github.com/charmbracelet/x/ansi"
)

// nameEnds writes the names of curves where they end, that of the uppermost first: at
// the right edge, where they stay while the curves grow, in the row of the end, or
// above or below that, where there is room that is blank.
func (c *Plot) nameEnds(g *grid) {
	named := make([]bool, len(c.Strokes))
	for _, beside := range [][]int{{0}, {-1, 1}} {
		for i := len(c.Strokes) - 1; i >= 0; i-- {
			s := &c.Strokes[i]
			n := ansi.StringWidth(s.Name)
			end, ok := c.end(s)
			if n == 0 || !ok || named[i] {
				continue
			}
			for _, by := range beside {
				if x := g.w - n; c.blank(g, x, end+by, n) {
					g.write(x, end+by, s.Name, s.Colour)
					named[i] = true
					break
				}
			}
		}
	}
}

// end is the row of cells in which a stroke ends, from the top; false if it is nowhere.
func (c *Plot) end(s *Stroke) (int, bool) {
	for dot := len(s.Rows) - 1; dot >= 0; dot-- {
		if !math.IsNaN(s.Rows[dot]) {
			return c.Rows - 1 - c.cellRow(s.Rows[dot]), true
		}
	}
	return 0, false
}

// blank says whether n cells and one on either side hold nothing but bands and thin
// lines.
func (c *Plot) blank(g *grid, x, y, n int) bool {
	if x < 2 || x+n > g.w || y < 0 || y >= g.h {
		return false
	}
	for i := x - 1; i < min(g.w, x+n+1); i++ {
		if !c.empty(g.at(i, y)) {
			return false
		}
	}
	return true
}

package chart

import (
	"math"
	"unicode/utf8"
)

// nameEnds writes the names of curves where they end, that of the uppermost first: at
// the right edge, where they stay while the curves grow, in the row of the end, or
// above or below that, where there is room that is blank.
func (c *Plot) nameEnds(g *grid) {
	for i := len(c.Strokes) - 1; i >= 0; i-- {
		s := &c.Strokes[i]
		dot := len(s.Rows) - 1
		for dot >= 0 && math.IsNaN(s.Rows[dot]) {
			dot--
		}
		if s.Name == "" || dot < 0 {
			continue
		}
		end := c.Rows - 1 - c.cellRow(s.Rows[dot])
		n := utf8.RuneCountInString(s.Name)
		for _, y := range [...]int{end, end - 1, end + 1} {
			if x := g.w - n; c.blank(g, x, y, n) {
				g.write(x, y, s.Name, s.Colour)
				break
			}
		}
	}
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

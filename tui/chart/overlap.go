package chart

import (
	"math"
	"unicode/utf8"
)

// interleave lets curves that run level in the same cells take turns along the x-axis,
// the uppermost every second time: as asciigraph draws them, it hides the others.
func (c *Plot) interleave(g *grid) {
	for col := 1; col < c.Cols && len(c.Strokes) > 1; col++ {
		for i := len(c.Strokes) - 1; i > 0; i-- {
			row, ok := c.Strokes[i].level(col)
			if !ok || c.levelOver(i, col, row) {
				continue
			}
			k := g.at(col+1, c.Rows-1-row)
			if top, _ := utf8.DecodeRuneInString(c.Strokes[i].Style.Flat); k.r != top || k.colour != c.Strokes[i].Colour && k.colour != 0 {
				continue // another goes through here over it
			}
			var over [8]int
			n := c.levelWith(i, col, row, &over)
			s := &c.Strokes[over[turn(col, n)]]
			r, _ := utf8.DecodeRuneInString(s.Style.Flat)
			*k = cell{r: r, colour: s.Colour, bold: s.Bold}
		}
	}
}

// level is the row in which a stroke runs level into a column, if it does.
func (s *Stroke) level(col int) (int, bool) {
	at := s.Rows[col]
	if s.Under || math.IsNaN(at) || s.Rows[col-1] != at {
		return 0, false
	}
	return int(at), true
}

// levelOver says whether a later stroke runs level in the same row.
func (c *Plot) levelOver(i, col, row int) bool {
	for j := i + 1; j < len(c.Strokes); j++ {
		if at, ok := c.Strokes[j].level(col); ok && at == row {
			return true
		}
	}
	return false
}

// levelWith are a stroke and those under it that run level in the same row, as far as
// there is room for them.
func (c *Plot) levelWith(i, col, row int, over *[8]int) int {
	over[0] = i
	n := 1
	for j := i - 1; j >= 0 && n < len(over); j-- {
		if at, ok := c.Strokes[j].level(col); ok && at == row {
			over[n], n = j, n+1
		}
	}
	return n
}

package chart

import (
	"math"

	"github.com/charmbracelet/x/ansi"
)

// ending is where a curve ends: its height, its row from the top, and the row of its name.
type ending struct {
	height   float64
	row, at  int
	is, said bool // it ends somewhere; its name is written
}

// farthest is how many rows from the end of its curve a name stands at most.
const farthest = 2

// nameEnds writes the names of curves where they end, that of the uppermost first: at
// the right edge, where they stay while the curves grow, in the row of the end, or a
// little above or below that, where there is room that is blank. Names are one above the
// other as the ends are, and none has the end of another curve between it and its own.
func (c *Plot) nameEnds(g *grid) {
	ends := make([]ending, len(c.Strokes))
	for i := range ends {
		ends[i] = c.end(&c.Strokes[i])
	}
	for by := range farthest + 1 {
		for i := len(ends) - 1; i >= 0; i-- {
			s, e := &c.Strokes[i], &ends[i]
			n := ansi.StringWidth(s.Name)
			if n == 0 || !e.is || e.said {
				continue
			}
			for _, row := range []int{e.row - by, e.row + by} {
				if x := g.w - n; e.may(row, ends) && c.blank(g, x, row, n) {
					g.write(x, row, s.Name, s.Colour)
					e.at, e.said = row, true
					break
				}
			}
		}
	}
}

// may says whether the name may stand in a row as far as other curves and their names go.
func (e *ending) may(row int, all []ending) bool {
	for i := range all {
		switch o := &all[i]; {
		case o == e || !o.is:
		case row < e.row && o.height > e.height && o.row >= row,
			row > e.row && o.height < e.height && o.row <= row:
			return false
		case o.said && (o.height > e.height && o.at >= row || o.height < e.height && o.at <= row):
			return false
		}
	}
	return true
}

// end is where a stroke ends.
func (c *Plot) end(s *Stroke) ending {
	for dot := len(s.Rows) - 1; dot >= 0; dot-- {
		if h := s.Rows[dot]; !math.IsNaN(h) {
			return ending{height: h, row: c.Rows - 1 - c.cellRow(h), is: true}
		}
	}
	return ending{}
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

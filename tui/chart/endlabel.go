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

// nameEnds writes the names of curves where they end, that of the uppermost first: at
// the right edge, where they stay while the curves grow, in the row of the end, or
// above or below that, where there is room that is blank and no other curve ends. Names
// are one above the other as the curves are.
func (c *Plot) nameEnds(g *grid) {
	ends := make([]ending, len(c.Strokes))
	for i := range ends {
		ends[i] = c.end(&c.Strokes[i])
	}
	for _, own := range []bool{true, false} {
		for i := len(ends) - 1; i >= 0; i-- {
			s, e := &c.Strokes[i], &ends[i]
			n := ansi.StringWidth(s.Name)
			if n == 0 || !e.is || e.said {
				continue
			}
			for _, row := range e.rows(own, ends) {
				if x := g.w - n; e.may(row, ends) && c.blank(g, x, row, n) {
					g.write(x, row, s.Name, s.Colour)
					e.at, e.said = row, true
					break
				}
			}
		}
	}
}

// rows are where the name may stand: in the row of the end, or beside it, first where the
// nearest other curve is not.
func (e *ending) rows(own bool, all []ending) []int {
	if own {
		return []int{e.row}
	}
	for i := range all {
		if o := &all[i]; o.is && o.height > e.height && e.row-o.row <= 1 {
			return []int{e.row + 1, e.row - 1}
		}
	}
	return []int{e.row - 1, e.row + 1}
}

// may says whether the name may stand in a row as far as other curves and their names go.
func (e *ending) may(row int, all []ending) bool {
	for i := range all {
		switch o := &all[i]; {
		case o == e || !o.is:
		case o.row == row && row != e.row:
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

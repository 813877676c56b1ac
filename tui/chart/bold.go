package chart

import "math"

// embolden lets the strokes that stand out do so where asciigraph has drawn them: in
// each column from the row before to its own.
func (c *Plot) embolden(g *grid, mono bool) {
	for i := range c.Strokes {
		s := &c.Strokes[i]
		before := math.NaN()
		for col, row := range s.Rows {
			if math.IsNaN(before) {
				before = row
			}
			for y := min(row, before); s.Bold && y <= max(row, before); y++ {
				if k := g.at(col+1, c.Rows-1-int(y)); k.r != ' ' && (mono || k.colour == s.Colour) {
					k.bold = true
				}
			}
			before = row
		}
	}
}

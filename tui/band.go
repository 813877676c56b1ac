package tui

import "math"

// band is the room between two curves, in columns of coordinates.
type band struct {
	lo, hi []float64
	colour uint8
}

// drawBands shades what lies between the curves of each band, where nothing
// else is drawn; the later band goes first. What is off the scale is cut at
// its edge.
func (c *chart) drawBands(g *grid) {
	top := float64(c.rows - 1)
	for i := len(c.bands) - 1; i >= 0; i-- {
		b := &c.bands[i]
		for col := range b.lo {
			lo, hi := math.Round(c.y.Cell(b.lo[col], c.rows)), math.Round(c.y.Cell(b.hi[col], c.rows))
			if !(hi > lo) { // unknown, or no room between them
				continue
			}
			for row := max(lo, 0); row <= min(hi, top); row++ {
				if k := g.at(col+1, c.rows-1-int(row)); k.r == ' ' {
					*k = cell{c.shade, b.colour}
				}
			}
		}
	}
}

// empty says whether nothing is drawn in a cell that a thin line must not hide.
func (c *chart) empty(k *cell) bool {
	return k.r == ' ' || k.r == '┈' || k.r == c.shade
}

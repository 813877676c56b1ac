package chart

import "math"

// Band is the room between two curves, in columns of dots of coordinates.
type Band struct {
	Lo, Hi []float64
	Colour uint8
}

// drawBands shades what lies between the curves of each band, where nothing
// else is drawn; the later band goes first. What is off the scale is cut at
// its edge.
func (c *Plot) drawBands(g *grid) {
	top := float64(c.Rows - 1)
	for i := len(c.Bands) - 1; i >= 0; i-- {
		b := &c.Bands[i]
		for col := range c.Cols {
			dot := c.Dot(col)
			lo, hi := math.Round(c.Y.Cell(b.Lo[dot], c.Rows)), math.Round(c.Y.Cell(b.Hi[dot], c.Rows))
			if !(hi > lo) { // unknown, or no room between them
				continue
			}
			for row := max(lo, 0); row <= min(hi, top); row++ {
				if k := g.at(col+1, c.Rows-1-int(row)); k.r == ' ' {
					*k = cell{r: c.Shade, colour: b.Colour}
				}
			}
		}
	}
}

// empty says whether nothing is drawn in a cell that a thin line must not hide.
func (c *Plot) empty(k *cell) bool {
	return k.r == ' ' || k.r == '┈' || k.r == c.Shade
}

package chart

import "math"

// Where curves are drawn in dots, a cell has several: their columns and rows are
// counted from the left and from the bottom of the plot, as those of cells are. A
// cell's middle lies between them.

// DotCols is how many columns of dots there are.
func (c *Plot) DotCols() int {
	across, _ := c.Style.Dots()
	return across * c.Cols
}

// DotCol is a place on the x-axis in columns of dots, from one in columns of cells.
func (c *Plot) DotCol(x float64) float64 {
	across, _ := c.Style.Dots()
	return finer(x, across)
}

// finer is a place among cells, in parts of cells of which each has n.
func finer(x float64, n int) float64 { return float64(n)*x + float64(n-1)/2 }

// Dot is the column of dots that stands for a column of cells.
func (c *Plot) Dot(col int) int {
	across, _ := c.Style.Dots()
	return across*col + across/2
}

// cellOf is the column of cells in which a column of dots lies, and cellRow the same
// of a row.
func (c *Plot) cellOf(dot int) int {
	across, _ := c.Style.Dots()
	return dot / across
}

func (c *Plot) cellRow(dot float64) int {
	_, up := c.Style.Dots()
	return int(math.Round(dot)) / up
}

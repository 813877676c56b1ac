package chart

import (
	"strings"
	"unicode/utf8"

	"optwatch/tui/draw"
)

// ruleAxis leaves asciigraph's ticks on the y-axis only where a label is.
func (c *Plot) ruleAxis(g *grid) {
	ticked := make([]bool, c.Rows)
	for _, k := range c.YTicks {
		if y, ok := c.Row(k.At); ok {
			ticked[y] = true
		}
	}
	for y := range c.Rows {
		if a := g.at(0, y); a.r == '┤' && !ticked[y] {
			a.r = '│'
		}
	}
}

// Row is the row of a coordinate, counted from the top, if it is on the chart.
func (c *Plot) Row(at float64) (int, bool) {
	r, ok := columnAt(c.Y.Cell(at, c.Rows), c.Rows)
	return c.Rows - 1 - r, ok
}

// yLabels are the labels of all rows.
func (c *Plot) yLabels() []string {
	labels := make([]string, c.Rows)
	for i := range labels {
		labels[i] = strings.Repeat(" ", LabelWidth)
	}
	before := ""
	for _, k := range c.YTicks {
		y, ok := c.Row(k.At)
		text := k.Label
		for digits := 5; len(text) >= LabelWidth && digits > 1; digits-- {
			text = draw.Number(c.Y.Value(k.At), digits)
		}
		if !ok || len(text) >= LabelWidth || text == before {
			continue
		}
		before = text
		if len(text) < LabelWidth-1 {
			text += " "
		}
		labels[y] = strings.Repeat(" ", LabelWidth-len(text)) + text
	}
	return labels
}

// xAxis is the axis and its labels under the plot.
func (c *Plot) xAxis() *grid {
	const left = LabelWidth + 1
	g := newGrid(left+c.Cols, axisRows)
	g.write(left-1, 0, "└"+strings.Repeat("─", c.Cols), draw.ColourFaint)
	end := -1
	for _, k := range c.XTicks {
		col, ok := columnAt(c.X.Cell(k.At, c.Cols), c.Cols)
		if !ok {
			continue
		}
		n := utf8.RuneCountInString(k.Label)
		at := min(left+col-n/2, g.w-n)
		if at <= end {
			continue
		}
		g.write(left+col, 0, "┬", draw.ColourFaint)
		g.write(at, 1, k.Label, draw.ColourDim)
		end = at + n
	}
	for _, k := range c.OnAxis {
		*g.at(left+k.Col, 0) = cell{r: k.Glyph, colour: k.Colour}
	}
	return g
}

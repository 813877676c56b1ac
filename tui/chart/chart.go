package chart

import (
	"math"
	"strings"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

const (
	LabelWidth = 8 // of the y-axis, whatever the values; the first stays empty
	axisRows   = 2 // of the x-axis and its labels
)

// Plot is everything that is drawn in one plot.
type Plot struct {
	Cols, Rows     int
	Style          draw.Plot
	X, Y           axis.Scale
	XTicks, YTicks []Tick
	Strokes        []Stroke // the later over the earlier
	Bands          []Band   // under the strokes
	Shade          rune     // of bands
	offs           []offScale
	referred       bool // the reference has its name on it
	Rules          []Rule
	Dots           []Dot
	Marks          []Mark
	Reference      float64  // a coordinate on the y-axis; NaN for none
	Referred       []string // what that is, the longest text first; nil where another place says it
	Cursor         int      // a column; negative for none
	OnAxis         []AxisMark
}

// New is an empty chart whose curves have so many columns and rows.
func New(cols, rows int) *Plot {
	return &Plot{Cols: cols, Rows: rows, Reference: math.NaN(), Cursor: -1}
}

// Room is the room for curves in a chart of w×h cells.
func Room(w, h int) (cols, rows int) {
	return w - LabelWidth - 2, h - axisRows
}

// Draw renders the chart as lines; it is LabelWidth+1 columns wider than its
// plot and axisRows rows higher.
func (c *Plot) Draw(t *draw.Theme) []string {
	g := c.drawCurves(t.Mono)
	c.ruleAxis(g)
	c.drawReference(g)
	c.drawBands(g)
	c.drawDots(g)
	c.drawRules(g)
	c.drawOff(g)
	c.drawCursor(g)
	c.drawMarks(g)
	c.nameEnds(g)
	c.nameReference(g)
	labels := c.yLabels()
	lines := make([]string, 0, c.Rows+axisRows)
	for y := range c.Rows {
		var b strings.Builder
		b.Grow(3 * g.w)
		if label := strings.TrimLeft(labels[y], " "); label == "" {
			b.WriteString(labels[y])
		} else {
			b.WriteString(labels[y][:LabelWidth-len(label)])
			b.WriteString(t.Dim.Paint(label))
		}
		g.render(&b, t, y)
		lines = append(lines, b.String())
	}
	for y, below := 0, c.xAxis(); y < below.h; y++ {
		var b strings.Builder
		below.render(&b, t, y)
		lines = append(lines, b.String())
	}
	return lines
}

// drawCurves draws the strokes in their style.
func (c *Plot) drawCurves(mono bool) *grid {
	if c.Style != draw.Lines {
		return c.drawLayers(mono)
	}
	g := drawStrokes(c.Strokes, c.Cols, c.Rows, mono)
	c.embolden(g, mono)
	c.interleave(g)
	return g
}

func (c *Plot) drawReference(g *grid) {
	y, ok := c.Row(c.Reference)
	for x := 1; ok && x < g.w; x++ {
		if k := g.at(x, y); k.r == ' ' {
			*k = cell{r: '┈', colour: draw.ColourDim}
		}
	}
}

func (c *Plot) drawCursor(g *grid) {
	if c.Cursor < 0 || c.Cursor >= c.Cols {
		return
	}
	for y := range g.h {
		if k := g.at(c.Cursor+1, y); c.empty(k) {
			*k = cell{r: '┊', colour: draw.ColourFocus}
		}
	}
}

package chart

import (
	"math"

	"optwatch/tui/draw"
)

// layers are curves in dots, cell by cell: who has dots there, and which. Dots of
// two colours cannot stand in one cell.
type layers struct {
	w, h  int // in cells
	heads []int32
	all   []layer
}

// layer are the dots of one stroke in one cell: a bit each, counted along rows from
// the bottom left.
type layer struct {
	mask   uint8
	stroke int32
	below  int32 // the layer under it; 0 for none
}

// drawLayers draws curves in dots, the later over the earlier, as drawStrokes does
// with characters.
func (c *Plot) drawLayers(mono bool) *grid {
	g := newGrid(c.Cols+1, c.Rows)
	for y := range c.Rows {
		*g.at(0, y) = cell{r: '┤', colour: draw.ColourFaint}
	}
	l := layers{w: c.Cols, h: c.Rows, heads: make([]int32, c.Cols*c.Rows), all: make([]layer, 1, 4*c.DotCols()+1)}
	for i := range c.Strokes {
		l.stroke(c, int32(i))
	}
	for y := range c.Rows {
		for x := range c.Cols {
			if head := l.heads[y*c.Cols+x]; head > 0 {
				*g.at(x+1, c.Rows-1-y) = l.cell(c, head, x, mono)
			}
		}
	}
	return g
}

// stroke adds one curve: its dots, and the ways between distant ones, half of each in
// either column.
func (l *layers) stroke(c *Plot, i int32) {
	across, up := c.Style.Dots()
	s := &c.Strokes[i]
	loose := s.Style.Upright == " "
	before := math.NaN()
	for x, v := range s.Rows {
		row := math.Round(v)
		if !draw.Known(row) {
			before = math.NaN()
			continue
		}
		y := int(row)
		if s.Bold || s.Style.Dash == 0 || s.Style.Dash>>(x%8)&1 > 0 {
			l.dot(i, x, y, across, up)
		}
		if from := before; draw.Known(from) && !loose && math.Abs(row-from) > 1 {
			half := (int(from) + y) / 2
			for r := min(int(from), half); r <= max(int(from), half); r++ {
				l.dot(i, x-1, r, across, up)
			}
			for r := min(half, y); r <= max(half, y); r++ {
				l.dot(i, x, r, across, up)
			}
		}
		before = row
	}
}

// dot adds a dot of a stroke.
func (l *layers) dot(stroke int32, x, y, across, up int) {
	if x < 0 || y < 0 || x >= across*l.w || y >= up*l.h {
		return
	}
	at := y/up*l.w + x/across
	bit := uint8(1) << (y%up*across + x%across)
	if head := l.heads[at]; head > 0 && l.all[head].stroke == stroke {
		l.all[head].mask |= bit
		return
	}
	l.all = append(l.all, layer{bit, stroke, l.heads[at]})
	l.heads[at] = int32(len(l.all) - 1)
}

// cell is what is seen of the layers in a cell. Where curves lie over each other they
// take turns along the x-axis, the uppermost every second time, so that none is
// hidden; without colour, the dots of all are seen.
func (l *layers) cell(c *Plot, head int32, x int, mono bool) cell {
	var owners [8]int32
	n, mask := 0, uint8(0)
	for k := head; k > 0; k = l.all[k].below {
		mask |= l.all[k].mask
		if !c.Strokes[l.all[k].stroke].Under && n < len(owners) {
			owners[n], n = k, n+1
		}
	}
	top := head
	if n > 0 {
		top = owners[turn(x, n)]
	}
	if !mono {
		mask = l.all[top].mask
	}
	s := &c.Strokes[l.all[top].stroke]
	return cell{c.glyph(mask), s.Colour, s.Bold}
}

// turn is whose turn it is in a column among n curves in one place, eight columns long:
// that of the uppermost, which is the first, every second time, and of each of the
// others in between.
func turn(x, n int) int {
	if x /= 8; n == 1 || x%2 == 0 {
		return 0
	}
	return 1 + x/2%(n-1)
}

// glyph is the character with some dots.
func (c *Plot) glyph(mask uint8) rune {
	if c.Style == draw.Blocks {
		return quarters[mask&15]
	}
	r := rune(0x2800)
	for i, bit := range braille {
		if mask>>i&1 > 0 {
			r |= bit
		}
	}
	return r
}

// braille are the bits in Unicode's pattern of the dots from the bottom left along
// rows, and quarters the blocks by the quarters that are filled.
var (
	braille  = [8]rune{0x40, 0x80, 0x04, 0x20, 0x02, 0x10, 0x01, 0x08}
	quarters = [16]rune{' ', '▖', '▗', '▄', '▘', '▌', '▚', '▙', '▝', '▞', '▐', '▟', '▀', '▛', '▜', '█'}
)

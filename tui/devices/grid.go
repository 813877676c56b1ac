package devices

import (
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// grid is devices side by side in cells of one width, each with what its cell has
// room for.
func (f *frame) grid(from, to, across, w int) []string {
	var lines []string
	for i := from; i < to; i += across {
		l := draw.NewLine(w)
		for j := i; j < min(i+across, to); j++ {
			l.Tab((j - i) * (w / across))
			f.cell(l, &f.view.Devices[j], w/across)
		}
		lines = append(lines, l.String())
	}
	return lines
}

// The parts of a cell, in columns: before the bar, the number beside it, and what is
// unusual with the gap between cells.
const cellLead, cellBusy, cellEnd, leastCellBar = 4, 5, 3, 4

// cellFields are the values after the busy time by how much they tell, each with the
// space before it, and the order in which they stand.
var cellFields = [...]struct{ width, rank int }{{9, 1}, {6, 0}, {5, 2}}

// cell is a device in w columns: busy, then its memory, power and temperature as far
// as there is room, and what is unusual.
func (f *frame) cell(l *draw.Line, d *device.DeviceView, w int) {
	t, c := f.theme, f.condition(d)
	start, end := l.At(), l.At()+w-1
	f.sign(l, d)
	l.Tab(start + 1)
	body, bars, index := t.Text, t.Focus, t.Strong
	switch {
	case c.rank >= grave:
		bars, index = c.ink, c.ink
	case c.rank == stale:
		body, bars = t.Dim, t.Dim
	}
	l.Put(index, draw.Right(strconv.Itoa(d.Index), 2)).Gap(1)
	if c.off {
		l.Put(c.ink, draw.Short(c.glyph+" "+d.State.String(), end-l.At()))
		return
	}
	memory, power := draw.MemoryGiB(d.Value(device.MemoryUsed), d.Value(device.MemoryTotal)), draw.WithUnit(d.Value(device.Power), "W")
	temperature := draw.WithUnit(d.Value(device.Temperature), "°")
	values := [...]struct {
		text string
		ink  draw.Ink
	}{{memory, filled(t, memoryShare(d), body)}, {power, body}, {temperature, warm(t, d, body)}}
	room, bar, shown := w-cellLead-cellBusy-cellEnd-leastCellBar, leastCellBar, [len(cellFields)]bool{}
	if power := cellFields[1].width; room < power && room+bar >= power { // it says more than a bar beside the number of the same
		room, bar = room+bar, 0
	}
	for rank := range cellFields {
		i := slices.IndexFunc(cellFields[:], func(k struct{ width, rank int }) bool { return k.rank == rank })
		if cellFields[i].width > room {
			break
		}
		room -= cellFields[i].width
		shown[i] = true
	}
	if bar > 0 {
		l.Bar(t, d.Value(device.Busy)/100, min(max(bar+room, 3), cardBar), bars)
	}
	busy := draw.WholePercent(d.Value(device.Busy))
	l.Put(t.Quiet(busy, body), draw.Right(busy, cellBusy))
	for i, v := range values {
		if shown[i] {
			l.Put(t.Quiet(v.text, v.ink), draw.Right(v.text, cellFields[i].width))
		}
	}
	if n := ansi.StringWidth(c.glyph); c.rank > 0 && l.At()+1+n <= end+1 {
		l.Gap(1).Put(c.ink, c.glyph)
	}
}

// filled is the ink of a memory: little of it left is to be seen.
func filled(t *draw.Theme, share float64, k draw.Ink) draw.Ink {
	switch {
	case share >= 0.98:
		return t.Bad
	case share >= 0.9:
		return t.Warn
	}
	return k
}

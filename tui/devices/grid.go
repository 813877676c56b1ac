package devices

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// grid is devices side by side, each with what its cell has room for.
func (f *frame) grid(from, to, across, w int) []string {
	var lines []string
	for i := from; i < to; i += across {
		l := draw.NewLine(w)
		for j := i; j < min(i+across, to); j++ {
			at := w * (j - i) / across
			l.Tab(at)
			f.cell(l, &f.view.Devices[j], w*(j-i+1)/across-at)
		}
		lines = append(lines, l.String())
	}
	return lines
}

// cell is a device in w columns: busy, then its temperature and what is
// unusual.
func (f *frame) cell(l *draw.Line, d *device.DeviceView, w int) {
	t, c := f.theme, f.condition(d)
	end := l.At() + w - 1
	f.sign(l, d)
	l.Tab(end + 1 - w + 1)
	l.Put(t.Strong, draw.Right(strconv.Itoa(d.Index), 2)).Gap(1)
	if c.off {
		l.Put(c.ink, draw.Short(c.glyph+" "+d.State.String(), end-l.At()))
		return
	}
	body, bars := t.Text, t.Focus
	if c.rank == stale {
		body, bars = t.Dim, t.Dim
	}
	temperature := draw.WithUnit(d.Value(device.Temperature), "°")
	room := end - l.At() - 5 - 2
	tempered := room >= 5+4
	if tempered {
		room -= 5
	}
	l.Bar(f.theme, d.Value(device.Busy)/100, min(max(room, 3), cardBar), bars)
	busy := draw.WholePercent(d.Value(device.Busy))
	l.Put(f.theme.Quiet(busy, body), draw.Right(busy, 5))
	if tempered {
		l.Put(f.theme.Quiet(temperature, warm(f.theme, d, body)), draw.Right(temperature, 5))
	}
	if n := ansi.StringWidth(c.glyph); c.rank > 0 && l.At()+1+n <= end+1 {
		l.Gap(1).Put(c.ink, c.glyph)
	}
}

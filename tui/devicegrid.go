package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
)

// deviceGrid is devices side by side, each with what its cell has room for.
func (m *model) deviceGrid(v *device.View, from, to, across, w int) []string {
	var lines []string
	for i := from; i < to; i += across {
		l := newLine(w)
		for j := i; j < min(i+across, to); j++ {
			at := w * (j - i) / across
			l.tab(at)
			m.deviceCell(l, &v.Devices[j], w*(j-i+1)/across-at)
		}
		lines = append(lines, l.String())
	}
	return lines
}

// deviceCell is a device in w columns: busy, then its temperature and what is
// unusual.
func (m *model) deviceCell(l *line, d *device.DeviceView, w int) {
	t, c := m.theme, m.condition(d)
	end := l.at + w - 1
	m.sign(l, d)
	l.tab(end + 1 - w + 1)
	l.put(t.strong, right(strconv.Itoa(d.Index), 2)).gap(1)
	if c.off {
		l.put(c.ink, short(c.glyph+" "+d.State.String(), end-l.at))
		return
	}
	body, bars := t.text, t.focus
	if c.rank == stale {
		body, bars = t.dim, t.dim
	}
	temperature := withUnit(d.Value(device.Temperature), "°")
	room := end - l.at - 5 - 2
	warm := room >= 5+4
	if warm {
		room -= 5
	}
	m.bar(l, d.Value(device.Busy)/100, min(max(room, 3), cardBar), bars)
	busy := wholePercent(d.Value(device.Busy))
	l.put(m.quiet(busy, body), right(busy, 5))
	if warm {
		l.put(m.quiet(temperature, m.warm(d, body)), right(temperature, 5))
	}
	if n := ansi.StringWidth(c.glyph); c.rank > 0 && l.at+1+n <= end+1 {
		l.gap(1).put(c.ink, c.glyph)
	}
}

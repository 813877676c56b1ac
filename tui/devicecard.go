package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// The columns of a card: its bars, and the value beside each.
const (
	cardName  = 5
	cardBar   = 10
	widestBar = 20
	widestTag = 14 // index and name
)

// deviceCard is a device in three lines, or in two: busy with power beside it,
// as being busy is not being efficient; memory and clock; the last minutes.
func (m *model) deviceCard(v *device.View, d *device.DeviceView, s shape, w int) []string {
	c := m.condition(d)
	tag := m.tagWidth(v)
	if c.off {
		return m.deadCard(v, d, c, s, tag, w)
	}
	t := m.theme
	body := t.Text
	if c.rank == stale {
		body = t.Dim
	}
	bar := cardBarWidth(s, w-1-tag-cardName-cardWidths[0]-cardWidths[1]-cardWidths[2])
	busy := []cardField{
		{"busy", draw.WholePercent(d.Value(device.Busy)), d.Value(device.Busy) / 100, body},
		{"", draw.OfLimit(d.Value(device.Power), d.Value(device.PowerLimit), " W"), 0, body},
		{"", draw.WithUnit(d.Value(device.Temperature), "°C"), 0, m.warm(d, body)},
	}
	memory := []cardField{
		{"mem", memoryOf(d), memoryShare(d), body},
		{"", draw.WithUnit(d.Value(device.SMClock), " MHz"), 0, body},
	}
	first, second := m.tagged(d, tag, w), draw.NewLine(w)
	second.Gap(tag)
	if s == pairs {
		m.cardLine(first, bar, busy)
		m.cardLine(second, bar, memory)
		first.Gap(2)
		first.Put(c.ink, c.in(w-1-first.At()))
		second.Gap(2)
		m.spark(second, v, d, min(w-1-second.At(), mostSpark), t.Dim)
		return []string{first.String(), second.String()}
	}
	m.cardLine(first, bar, append(busy, cardField{"", named("bandwidth ", draw.WholePercent(d.Value(device.MemoryBandwidth))), 0, t.Dim}))
	m.cardLine(second, bar, append(memory, cardField{"", "", 0, body}, cardField{"", m.trafficText(d), 0, t.Dim}))
	return []string{first.String(), second.String(), m.cardMinutes(v, d, c, w)}
}

// cardBarWidth is the width of a card's bars, if so many columns are free. In
// two lines what is unusual and the last minutes stand behind them.
func cardBarWidth(s shape, free int) int {
	if s == pairs {
		free /= 3
	} else if free > cardBar+cardWidths[3]+2 {
		free -= cardWidths[3] + 2
	}
	return min(max(free, 4), widestBar)
}

// memoryOf is how much of a device's memory is used; the star says that it is
// the host's.
func memoryOf(d *device.DeviceView) string {
	text := draw.Memory(d.Value(device.MemoryUsed), d.Value(device.MemoryTotal))
	if d.SharedMemory && text != draw.Unknown {
		text += "*"
	}
	return text
}

// cardField is a value on a card; the first of a line has a bar.
type cardField struct {
	name, text string
	share      float64
	ink        draw.Ink
}

// cardWidths are those of the values after the bar.
var cardWidths = [...]int{12, 10, 6, 18}

// cardLine puts a bar and the values that fit after it. The first begins where
// its bar ends, the others end in their columns.
func (m *model) cardLine(l *draw.Line, bar int, fields []cardField) {
	first := fields[0]
	l.Put(m.theme.Dim, draw.Fit(first.name, cardName))
	k := m.theme.Focus
	if first.ink == m.theme.Dim {
		k = first.ink
	}
	l.Bar(m.theme, first.share, bar, k)
	text := first.text
	if first.name == "busy" {
		text = draw.Right(text, 4)
	}
	end := l.At() + cardWidths[0]
	l.Gap(1).Put(m.theme.Quiet(first.text, first.ink), draw.Short(text, min(cardWidths[0]-1, l.Left()))).Tab(end)
	for i, f := range fields[1:] {
		n := cardWidths[i+1]
		if n > l.Left() {
			return
		}
		l.Put(m.theme.Quiet(f.text, f.ink), draw.Right(f.text, n))
	}
}

// cardMinutes is the line of the last minutes, and of what is unusual.
func (m *model) cardMinutes(v *device.View, d *device.DeviceView, c condition, w int) string {
	l := draw.NewLine(w)
	mark := 0
	if c.rank > 0 && !c.off {
		mark = min(ansi.StringWidth(c.glyph+" "+c.text)+2, w*2/3)
	}
	l.Gap(5)
	m.spark(l, v, d, min(w-1-mark-l.At(), 60), m.theme.Dim)
	if mark > 0 {
		l.Gap(2).Put(c.ink, c.in(mark-2))
	}
	return l.String()
}

// deadCard is a device that does not answer: what it is, what helps, and the
// minutes before.
func (m *model) deadCard(v *device.View, d *device.DeviceView, c condition, s shape, tag, w int) []string {
	first, second := m.tagged(d, tag, w), draw.NewLine(w)
	first.Put(c.ink, c.in(w-first.At()-1))
	second.Gap(tag)
	hint := draw.Clean(d.Hint)
	if s == pairs {
		n := max(0, w-tag-16)
		second.Put(m.theme.Dim, draw.Short(hint, n)).Gap(2)
		m.spark(second, v, d, min(w-1-second.At(), mostSpark), m.theme.Dim)
		return []string{first.String(), second.String()}
	}
	second.Put(m.theme.Dim, draw.Short(hint, w-tag-1))
	return []string{first.String(), second.String(), m.cardMinutes(v, d, c, w)}
}

// tagged begins a line with a device's index and name.
func (m *model) tagged(d *device.DeviceView, tag, w int) *draw.Line {
	l := draw.NewLine(w)
	m.sign(l, d)
	l.Put(m.theme.Strong, draw.Right(strconv.Itoa(d.Index), 2)).Gap(1)
	l.Put(m.theme.Text, draw.Short(deviceName(d.Name), max(0, tag-l.At()-1))).Tab(tag)
	return l
}

// sign marks the selected device, where there is a choice.
func (m *model) sign(l *draw.Line, d *device.DeviceView) {
	k := m.theme.Dim
	if m.focus == paneDevices {
		k = m.theme.Strong
	}
	if d.ID == m.rack.selected && len(m.rack.view.Devices) > 1 {
		l.Put(k, "▸")
	}
	l.Tab(1)
}

// tagWidth is the width of all devices' indices and names.
func (m *model) tagWidth(v *device.View) int {
	w := 0
	for i := range v.Devices {
		w = max(w, ansi.StringWidth(deviceName(v.Devices[i].Name)))
	}
	return min(w, widestTag) + 6
}

// named is a value with its name before; unknown values are left out.
func named(name, text string) string {
	if text == draw.Unknown {
		return ""
	}
	return name + text
}

// trafficText is what goes to and from a device, by its fastest link in use.
func (m *model) trafficText(d *device.DeviceView) string {
	pcie, link := d.Value(device.PCIeRX)+d.Value(device.PCIeTX), d.Value(device.NVLinkRX)+d.Value(device.NVLinkTX)
	switch {
	case draw.Known(link) && link > 0:
		return "nvlink " + draw.Bytes(link) + "/s"
	case draw.Known(pcie):
		return "pcie " + draw.Bytes(pcie) + "/s"
	}
	return ""
}

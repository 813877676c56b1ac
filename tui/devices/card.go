package devices

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

// card is a device in three lines, or in two: busy with power beside it,
// as being busy is not being efficient; memory and clock; the last minutes.
func (f *frame) card(d *device.DeviceView, s shape, w int) []string {
	c := f.condition(d)
	tag := f.tagWidth()
	if c.off {
		return f.deadCard(d, c, s, tag, w)
	}
	t := f.theme
	body, bars := t.Text, t.Focus
	switch {
	case c.rank >= grave:
		bars = c.ink
	case c.rank == stale:
		body, bars = t.Dim, t.Dim
	}
	full := memoryShare(d)
	bar := cardBarWidth(s, w-1-tag-cardName-cardWidths[0]-cardWidths[1]-cardWidths[2])
	busy := []cardField{
		{name: "busy", text: draw.WholePercent(d.Value(device.Busy)), right: 4, share: d.Value(device.Busy) / 100, ink: body, bar: bars},
		{text: draw.OfLimit(d.Value(device.Power), d.Value(device.PowerLimit), " W"), ink: body},
		{text: draw.WithUnit(d.Value(device.Temperature), "°C"), ink: warm(f.theme, d, body)},
	}
	memory := []cardField{
		{name: "mem", text: memoryOf(d), share: full, ink: body, bar: filled(t, full, bars)},
		{text: draw.WithUnit(d.Value(device.SMClock), " MHz"), ink: body},
	}
	first, second := f.tagged(d, tag, w), draw.NewLine(w)
	second.Gap(tag)
	if s == pairs {
		f.cardLine(first, bar, busy)
		f.cardLine(second, bar, memory)
		first.Gap(2)
		first.Put(c.ink, c.in(w-1-first.At()))
		second.Gap(2)
		f.spark(second, d, min(w-1-second.At(), mostSpark), t.Dim)
		return []string{first.String(), second.String()}
	}
	f.cardLine(first, bar, append(busy, cardField{text: named("bandwidth ", draw.WholePercent(d.Value(device.MemoryBandwidth))), ink: t.Dim}))
	f.cardLine(second, bar, append(memory, cardField{ink: body}, cardField{text: traffic(d), ink: t.Dim}))
	return []string{first.String(), second.String(), f.cardMinutes(d, c, w)}
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
	used, total := d.Value(device.MemoryUsed), d.Value(device.MemoryTotal)
	text := draw.Memory(used, total)
	if d.SharedMemory && (draw.Known(used) || draw.Known(total)) {
		text += "*"
	}
	return text
}

// cardField is a value on a card; the first of a line has a bar.
type cardField struct {
	name, text string
	right      int // columns at whose right end the first of a line stands; 0 for where it begins
	share      float64
	ink        draw.Ink
	bar        draw.Ink // of the first of a line
}

// cardWidths are those of the values after the bar.
var cardWidths = [...]int{12, 10, 6, 18}

// cardLine puts a bar and the values that fit after it. The first begins where
// its bar ends, the others end in their columns.
func (f *frame) cardLine(l *draw.Line, bar int, fields []cardField) {
	first := fields[0]
	l.Put(f.theme.Dim, draw.Fit(first.name, cardName))
	l.Bar(f.theme, first.share, bar, first.bar)
	text := first.text
	if first.right > 0 {
		text = draw.Right(text, first.right)
	}
	end := l.At() + cardWidths[0]
	l.Gap(1).Put(f.theme.Quiet(first.text, first.ink), draw.Short(text, min(cardWidths[0]-1, l.Left()))).Tab(end)
	for i, v := range fields[1:] {
		n := cardWidths[i+1]
		if n > l.Left() {
			return
		}
		l.Put(f.theme.Quiet(v.text, v.ink), draw.Right(v.text, n))
	}
}

// cardMinutes is the line of the last minutes, and of what is unusual.
func (f *frame) cardMinutes(d *device.DeviceView, c condition, w int) string {
	l := draw.NewLine(w)
	mark := 0
	if c.rank > 0 && !c.off {
		mark = min(ansi.StringWidth(c.glyph+" "+c.text)+2, w*2/3)
	}
	l.Gap(5)
	f.spark(l, d, min(w-1-mark-l.At(), 60), f.theme.Dim)
	if mark > 0 {
		l.Gap(2).Put(c.ink, c.in(mark-2))
	}
	return l.String()
}

// deadCard is a device that does not answer: what it is, what helps, and the
// minutes before.
func (f *frame) deadCard(d *device.DeviceView, c condition, s shape, tag, w int) []string {
	first, second := f.tagged(d, tag, w), draw.NewLine(w)
	first.Put(c.ink, c.in(w-first.At()-1))
	second.Gap(tag)
	hint := draw.Clean(d.Hint)
	if s == pairs {
		n := max(0, w-tag-16)
		second.Put(f.theme.Dim, draw.Short(hint, n)).Gap(2)
		f.spark(second, d, min(w-1-second.At(), mostSpark), f.theme.Dim)
		return []string{first.String(), second.String()}
	}
	second.Put(f.theme.Dim, draw.Short(hint, w-tag-1))
	return []string{first.String(), second.String(), f.cardMinutes(d, c, w)}
}

// tagged begins a line with a device's index and name.
func (f *frame) tagged(d *device.DeviceView, tag, w int) *draw.Line {
	l := draw.NewLine(w)
	f.sign(l, d)
	l.Put(f.theme.Strong, draw.Right(strconv.Itoa(d.Index), 2)).Gap(1)
	l.Put(f.theme.Text, draw.Short(deviceName(d.Name), max(0, tag-l.At()-1))).Tab(tag)
	return l
}

// sign marks the selected device, where there is a choice.
func (f *frame) sign(l *draw.Line, d *device.DeviceView) {
	k := f.theme.Dim
	if f.place.Focused {
		k = f.theme.Strong
	}
	if d.ID == f.selected && len(f.view.Devices) > 1 {
		l.Put(k, "▸")
	}
	l.Tab(1)
}

// tagWidth is the width of all devices' indices and names.
func (f *frame) tagWidth() int {
	v := f.view
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

// traffic is what goes to and from a device, by its fastest link in use.
func traffic(d *device.DeviceView) string {
	pcie, link := d.Value(device.PCIeRX)+d.Value(device.PCIeTX), d.Value(device.NVLinkRX)+d.Value(device.NVLinkTX)
	switch {
	case draw.Known(link) && link > 0:
		return "nvlink " + draw.Bytes(link) + "/s"
	case draw.Known(pcie):
		return "pcie " + draw.Bytes(pcie) + "/s"
	}
	return ""
}

package tui

import (
	"strconv"
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// rackTable is what the one-line rows of devices have in common.
type rackTable struct {
	m      *model
	v      *device.View
	name   int // width of the names; 0 where all are alike
	bar    int
	memory int // width of the memory's bar; 0 for none
	fields []rackField
	spark  int
	mark   int // width of what is unusual
}

// rackField is a column of numbers.
type rackField struct {
	name  string
	width int
	drop  int // the higher, the sooner it gives way to narrow screens
	text  func(*device.DeviceView) string
	ink   func(*device.DeviceView, draw.Ink) draw.Ink // nil for the row's own
}

const (
	rackLead   = 4 // sign and index
	leastSpark = 6
	mostSpark  = 36
)

func (m *model) newRackTable(v *device.View, w int) *rackTable {
	t := &rackTable{m: m, v: v, bar: 6, mark: 1}
	value := func(metric device.Metric) func(*device.DeviceView) string {
		return func(d *device.DeviceView) string { return draw.WithUnit(d.Value(metric), "") }
	}
	t.fields = []rackField{
		{name: "mem GiB", width: 9, drop: 1, text: func(d *device.DeviceView) string {
			text := draw.Memory(d.Value(device.MemoryUsed), d.Value(device.MemoryTotal))
			if text == draw.Unknown {
				return text
			}
			return text[:len(text)-len(" GiB")]
		}},
		{name: "power W", width: 9, drop: 2, text: func(d *device.DeviceView) string {
			return draw.OfLimit(d.Value(device.Power), d.Value(device.PowerLimit), "")
		}},
		{name: "°C", width: 4, drop: 3, text: value(device.Temperature), ink: m.warm},
		{name: "sm MHz", width: 7, drop: 5, text: value(device.SMClock)},
	}
	if !oneName(v) {
		t.name = m.tagWidth(v) - 6
	}
	for t.width()+leastSpark > w && len(t.fields) > 0 {
		worst := 0
		for i, f := range t.fields {
			if f.drop > t.fields[worst].drop {
				worst = i
			}
		}
		t.fields = append(t.fields[:worst:worst], t.fields[worst+1:]...)
	}
	t.spread(w - t.width())
	return t
}

func (t *rackTable) width() int {
	n := rackLead + 1 + t.bar + 5 + 2 + 2 + t.mark + 1
	if t.name > 0 {
		n += t.name + 1
	}
	if t.memory > 0 {
		n += t.memory + 1
	}
	for _, f := range t.fields {
		n += 1 + f.width
	}
	return n
}

// spread gives what is left over to what is unusual, to the sparkline, to the bars.
func (t *rackTable) spread(spare int) {
	t.spark = max(0, min(spare, 12))
	spare -= t.spark
	if spare >= 14 {
		t.mark += 16
		spare -= 16
	}
	if spare >= 8 {
		t.memory = 6
		spare -= 7
	}
	if spare >= 16 {
		t.mark += 7
		spare -= 7
	}
	by := max(0, min(spare, mostSpark-t.spark))
	t.spark += by
	spare -= by
	if t.memory > 0 {
		by = max(0, min(spare/2, cardBar-t.bar))
		t.bar += by
		t.memory += by
		spare -= 2 * by
	}
	t.mark += max(0, spare)
}

// deviceTable is the heading and the rows of some devices.
func (m *model) deviceTable(v *device.View, from, to, w int) []string {
	t := m.newRackTable(v, w)
	lines := []string{t.heading(w)}
	for i := from; i < to; i++ {
		lines = append(lines, t.row(&v.Devices[i], w))
	}
	return lines
}

func (t *rackTable) heading(w int) string {
	l, dim := draw.NewLine(w), t.m.theme.Dim
	l.Gap(1).Put(dim, "gpu").Tab(rackLead)
	if t.name > 0 {
		l.Tab(rackLead + 1 + t.name)
	}
	l.Gap(1).Put(dim, "busy").Tab(l.At() - 4 + t.bar + 5)
	for i, f := range t.fields {
		l.Gap(1)
		if i == 0 && t.memory > 0 {
			l.Gap(t.memory + 1)
		}
		l.Put(dim, draw.Right(f.name, f.width))
	}
	last := "last " + draw.Clock(sparkStep*time.Duration(t.spark))
	return l.Gap(2).Put(dim, draw.FirstFit([]string{last, ""}, t.spark)).String()
}

// row is a device in a line.
func (t *rackTable) row(d *device.DeviceView, w int) string {
	m, th := t.m, t.m.theme
	c := m.condition(d)
	l := draw.NewLine(w)
	m.sign(l, d)
	l.Put(th.Strong, draw.Right(strconv.Itoa(d.Index), rackLead-2)).Gap(1)
	if t.name > 0 {
		l.Put(th.Text, draw.Fit(draw.Short(deviceName(d.Name), t.name), t.name)).Gap(1)
	}
	l.Gap(1)
	if c.off {
		t.deadRow(l, d, c)
		return l.String()
	}
	body, bars := th.Text, th.Focus
	if c.rank == stale {
		body, bars = th.Dim, th.Dim
	}
	l.Bar(m.theme, d.Value(device.Busy)/100, t.bar, bars)
	busy := draw.WholePercent(d.Value(device.Busy))
	l.Put(m.theme.Quiet(busy, body), draw.Right(busy, 5))
	for i, f := range t.fields {
		l.Gap(1)
		if i == 0 && t.memory > 0 {
			l.Bar(m.theme, memoryShare(d), t.memory, bars)
			l.Gap(1)
		}
		text, k := f.text(d), body
		if f.ink != nil {
			k = f.ink(d, k)
		}
		l.Put(m.theme.Quiet(text, k), draw.Right(text, f.width))
	}
	l.Gap(2)
	m.spark(l, t.v, d, t.spark, th.Dim)
	l.Gap(2).Put(c.ink, c.in(t.mark))
	return l.String()
}

// deadRow is what a device that does not answer has instead of numbers.
func (t *rackTable) deadRow(l *draw.Line, d *device.DeviceView, c condition) {
	numbers := t.width() - l.At() - 2 - 2 - t.mark - 1
	end := l.At() + numbers
	l.Put(c.ink, c.in(numbers))
	if room := end - l.At() - 2; room > 8 {
		l.Gap(2).Put(t.m.theme.Dim, draw.Short(draw.Clean(d.Hint), room))
	}
	l.Tab(end + 2)
	t.m.spark(l, t.v, d, t.spark, t.m.theme.Dim)
}

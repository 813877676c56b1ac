package devices

import (
	"slices"
	"strconv"
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// rackTable is what the one-line rows of devices have in common.
type rackTable struct {
	draw.Table[*device.DeviceView]
	f *frame
}

const (
	rackLead     = 3 // sign and index
	leastSpark   = 6
	mostSpark    = 36
	historySpark = 72 // six minutes
	wideSpare    = 24 // columns left over from which all that may grow does again
)

// newTable chooses the columns that fit.
func (f *frame) newTable(w int) *rackTable {
	t := &rackTable{f: f}
	t.Lead, t.Margin = rackLead, 1
	if !oneName(f.view) {
		name := t.add(draw.Column[*device.DeviceView]{Gap: 1, Width: f.tagWidth() - 6, Left: true, Text: func(d *device.DeviceView) string { return deviceName(d.Name) }})
		name.Ink = func(*device.DeviceView, draw.Ink) draw.Ink { return f.theme.Text }
	}
	t.add(draw.Column[*device.DeviceView]{Name: "busy", Gap: 2, Width: 6 + busyWidth, Draw: t.busy})
	t.add(draw.Column[*device.DeviceView]{Name: "mem GiB", Gap: 1, Width: 9, Drop: 1, Text: func(d *device.DeviceView) string {
		return draw.MemoryGiB(d.Value(device.MemoryUsed), d.Value(device.MemoryTotal))
	}})
	t.add(draw.Column[*device.DeviceView]{Name: "power W", Gap: 1, Width: 9, Drop: 2, Text: func(d *device.DeviceView) string {
		return draw.OfLimit(d.Value(device.Power), d.Value(device.PowerLimit), "")
	}})
	t.add(draw.Column[*device.DeviceView]{Name: "°C", Gap: 1, Width: 4, Drop: 3, Text: plainValue(device.Temperature), Ink: func(d *device.DeviceView, k draw.Ink) draw.Ink { return warm(f.theme, d, k) }})
	t.add(draw.Column[*device.DeviceView]{Name: "sm MHz", Gap: 1, Width: 7, Drop: 5, Text: plainValue(device.SMClock)})
	t.add(draw.Column[*device.DeviceView]{Name: sparkColumn, Gap: 2, Width: leastSpark, Draw: t.spark})
	t.add(draw.Column[*device.DeviceView]{Gap: 2, Width: 1, Draw: func(l *draw.Line, d *device.DeviceView, _ draw.Ink, w int) {
		c := f.condition(d)
		l.Put(c.ink, c.in(w))
	}})
	t.Narrow(w)
	t.spread(w - t.Width() + leastSpark)
	return t
}

// The column of the last minutes, until it is known how many they are; the
// number beside a bar.
const (
	sparkColumn = "last"
	busyWidth   = 5
)

func (t *rackTable) add(c draw.Column[*device.DeviceView]) *draw.Column[*device.DeviceView] {
	t.Columns = append(t.Columns, c)
	return &t.Columns[len(t.Columns)-1]
}

// plainValue is a metric without its unit.
func plainValue(metric device.Metric) func(*device.DeviceView) string {
	return func(d *device.DeviceView) string { return draw.WithUnit(d.Value(metric), "") }
}

// spread gives what is left over to what is unusual, to the sparkline, to the bars.
func (t *rackTable) spread(spare int) {
	bars, sparks, mark := &t.Columns[t.Index("busy")].Width, &t.Columns[t.Index(sparkColumn)].Width, &t.Columns[len(t.Columns)-1].Width
	memory := 0
	*sparks = max(0, min(spare, 12))
	spare -= *sparks
	if spare >= 14 {
		*mark += 16
		spare -= 16
	}
	if spare >= 8 {
		memory = 6
		spare -= 7
	}
	if spare >= 16 {
		*mark += 7
		spare -= 7
	}
	by := max(0, min(spare, mostSpark-*sparks))
	*sparks += by
	spare -= by
	if memory > 0 {
		by = max(0, min(spare/2, cardBar-6))
		*bars += by
		memory += by
		spare -= 2 * by
		if spare >= wideSpare { // a wide screen, which reasons alone do not fill
			by = min(spare/4, widestBar-cardBar)
			*bars += by
			memory += by
			spare -= 2 * by
			by = min(spare*3/4, historySpark-*sparks)
			*sparks += by
			spare -= by
		}
	}
	*mark += max(0, spare)
	t.Columns[t.Index(sparkColumn)].Name = "last " + draw.Clock(sparkStep*time.Duration(*sparks))
	if at := t.Index("busy") + 1; memory > 0 {
		t.Columns = slices.Insert(t.Columns, at, draw.Column[*device.DeviceView]{Gap: 1, Width: memory, Draw: t.memory})
	}
}

// table is the heading and the rows of some devices.
func (f *frame) table(from, to, w int) []string {
	t := f.newTable(w)
	lines := []string{t.heading(w)}
	for i := from; i < to; i++ {
		lines = append(lines, t.row(&f.view.Devices[i], w))
	}
	return lines
}

// heading names the columns.
func (t *rackTable) heading(w int) string {
	dim := t.f.theme.Dim
	return t.Heading(draw.NewLine(w).Gap(1).Put(dim, "gpu"), dim).String()
}

// row is a device in a line.
func (t *rackTable) row(d *device.DeviceView, w int) string {
	f, th := t.f, t.f.theme
	c := f.condition(d)
	l := draw.NewLine(w)
	f.sign(l, d)
	l.Put(th.Strong, draw.Right(strconv.Itoa(d.Index), rackLead-1))
	if c.off {
		return t.deadRow(l, d, c)
	}
	body := th.Text
	if c.rank == stale {
		body = th.Dim
	}
	return t.Row(l, th, d, body).String()
}

// barInk is that of a device's bars in a row of an ink: what is wrong colours them.
func (t *rackTable) barInk(d *device.DeviceView, k draw.Ink) draw.Ink {
	switch c := t.f.condition(d); {
	case c.rank >= grave:
		return c.ink
	case k == t.f.theme.Dim:
		return k
	}
	return t.f.theme.Focus
}

// busy is a device's busy time, as a bar and as a number.
func (t *rackTable) busy(l *draw.Line, d *device.DeviceView, k draw.Ink, w int) {
	share := d.Value(device.Busy)
	l.Bar(t.f.theme, share/100, w-busyWidth, t.barInk(d, k))
	text := draw.WholePercent(share)
	l.Put(t.f.theme.Quiet(text, k), draw.Right(text, busyWidth))
}

// memory is how full a device's memory is.
func (t *rackTable) memory(l *draw.Line, d *device.DeviceView, k draw.Ink, w int) {
	l.Bar(t.f.theme, memoryShare(d), w, filled(t.f.theme, memoryShare(d), t.barInk(d, k)))
}

// spark is the last minutes of a device.
func (t *rackTable) spark(l *draw.Line, d *device.DeviceView, _ draw.Ink, w int) {
	t.f.spark(l, d, w, t.f.theme.Dim)
}

// deadRow is what a device that does not answer has: its name, then why and what
// helps where the numbers would be, and the minutes before.
func (t *rackTable) deadRow(l *draw.Line, d *device.DeviceView, c condition) string {
	th := t.f.theme
	first, last := t.Index("busy"), len(t.Columns)-2
	if first > 0 {
		l.Tab(t.Start(0)).Put(th.Text, t.Columns[0].Place(deviceName(d.Name)))
	}
	l.Tab(t.Start(first))
	minutes := &t.Columns[last]
	end := t.Start(last) - minutes.Gap
	l.Put(c.ink, c.in(end-l.At()))
	if room := end - l.At() - 2; room > 8 {
		l.Gap(2).Put(th.Dim, draw.Short(draw.Clean(d.Hint), room))
	}
	minutes.Draw(l.Tab(t.Start(last)), d, th.Dim, minutes.Width)
	return l.String()
}

package devices

import (
	"slices"

	"optwatch/tui/pane"
)

// Keys are the lines that the pane adds to the key table.
func (d *Devices) Keys() []pane.Binding {
	return []pane.Binding{d.seat.Key(d, 50, "focus the devices: GPUs and host", "no devices are watched here")}
}

// CanSpan says whether charts are to be seen.
func (d *Devices) CanSpan() bool {
	return d.Ready() && d.There() && d.seat.Focused() && d.Alone && d.plan().charts > 0
}

// Span makes the charts show more time, or less.
func (d *Devices) Span(key string) {
	if d.window == 0 {
		d.window = slices.Index(windows[:], d.span().Minutes())
	}
	by := -1
	if key == "-" {
		by = 1
	}
	d.window = max(1, min(d.window+by, len(windows)-1))
}

// CanNextChart says whether there are more charts than are seen.
func (d *Devices) CanNextChart() bool {
	if !d.CanSpan() {
		return false
	}
	n := len(d.gauges())
	return d.frame(d.place).chartsSeen(n) < n
}

// NextChart goes on to the next charts.
func (d *Devices) NextChart() {
	n := len(d.gauges())
	d.gauge = (d.gauge + d.frame(d.place).chartsSeen(n)) % n
}

package devices

import (
	"slices"
	"strconv"

	"optwatch/tui/pane"
)

// mainScreen is the mode of keys where runs train beside the devices.
const mainScreen pane.Mode = "main screen"

// Keys are the lines that the pane adds to the key table.
func (d *Devices) Keys() []pane.Binding {
	digit := strconv.Itoa(d.position + 1)
	return []pane.Binding{
		{In: mainScreen, Rank: 50, Keys: []string{digit}, Show: digit, Word: d.focusWord, Doc: "focus the devices: GPUs and host", About: d.There, When: d.canFocus, Why: whyNoPane, Do: pane.Does(d.takeFocus)},
	}
}

func (d *Devices) canFocus() bool { return d.Ready() && d.There() }

func (d *Devices) takeFocus() { d.Focus = d.position }

// focusWord offers the pane in the footer where it has not the focus.
func (d *Devices) focusWord() string {
	if d.Focus == d.position {
		return ""
	}
	return "devices"
}

func whyNoPane() string { return "no devices are watched here" }

// CanSpan says whether charts are to be seen.
func (d *Devices) CanSpan() bool {
	return d.canFocus() && d.Focus == d.position && d.Whole && d.plan().charts > 0
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

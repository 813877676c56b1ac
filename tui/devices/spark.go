package devices

import (
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// sparkStep is the time that a column of a sparkline stands for. Columns begin
// at whole multiples of it, so that a picture moves on without changing.
const sparkStep = 5 * time.Second

// spark puts the last minutes of a device's busy time: a level for each step, a
// dot where it did not answer, ✖ where it was lost or reported an error.
func (f *frame) spark(l *draw.Line, d *device.DeviceView, w int, k draw.Ink) {
	v := f.view
	if w <= 0 {
		return
	}
	mean, seen := make([]float64, w), make([]bool, w)
	counts := make([]int, w)
	const step = int64(sparkStep / time.Second)
	column := func(at time.Time) int { return w - 1 - int(v.At.Unix()/step-at.Unix()/step) }
	for i := len(d.History) - 1; i >= 0; i-- {
		p := &d.History[i]
		c := column(p.At)
		if c < 0 {
			break
		}
		if c >= w {
			continue
		}
		seen[c] = true
		if y := float64(p.Values[device.Busy]); draw.Known(y) {
			mean[c] += y
			counts[c]++
		}
	}
	glyphs := make([]rune, w)
	for c := range glyphs {
		glyphs[c] = draw.Level(mean[c]/float64(counts[c]), seen[c], f.theme.ASCII)
	}
	markSpark(glyphs, v, d, column)
	for from := 0; from < w; {
		to := from + 1
		for to < w && (glyphs[to] == '✖') == (glyphs[from] == '✖') {
			to++
		}
		if glyphs[from] == '✖' {
			l.Put(f.theme.Bad, string(glyphs[from:to]))
		} else {
			l.Put(k, string(glyphs[from:to]))
		}
		from = to
	}
}

// markSpark puts what went wrong into its columns.
func markSpark(glyphs []rune, v *device.View, d *device.DeviceView, column func(time.Time) int) {
	for i := range v.Events {
		e := &v.Events[i]
		if e.ID != d.ID || e.Kind != device.EventXid && e.Kind != device.EventLost {
			continue
		}
		if c := column(e.At); c >= 0 && c < len(glyphs) {
			glyphs[c] = '✖'
		}
	}
}

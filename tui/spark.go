package tui

import (
	"math"
	"time"

	"optwatch/train/device"
)

// sparkStep is the time that a column of a sparkline stands for. Columns begin
// at whole multiples of it, so that a picture moves on without changing.
const sparkStep = 5 * time.Second

// spark puts the last minutes of a device's busy time: a level for each step, a
// dot where it did not answer, ✖ where it was lost or reported an error.
func (m *model) spark(l *line, v *device.View, d *device.DeviceView, w int, k ink) {
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
		if y := float64(p.Values[device.Busy]); known(y) {
			mean[c] += y
			counts[c]++
		}
	}
	glyphs := make([]rune, w)
	for c := range glyphs {
		glyphs[c] = sparkGlyph(mean[c]/float64(counts[c]), seen[c], m.theme.ascii)
	}
	m.sparkMarks(glyphs, v, d, column)
	for from := 0; from < w; {
		to := from + 1
		for to < w && (glyphs[to] == '✖') == (glyphs[from] == '✖') {
			to++
		}
		if glyphs[from] == '✖' {
			l.put(m.theme.bad, string(glyphs[from:to]))
		} else {
			l.put(k, string(glyphs[from:to]))
		}
		from = to
	}
}

// sparkMarks puts what went wrong into its columns.
func (m *model) sparkMarks(glyphs []rune, v *device.View, d *device.DeviceView, column func(time.Time) int) {
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

var sparkLevels = [2][]rune{[]rune("▁▂▃▄▅▆▇"), []rune("_-:=+*#")}

// sparkGlyph is a level of a share in percent.
func sparkGlyph(v float64, seen, ascii bool) rune {
	switch {
	case !seen:
		return ' '
	case math.IsNaN(v):
		return '·'
	}
	levels := sparkLevels[0]
	if ascii {
		levels = sparkLevels[1]
	}
	return levels[int(min(max(v, 0), 100)/100*6+0.5)]
}

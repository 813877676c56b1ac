package tui

import (
	"math"
	"sort"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// deviceSign is how an event of a device is drawn beside the curves of runs.
type deviceSign struct {
	glyph  rune
	colour uint8
	rank   int // the higher goes first where there is room for one
}

// The signs of devices and their names, in the order of the legend.
var deviceSigns = []struct {
	glyph rune
	name  string
}{{'▼', "gpu held back"}, {'▲', "no longer"}, {'✖', "gpu lost, Xid"}, {'✚', "gpu back"}}

// deviceSignOf is the sign of an event, if it is drawn. That a power cap is
// over is not: at full load it comes and goes.
func deviceSignOf(e *device.Event) (deviceSign, bool) {
	switch e.Kind {
	case device.EventThrottle:
		if e.Reason.Severe() {
			return deviceSign{'▼', draw.ColourWarn, 3}, true
		}
		return deviceSign{'▼', draw.ColourDim, 0}, true
	case device.EventThrottleEnd:
		return deviceSign{'▲', draw.ColourDim, 1}, e.Reason.Severe()
	case device.EventXid, device.EventLost:
		return deviceSign{'✖', draw.ColourBad, 4}, true
	case device.EventBack:
		return deviceSign{'✚', draw.ColourDim, 2}, true
	}
	return deviceSign{}, false
}

// then is where a run was at a time, between the points of its curve; false
// where its curve does not go.
func then(r *train.RunView, elapsed float64) (train.Point, bool) {
	n := len(r.Curve)
	if n == 0 || elapsed < r.Curve[0].Elapsed {
		return train.Point{}, false
	}
	i := sort.Search(n, func(i int) bool { return r.Curve[i].Elapsed >= elapsed })
	if i == 0 {
		return r.Curve[0], true
	}
	if i == n {
		return train.Point{}, false
	}
	from, to := &r.Curve[i-1], &r.Curve[i]
	share := 1.0
	if to.Elapsed > from.Elapsed {
		share = (elapsed - from.Elapsed) / (to.Elapsed - from.Elapsed)
	}
	between := func(a, b int64) int64 { return a + int64(math.Round(share*float64(b-a))) }
	return train.Point{
		Step: between(from.Step, to.Step), Evals: between(from.Evals, to.Evals), Elapsed: elapsed,
		Rounds: between(from.Rounds, to.Rounds), Bytes: between(from.Bytes, to.Bytes),
	}, true
}

// apart is how far from one another the devices' marks on a curve are, in
// columns, and farApart how far those of what is usual: a device at its power
// limit must not paint all of it.
const apart, farApart = 6, 16

// addDeviceMarks puts the devices' events on a run's curve, where it then was.
func (m *model) addDeviceMarks(c *charted, r *train.RunView, on []float64, off []int8) {
	if m.look.x == xElapsed || len(m.told.marks) == 0 {
		return
	}
	taken := make([]bool, c.Cols)
	for _, e := range m.told.marks {
		p, ok := then(r, e.elapsed)
		if !ok {
			continue
		}
		col, ok := c.Column(m.place(r, p, c.X, c.Cols))
		if !ok || off[col] != 0 || !draw.Known(on[col]) || !e.claim(taken, col) {
			continue
		}
		c.Marks = append(c.Marks, chart.Mark{Col: col, On: on, Off: off, Glyph: e.glyph, Colour: e.colour})
		c.say(e.glyph)
	}
}

// claim takes a column for a sign, unless one near it is taken.
func (s deviceSign) claim(taken []bool, col int) bool {
	by := apart
	if s.rank == 0 {
		by = farApart
	}
	for i := max(0, col-by+1); i < min(len(taken), col+by); i++ {
		if taken[i] {
			return false
		}
	}
	taken[col] = true
	return true
}

// addTimeMarks puts the devices' events on the axis of time itself.
func (m *model) addTimeMarks(c *charted) {
	if m.look.x != xElapsed {
		return
	}
	taken := make([]bool, c.Cols)
	for _, e := range m.told.marks {
		col, ok := c.Column(c.X.Cell(c.X.Of(e.elapsed), c.Cols))
		if ok && e.claim(taken, col) {
			c.OnAxis = append(c.OnAxis, chart.AxisMark{Col: col, Glyph: e.glyph, Colour: e.colour})
			c.say(e.glyph)
		}
	}
}

// say puts a sign of a device into the legend.
func (c *charted) say(glyph rune) {
	for i, s := range deviceSigns {
		if s.glyph == glyph {
			c.signs |= 1 << i
		}
	}
}

// deviceLegend explains the devices' signs that are drawn, in at most w
// columns: each, or else all together.
func (c *charted) deviceLegend(w int) [][2]string {
	var each [][2]string
	all, width := "", 0
	for i, s := range deviceSigns {
		if c.signs&(1<<i) != 0 {
			each = append(each, [2]string{string(s.glyph), s.name})
			all += string(s.glyph)
			width += 4 + ansi.StringWidth(s.name)
		}
	}
	if width+2 <= w || all == "" {
		return each
	}
	return [][2]string{{all, "gpu"}}
}

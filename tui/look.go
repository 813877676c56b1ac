package tui

import (
	"math"
	"slices"

	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// look is how all charts are looked at.
type look struct {
	x      xAxis
	logX   bool
	smooth int // index into smoothing
	window [2]float64
	zoomed bool // window holds; else the axis follows the runs
	cursor float64
	probe  bool // the value cursor is on
}

// smoothing are the weights of the moving average that s cycles through.
var smoothing = [...]float64{0, 0.6, 0.9}

// view is what one chart shows.
type view struct {
	metric  metricID
	chosen  bool // by m; else the chart's default
	flipped [metricCount]bool
}

// shows is the metric of a chart, its default where the chosen one cannot be.
func (m *model) shows(p pane) metricID {
	v := m.views[p]
	switch {
	case v.chosen && metrics[v.metric].has(m.snap):
		return v.metric
	case p == paneRight:
		return suboptimality
	}
	return headline(m.snap)
}

// logY says whether a chart's y-axis is logarithmic.
func (m *model) logY(p pane) bool {
	id := m.shows(p)
	return metrics[id].log != m.views[p].flipped[id]
}

// xScale is the x-axis that all charts share.
func (m *model) xScale() axis.Scale {
	s := axis.Scale{Lo: 0, Hi: 0, Log: m.look.logX}
	if m.look.zoomed {
		s.Lo, s.Hi = m.look.window[0], m.look.window[1]
		return s
	}
	lo, hi := math.Inf(1), 0.0
	for _, r := range m.plotted() {
		for _, p := range r.Curve {
			x := m.look.x.of(r, p, m.snap.Data.Train)
			if draw.Known(x) {
				hi = max(hi, x)
				if x > 0 {
					lo = min(lo, x)
				}
			}
		}
	}
	if !s.Log {
		s.Hi = axis.RoundUp(hi)
		return s
	}
	if lo > hi {
		lo, hi = 1, 10
	}
	s.Lo, s.Hi = axis.FloorDecade(math.Log10(lo)), axis.CeilDecade(math.Log10(hi))
	if s.Hi-s.Lo < 0.3 {
		s.Hi = s.Lo + 1
	}
	return s
}

// plotted are the runs whose curves are drawn, or take part in what is.
func (m *model) plotted() []*train.RunView {
	out := make([]*train.RunView, 0, len(m.groups.runs))
	for _, g := range m.drawn() {
		out = append(out, g...)
	}
	return out
}

// drawn are the groups whose curves are drawn without the runs that are
// hidden, that of the selected run last: it lies on top.
func (m *model) drawn() []train.Group {
	out := make([]train.Group, 0, len(m.groups.all))
	var top train.Group
	for _, g := range m.groups.all {
		mine := g[0].ID == m.selected
		if len(g) > 1 || m.hidden[g[0].ID] {
			mine = slices.ContainsFunc(g, func(r *train.RunView) bool { return r.ID == m.selected })
			g = slices.DeleteFunc(slices.Clone(g), func(r *train.RunView) bool { return m.hidden[r.ID] })
		}
		switch {
		case len(g) == 0:
		case mine:
			top = g
		default:
			out = append(out, g)
		}
	}
	if top != nil {
		out = append(out, top)
	}
	return out
}

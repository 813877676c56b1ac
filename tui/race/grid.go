package race

import (
	"strconv"

	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// grid is how many charts are seen, and of what.
type grid int

// The grids that # goes through. Each chart has a metric of its own; of one chart a
// run, all have the same.
const (
	twoCharts grid = iota
	threeCharts
	fourCharts
	oneChart
	oneEach
	grids
)

// wants is how many charts of different metrics a grid has.
func (g grid) wants() int {
	return [...]int{twoCharts: 2, threeCharts: 3, fourCharts: 4, oneChart: 1, oneEach: 1}[g]
}

// nextGrid goes on to the next grid for which there are metrics and runs enough.
func (q *Race) nextGrid() {
	for {
		q.grid = (q.grid + 1) % grids
		enough := q.grid.wants() <= q.metrics() || q.grid == twoCharts
		if enough && (q.grid != oneEach || len(q.Groups) > 1) {
			break
		}
	}
	if p := q.focused(); p != nil && p.at >= q.grid.wants() {
		q.Focus = leftChart
	}
	text := strconv.Itoa(q.grid.wants()) + " charts"
	switch q.grid {
	case oneChart:
		text = "one chart"
	case oneEach:
		text = "one chart a run"
	case threeCharts, fourCharts:
		if !q.roomy {
			text += ", from 120×36 on"
		}
	}
	q.Say(text)
}

// metrics is how many metrics have charts.
func (s *sight) metrics() int {
	n := 0
	for i := range s.Snap.Metrics {
		if s.Charted(s.Snap.Metrics[i].Key) {
			n++
		}
	}
	return n
}

// more are the positions of the charts after the second: after all other panes.
func (q *Race) more() []int {
	var out []int
	for i := 2; i < len(q.charts); i++ {
		if q.charts[i].There() {
			out = append(out, len(q.panes)-len(q.charts)+i)
		}
	}
	return out
}

// tiles puts three or four charts into two rows.
func (l *layout) tiles(r pane.Rect, s scene) {
	upper, lower := r, r
	upper.H = (r.H + 1) / 2
	lower.Y, lower.H = r.Y+upper.H, r.H-upper.H
	l.row(upper, leftChart, rightChart)
	l.row(lower, s.more...)
}

// row puts panes side by side.
func (l *layout) row(r pane.Rect, panes ...int) {
	for i, p := range panes {
		from, to := i*r.W/len(panes), (i+1)*r.W/len(panes)
		l.place(p, pane.Rect{X: r.X + from, Y: r.Y, W: to - from, H: r.H})
	}
}

// each draws one chart for each curve, all on the same axes, as many as there is room
// for, and says how many these are of all; nil where there is room for less than two.
func (c *curves) each(all *plot, w, h int) (lines []string, some string) {
	groups := c.Drawn()
	across, down := chart.Tiles(len(groups), w, h)
	if len(groups) < 2 || across*down < 2 {
		return nil, ""
	}
	if rest := len(groups) - across*down; rest > 0 { // the selected is the last
		some = strconv.Itoa(across*down) + " of " + strconv.Itoa(len(groups)) + " runs"
		groups = groups[rest:]
	}
	return chart.Tiled(len(groups), across, down, w, h, func(i, w, h int) []string {
		head := draw.NewLine(w)
		head.Gap(chart.LabelWidth+1).Put(c.Brush(groups[i][0]).Ink, draw.Short(endName(groups[i]), w-chart.LabelWidth-1))
		return append([]string{head.String()}, c.one(all, groups[i], w, h-1).Draw(c.Theme)...)
	}), some
}

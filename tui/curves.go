package tui

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// drawCurves draws a chart with its frame: exactly w×h.
func (m *model) drawCurves(q placed) []string {
	key := m.chartKey(q)
	if c := &m.cache[q.pane]; c.key == key && c.lines != nil {
		return c.lines
	}
	lines := m.freshCurves(q)
	m.cache[q.pane] = cached{key, lines}
	return lines
}

func (m *model) freshCurves(q placed) []string {
	id := m.shows(q.pane)
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	b := draw.Box{
		Title: metrics[id].title(m.snap), Beside: m.chartNote(q, id), Right: xNames[m.look.x], Focused: m.focus == q.pane,
	}
	if others, ok := m.behind(q); ok {
		b.Title = strconv.Itoa(int(q.pane)+1) + " " + b.Title
		b.Beside = draw.Join(others, b.Beside)
	}
	var body []string
	if cols, rows := chart.Room(w, h); cols >= 4 && rows >= 2 {
		c := m.newChart(q.pane, id, cols, rows)
		if why := m.noCurve(c); why != "" {
			body, b.Right = draw.Middle(m.theme.Dim.Paint(why), w, h), ""
		} else {
			body = c.Draw(m.theme)
			b.Left = m.legend(c, id, q.w-len(b.Right)-8)
		}
	}
	if !q.boxed {
		return draw.Block(body, w, h)
	}
	return b.Draw(m.theme, body, q.w, q.h)
}

// noCurve says what a chart waits for that has no point to show: an axis with
// nothing on it would be made up. It is empty if there is one.
func (m *model) noCurve(c *charted) string {
	if c.points {
		return ""
	}
	runs := m.plotted()
	switch {
	case len(m.snap.Runs) == 0:
		return "no run yet"
	case len(runs) == 0 && len(m.listed()) > 0:
		return "all curves are hidden"
	case len(runs) == 0:
		return "no run matches the filter"
	}
	if !slices.ContainsFunc(runs, m.look.x.takes) {
		return "no federated run here: t changes the x-axis"
	}
	for _, r := range runs {
		if len(r.Curve) > 0 && m.look.zoomed {
			return "no point in this window: 0 shows all"
		}
		if len(r.Curve) > 0 {
			return "waiting for the first value"
		}
	}
	return "waiting for the first point"
}

// chartNote is said beside the title: what is unusual about the chart.
func (m *model) chartNote(q placed, id metricID) string {
	var notes []string
	if n := headlineNote(m.snap, id); n != "" {
		notes = append(notes, n)
	}
	if m.logY(q.pane) != metrics[id].log {
		notes = append(notes, map[bool]string{true: "log", false: "linear"}[m.logY(q.pane)])
	}
	if n := mostSeeds(m.drawn()); n > 1 {
		notes = append(notes, "median of "+strconv.Itoa(n)+" seeds")
	}
	if m.look.smooth > 0 {
		notes = append(notes, "smoothed "+draw.Number(smoothing[m.look.smooth], 2))
	}
	if m.look.zoomed {
		notes = append(notes, "zoomed")
	}
	return strings.Join(notes, " · ")
}

// behind names the panes that take turns with one in its place.
func (m *model) behind(q placed) (others string, some bool) {
	group := m.lay.group(q.pane)
	for _, other := range group {
		if other != q.pane {
			others = draw.Join(others, strconv.Itoa(int(other)+1)+" "+m.paneName(other))
		}
	}
	return others, group != nil
}

// paneName is what a pane is called where others are named too.
func (m *model) paneName(p pane) string {
	switch p {
	case paneLeft, paneRight:
		return metrics[m.shows(p)].title(m.snap)
	}
	return [panes]string{paneRuns: "runs", paneLog: "log", paneClients: "clients", paneDevices: "devices", paneDiagnosis: "diagnosis"}[p]
}

// newChart gathers what is drawn in a plot of cols×rows.
func (m *model) newChart(p pane, id metricID, cols, rows int) *charted {
	c := &charted{Plot: chart.New(cols, rows)}
	c.X, c.Shade = m.xScale(), m.theme.Shade
	log := m.logY(p)
	groups := m.drawn()
	all := make([]series, len(groups))
	var ranged [][]float64
	for i, g := range groups {
		all[i] = m.seriesOf(g, id, c.Plot, log)
		c.points = c.points || slices.ContainsFunc(all[i].raw, draw.Known)
		ranged = append(ranged, all[i].ranged(len(groups) == 1)...)
	}
	least := 0.0
	if f := metrics[id].least; f != nil {
		least = f(m.snap)
	}
	c.Y = chart.Extent{Log: log, Better: metrics[id].interest, Least: least, Most: metrics[id].most}.Scale(ranged)
	c.YTicks = chart.Ticks(c.Y, max(2, min(rows/3, 6)), nil)
	c.XTicks = m.wholeTicks(chart.Ticks(c.X, max(2, cols/9), m.xLabel()))
	m.addStrokes(c, id, all)
	if id == valAccuracy {
		c.Reference = c.Y.Of(100 * m.snap.Optimum.ValAccuracy)
	}
	if id == testAccuracy {
		c.Reference = c.Y.Of(100 * m.snap.Optimum.TestAccuracy)
	}
	if col, ok := c.Column(c.X.Cell(m.look.cursor, cols)); ok && m.look.probe {
		c.Cursor = col
	}
	return c
}

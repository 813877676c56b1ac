package tui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
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
	b := box{
		title: metrics[id].title(m.snap), beside: m.chartNote(q, id), right: xNames[m.look.x], focused: m.focus == q.pane,
	}
	if others, ok := m.behind(q); ok {
		b.title = strconv.Itoa(int(q.pane)+1) + " " + b.title
		b.beside = joined(others, b.beside)
	}
	var body []string
	if cols, rows := plotSize(w, h); cols >= 4 && rows >= 2 {
		c := m.newChart(q.pane, id, cols, rows)
		if why := m.noCurve(c); why != "" {
			body, b.right = middled(m.theme.dim.paint(why), w, h), ""
		} else {
			body = c.draw(m.theme)
			b.left = m.legend(c, id, q.w-len(b.right)-8)
		}
	}
	if !q.boxed {
		return fitBlock(body, w, h)
	}
	return b.draw(m.theme, body, q.w, q.h)
}

// noCurve says what a chart waits for that has no point to show: an axis with
// nothing on it would be made up. It is empty if there is one.
func (m *model) noCurve(c *chart) string {
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

// middled is a line in the middle of w×h.
func middled(s string, w, h int) []string {
	lines := make([]string, (h-1)/2, h/2+1)
	return append(lines, newLine(w).gap((w-ansi.StringWidth(s))/2).put(ink{}, s).String())
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
	if m.look.smooth > 0 {
		notes = append(notes, "smoothed "+number(smoothing[m.look.smooth], 2))
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
			others = joined(others, strconv.Itoa(int(other)+1)+" "+m.paneName(other))
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
	return [panes]string{paneRuns: "runs", paneLog: "log", paneClients: "clients", paneDevices: "devices"}[p]
}

// newChart gathers what is drawn in a plot of cols×rows.
func (m *model) newChart(p pane, id metricID, cols, rows int) *chart {
	c := &chart{cols: cols, rows: rows, x: m.xScale(), reference: math.NaN(), cursor: -1}
	log := m.logY(p)
	runs := m.plotted()
	raw := make([][]float64, len(runs))
	soft := make([][]float64, len(runs))
	var ranged [][]float64
	for i, r := range runs {
		raw[i], soft[i] = m.columnsOf(r, id, c, log)
		c.points = c.points || slices.ContainsFunc(raw[i], known)
		if r.State != train.Diverged || len(runs) == 1 {
			ranged = append(ranged, raw[i])
		}
	}
	least := 0.0
	if f := metrics[id].least; f != nil {
		least = f(m.snap)
	}
	c.y = yScale(ranged, metrics[id], log, least)
	c.yTicks = c.y.ticks(max(2, min(rows/3, 6)), nil)
	c.xTicks = m.wholeTicks(c.x.ticks(max(2, cols/9), m.xLabel()))
	m.addStrokes(c, id, runs, raw, soft)
	if id == valAccuracy {
		c.reference = c.y.of(100 * m.snap.Optimum.ValAccuracy)
	}
	if id == testAccuracy {
		c.reference = c.y.of(100 * m.snap.Optimum.TestAccuracy)
	}
	if col, ok := columnAt(c.x.cell(m.look.cursor, cols), cols); ok && m.look.probe {
		c.cursor = col
	}
	return c
}

// columnsOf is a run's curve in columns of coordinates, as it is and smoothed.
func (m *model) columnsOf(r *train.RunView, id metricID, c *chart, log bool) (raw, soft []float64) {
	y := scale{log: log}
	xs, ys := make([]float64, len(r.Curve)), make([]float64, len(r.Curve))
	for i, p := range r.Curve {
		xs[i] = m.place(r, p, c.x, c.cols)
		ys[i] = y.of(metrics[id].value(p, m.base))
	}
	raw = make([]float64, c.cols)
	resample(raw, xs, ys)
	if m.look.smooth == 0 {
		return raw, nil
	}
	soft = make([]float64, c.cols)
	resample(soft, xs, smoothed(ys, smoothing[m.look.smooth]))
	return raw, soft
}

// place is where a run's point lies among the columns; NaN where it has no place.
func (m *model) place(r *train.RunView, p train.Point, x scale, cols int) float64 {
	return x.cell(x.of(m.look.x.of(r, p, m.snap.Data.Train)), cols)
}

// addStrokes adds what is faint first, then the curves with their marks.
func (m *model) addStrokes(c *chart, id metricID, runs []*train.RunView, raw, soft [][]float64) {
	for i, r := range runs {
		b := m.theme.run(r.ID)
		if id == trainLoss {
			c.strokes = append(c.strokes, m.trace(r, c, b))
		}
		if soft[i] != nil && !m.theme.mono {
			toRows(raw[i], c.y, c.rows)
			c.strokes = append(c.strokes, stroke{raw[i], b.lineStyle, b.faint})
		}
	}
	for i, r := range runs {
		at := raw[i]
		if soft[i] != nil {
			at = soft[i]
		}
		off := toRows(at, c.y, c.rows)
		b := m.theme.run(r.ID)
		c.strokes = append(c.strokes, stroke{at, b.lineStyle, b.colour})
		c.offs = append(c.offs, offScale{off, b.faint})
		m.addDeviceMarks(c, r, at, off)
		m.addMarks(c, r, id, at, off, b.colour)
	}
	m.addTimeMarks(c)
}

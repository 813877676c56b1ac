package tui

import (
	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// series is what is drawn of a run, or of several by one recipe: their median
// with a band about it. It is in columns of coordinates.
type series struct {
	group     train.Group
	raw, soft []float64 // as it is, and smoothed where that is asked for
	lo, hi    []float64 // of the band; nil for a run by itself
}

// line is the curve as it is to be drawn.
func (k series) line() []float64 {
	if k.soft != nil {
		return k.soft
	}
	return k.raw
}

// ranged is what the y-axis must hold: without the flight of a run that
// diverged, unless there is nothing else.
func (k series) ranged(alone bool) [][]float64 {
	broken := 0
	for _, r := range k.group {
		if r.State == train.Diverged {
			broken++
		}
	}
	switch {
	case broken == len(k.group) && !alone:
		return nil
	case k.lo == nil || broken > 0:
		return [][]float64{k.raw}
	}
	return [][]float64{k.lo, k.raw, k.hi}
}

// seriesOf gathers what is drawn of a group.
func (m *model) seriesOf(g train.Group, id metricID, c *chart.Plot, log bool) series {
	if len(g) == 1 {
		raw, soft := m.columnsOf(g[0], id, c, log)
		return series{group: g, raw: raw, soft: soft}
	}
	each := make([][]float64, len(g))
	for i, r := range g {
		raw, soft := m.columnsOf(r, id, c, log)
		each[i] = raw
		if soft != nil {
			each[i] = soft
		}
	}
	return banded(g, each, c.Cols)
}

// banded is the median of some curves in each column, and their band. The
// columns are common places on the x-axis: between its points a curve runs
// straight, and where it ends, or has not come to, it takes no part. With less
// than half of them left there is no median of the group: a gap. Quantiles are
// taken of coordinates: on a log axis, between the logarithms.
func banded(g train.Group, each [][]float64, cols int) series {
	k := series{group: g, raw: make([]float64, cols), lo: make([]float64, cols), hi: make([]float64, cols)}
	all := make([]float64, 0, len(g))
	for col := range cols {
		all = all[:0]
		for _, at := range each {
			if draw.Known(at[col]) {
				all = append(all, at[col])
			}
		}
		if 2*len(all) < len(g) {
			all = all[:0]
		}
		k.lo[col], k.raw[col], k.hi[col] = g.Spread(all)
	}
	return k
}

// columnsOf is a run's curve in columns of coordinates, as it is and smoothed.
func (m *model) columnsOf(r *train.RunView, id metricID, c *chart.Plot, log bool) (raw, soft []float64) {
	y := axis.Scale{Log: log}
	xs, ys := make([]float64, len(r.Curve)), make([]float64, len(r.Curve))
	for i, p := range r.Curve {
		xs[i] = m.place(r, p, c.X, c.Cols)
		ys[i] = y.Of(metrics[id].value(p, m.base))
	}
	raw = c.Columns(xs, ys)
	if m.look.smooth > 0 {
		soft = c.Columns(xs, chart.Smoothed(ys, smoothing[m.look.smooth]))
	}
	return raw, soft
}

// place is where a run's point lies among the columns; NaN where it has no place.
func (m *model) place(r *train.RunView, p train.Point, x axis.Scale, cols int) float64 {
	return x.Cell(x.Of(m.look.x.of(r, p, m.snap.Data.Train)), cols)
}

// addStrokes adds what is faint first, then the curves with their marks. A
// run of a group that is selected has a line of its own over the others'.
func (m *model) addStrokes(c *charted, id metricID, all []series) {
	for _, k := range all {
		b := m.brush(k.group[0])
		switch {
		case k.lo != nil:
			c.Bands = append(c.Bands, chart.Band{Lo: k.lo, Hi: k.hi, Colour: b.Faint})
		case id == trainLoss:
			c.Strokes = append(c.Strokes, m.trace(k.group[0], c.Plot, b))
		}
		if k.soft != nil && !m.theme.Mono {
			c.ToRows(k.raw)
			c.Strokes = append(c.Strokes, chart.Stroke{Rows: k.raw, Style: b.LineStyle, Colour: b.Faint})
		}
	}
	for _, k := range all {
		b := m.brush(k.group[0])
		at := k.line()
		m.addLine(c, k.group, id, at, b)
		if r := m.single(k.group); r != nil {
			own := m.seriesOf(train.Group{r}, id, c.Plot, c.Y.Log)
			c.Line(own.line(), m.theme.Member, b.Colour, b.Faint)
		}
	}
	m.addTimeMarks(c)
}

// addLine adds a curve with the marks of its runs; the devices' are those of
// the first.
func (m *model) addLine(c *charted, g train.Group, id metricID, at []float64, b draw.Brush) {
	off := c.Line(at, b.LineStyle, b.Colour, b.Faint)
	m.addDeviceMarks(c, g[0], at, off)
	for _, r := range g {
		m.addMarks(c.Plot, r, id, at, off, b.Colour)
	}
}

// single is the selected run where it is one of several that are drawn as
// one; else nil.
func (m *model) single(g train.Group) *train.RunView {
	if len(g) < 2 || m.groups.whole {
		return nil
	}
	for _, r := range g {
		if r.ID == m.selected {
			return r
		}
	}
	return nil
}

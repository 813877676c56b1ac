package race

import (
	"slices"

	"optwatch/train/study/axis"
	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// series is what is drawn of a run, or of several by one recipe: their median
// with a band about it. It is in columns of coordinates.
type series struct {
	group     view.Group
	raw, soft []float64 // as it is, and smoothed where that is asked for
	lo, hi    []float64 // of the band; nil where there is none
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
		if r.State == view.Diverged {
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
func (c *curves) seriesOf(g view.Group, p *plot, log bool) series {
	if len(g) == 1 {
		return c.own(g, p, log)
	}
	each := make([][]float64, len(g))
	for i, r := range g {
		each[i] = c.own(view.Group{r}, p, log).line()
	}
	return banded(g, each, p.DotCols())
}

// sampling is what all samples of a chart depend on: with anything of it another,
// they begin anew.
type sampling struct {
	metric string
	axis   int
	x      axis.Scale
	cols   int
	log    bool
	shares bool // values are shares, shown as percentages
}

// sampleKey is which curve a sample is of.
type sampleKey struct {
	run    int // view.Run.ID
	part   part
	smooth int // index into smoothing
}

// part is which of the numbers of a series.
type part int

const (
	theValues part = iota
	theLow
	theHigh
)

// own is a run's curve in columns of coordinates, as it is and smoothed, with
// the band that its source knows, if it does.
func (c *curves) own(g view.Group, p *plot, log bool) series {
	s := series{group: g}
	k := g[0].Of(p.metric.Key)
	if k == nil {
		k = &view.Series{}
	}
	y := axis.Scale{Log: log}
	at, run := k.On(c.axis), g[0].ID
	cell := func(at float64) float64 { return c.place(at, p) }
	dot := func(at float64) float64 { return p.DotCol(cell(at)) }
	of := func(v float64) float64 { return y.Of(runs.Shown(p.metric, v)) }
	c.samples.Keep(sampling{p.metric.Key, c.axis, p.X, p.DotCols(), log, p.metric.Format == view.Share})
	s.raw = c.samples.At(sampleKey{run: run}).Columns(at, k.Values, p.DotCols(), dot, of)
	if c.smooth > 0 {
		s.soft = c.samples.At(sampleKey{run: run, smooth: c.smooth}).Smoothed(at, k.Values, func() []float64 {
			xs, ys := chart.Placed(at, k.Values, cell, of)
			return p.Columns(xs, chart.SmoothedAlong(xs, ys, smoothing[c.smooth]))
		})
	}
	if len(k.Low) > 0 && len(k.High) > 0 {
		s.lo = c.samples.At(sampleKey{run: run, part: theLow}).Columns(at, k.Low, p.DotCols(), dot, of)
		s.hi = c.samples.At(sampleKey{run: run, part: theHigh}).Columns(at, k.High, p.DotCols(), dot, of)
	}
	return s
}

// place is where a place on the axis lies among the columns; NaN where it has none.
func (c *curves) place(x float64, p *plot) float64 { return p.X.Cell(p.X.Of(x), p.Cols) }

// banded is the median of some curves in each column, and their band. The
// columns are common places on the x-axis: between its points a curve runs
// straight, and where it ends, or has not come to, it takes no part. With less
// than half of them left there is no median of the group: a gap. Quantiles are
// taken of coordinates: on a log axis, between the logarithms.
func banded(g view.Group, each [][]float64, cols int) series {
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

// addStrokes adds what is faint first, then the curves with their marks. A
// run of a group that is selected has a line of its own over the others'.
func (c *curves) addStrokes(p *plot, all []series) {
	for _, k := range all {
		b := c.Brush(k.group[0])
		if k.lo != nil {
			p.Bands = append(p.Bands, chart.Band{Lo: k.lo, Hi: k.hi, Colour: b.Faint})
		}
		if len(k.group) == 1 {
			c.addBehind(p, k.group[0], b)
		}
		if k.soft != nil && !c.Theme.Mono {
			p.ToRows(k.raw)
			p.Strokes = append(p.Strokes, chart.Stroke{Rows: k.raw, Style: b.LineStyle, Colour: b.Faint, Under: true})
		}
	}
	for _, k := range all {
		b := c.Brush(k.group[0])
		c.addLine(p, k.group, k.line(), b)
		if r := c.single(k.group); r != nil {
			own := c.own(view.Group{r}, p, p.Y.Log)
			p.Line(chart.Stroke{Rows: own.line(), Style: c.Theme.Member, Colour: b.Colour, Bold: true}, b.Faint)
		}
	}
	c.addTimeMarks(p)
}

// addBehind adds what a run knows behind the curve, such as the running
// mini-batch loss, which moves between the points of the loss.
func (c *curves) addBehind(p *plot, r *view.Run, b draw.Brush) {
	for i := range c.Snap.Metrics {
		m := &c.Snap.Metrics[i]
		if m.Behind != p.metric.Key || p.metric.Key == "" {
			continue
		}
		k := r.Of(m.Key)
		if k == nil {
			continue
		}
		at := k.On(c.axis)
		xs := make([]float64, min(len(at), len(k.Values)))
		for j := range xs {
			xs[j] = c.place(at[j], p)
		}
		p.Strokes = append(p.Strokes, chart.Stroke{Rows: p.Means(xs, k.Values[:len(xs)]), Style: chart.Dotted, Colour: b.Faint, Under: true})
	}
}

// addLine adds a curve with the marks of its runs; the devices' are those of
// the first.
func (c *curves) addLine(p *plot, g view.Group, at []float64, b draw.Brush) {
	s := chart.Stroke{Rows: at, Style: b.LineStyle, Colour: b.Colour}
	s.Name = endName(g)
	switch selected := slices.ContainsFunc(g, func(r *view.Run) bool { return r.ID == c.Selected }); {
	case selected:
		s.Bold = len(c.Groups) > 1
	case c.dims:
		s.Colour = b.Faint
	}
	off := p.Line(s, b.Faint)
	c.addDeviceMarks(p, g[0], at, off)
	for _, r := range g {
		c.addMarks(p, r, at, off, b.Colour)
	}
}

// endName is what a curve is called at its end.
func endName(g view.Group) string {
	return draw.Short(runs.GroupName(g), 12)
}

// single is the selected run where it is one of several that are drawn as
// one; else nil.
func (c *curves) single(g view.Group) *view.Run {
	if len(g) < 2 || c.Runs.Whole {
		return nil
	}
	for _, r := range g {
		if r.ID == c.Selected {
			return r
		}
	}
	return nil
}

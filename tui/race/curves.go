package race

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// curves is the pane of a chart: one metric of all runs that are drawn.
type curves struct {
	*sight
	at        int       // its position among the charts
	beside    []*curves // the other charts
	incidents *incident.Log
	chosen    string          // key of the metric that m went to; "" for the one to begin with
	flipped   map[string]bool // metrics whose scale is the other than they ask for

	steady  chart.Steady
	samples chart.Samples

	key   chartKey // of the picture as it was drawn last
	lines []string
}

// metric is what the chart shows: what was chosen as long as there is that, else
// what the source begins with, but for what the other chart shows. It is never nil.
func (c *curves) metric() *view.Metric {
	if c.picked() {
		return c.Snap.Metric(c.chosen)
	}
	all := c.Headline()
	if len(all) == 0 {
		return &view.Metric{}
	}
	first, taken := all[min(c.at, len(all)-1)], c.taken()
	if !slices.Contains(taken, first.Key) {
		return first
	}
	for _, m := range all {
		if !slices.Contains(taken, m.Key) {
			return m
		}
	}
	if m := c.after(first.Key, taken...); m != nil {
		return m
	}
	return first // there is no other
}

// picked says whether the chart shows what m went to.
func (c *curves) picked() bool { return c.chosen != "" && c.Charted(c.chosen) }

// taken are the keys of what the other charts show, but for those that give way: of
// those that have not been told, the later do.
func (c *curves) taken() []string {
	var keys []string
	for _, o := range c.beside {
		if (o.picked() || c.at > o.at) && o.There() {
			keys = append(keys, o.metric().Key)
		}
	}
	return keys
}

// after is the next metric after one that there is, but for some; nil if there is none.
func (c *curves) after(key string, but ...string) *view.Metric {
	all := c.Snap.Metrics
	now := slices.IndexFunc(all, func(m view.Metric) bool { return m.Key == key })
	for i := range all {
		if m := &all[(now+1+i)%len(all)]; !slices.Contains(but, m.Key) && m.Key != key && c.Charted(m.Key) {
			return m
		}
	}
	return nil
}

// next goes on to the next metric that there is, but for those of the other charts,
// which stay what they are.
func (c *curves) next() {
	others := make([]string, len(c.beside))
	for i, o := range c.beside {
		if o.There() {
			others[i] = o.metric().Key
		}
	}
	if m := c.after(c.metric().Key, others...); m != nil {
		c.chosen = m.Key
		for i, o := range c.beside {
			if others[i] != "" {
				o.chosen = others[i]
			}
		}
	}
}

// logY says whether the y-axis is logarithmic.
func (c *curves) logY() bool {
	m := c.metric()
	return (m.Scale == view.LogFirst) != c.flipped[m.Key]
}

func (c *curves) Name() string {
	if m := c.metric(); m.Key != "" {
		return runs.Title(m)
	}
	return "curves"
}

// Brief is the metric in a word or two.
func (c *curves) Brief() string {
	if m := c.metric(); m.Key != "" {
		return runs.Brief(m)
	}
	return "curves"
}

// There says whether there is a metric for the chart, or may be one.
func (c *curves) There() bool {
	if c.at < 2 {
		return c.at == 0 || len(c.Headline()) != 1
	}
	return c.roomy && c.at < c.grid.wants() && c.at < c.metrics()
}

func (c *curves) Rows() int               { return 0 }
func (c *curves) Follow()                 {}
func (c *curves) Settle(pane.Place, bool) {}
func (c *curves) Keys() []pane.Binding    { return nil }

// Draw fills the place with the chart. It is drawn anew only when something of
// it has changed.
func (c *curves) Draw(q pane.Place) []string {
	if key := c.keyOf(q); c.key != key || c.lines == nil {
		c.key, c.lines = key, c.fresh(q)
	}
	return c.lines
}

func (c *curves) fresh(q pane.Place) []string {
	m := c.metric()
	w, h := q.Inner()
	b := draw.Box{Title: c.Name(), Beside: c.note(m), Right: c.axisTitle(), Focused: q.Focused}
	if q.Number > 0 {
		b.Title = strconv.Itoa(q.Number) + " " + b.Title
		b.Beside = draw.Join(q.Others, b.Beside)
	}
	var body []string
	strip := 0
	if c.zoomed && h >= 12 {
		strip = 1
	}
	if cols, rows := chart.Room(w, h-strip); cols >= 4 && rows >= 2 {
		p := c.plot(m, cols, rows)
		if why := c.noCurve(p); why != "" {
			body, b.Right = draw.Middle(c.Theme.Dim.Paint(why), w, h), ""
		} else {
			if c.grid == oneEach {
				var some string
				body, some = c.each(p, w, h-strip)
				b.Beside = draw.Join(b.Beside, some)
			}
			if body == nil {
				body = p.Draw(c.Theme)
			}
			if strip > 0 {
				body = append(body, c.overview(p))
			}
			b.Left = c.legend(p, m, q.W-len(b.Right)-8)
		}
	}
	return q.Fill(c.Theme, b, body)
}

// axisTitle is what the x-axis counts, and that it is logarithmic.
func (c *curves) axisTitle() string {
	title := draw.Clean(c.over().Title)
	if c.logX && title != "" {
		title += ", log"
	}
	return title
}

// noCurve says what a chart waits for that has no point to show: an axis with
// nothing on it would be made up. It is empty if there is one.
func (c *curves) noCurve(p *plot) string {
	if p.points {
		return ""
	}
	all := c.Plotted()
	switch {
	case len(c.Snap.Runs) == 0:
		return "no run yet"
	case len(all) == 0 && len(c.Listed) > 0:
		return "all curves are hidden"
	case len(all) == 0:
		return "no run matches the filter"
	}
	if !slices.ContainsFunc(all, c.takes) {
		return "no run has a place on this axis: t changes it"
	}
	for _, r := range all {
		points := false
		for i := range r.Series {
			points = points || len(r.Series[i].Values) > 0 && c.Charted(r.Series[i].Metric)
		}
		if points && c.zoomed {
			return "no point in this window: 0 shows all"
		}
		if points {
			return "waiting for the first value"
		}
	}
	return "waiting for the first point"
}

// note is said beside the title: what is unusual about the chart.
func (c *curves) note(m *view.Metric) string {
	var notes []string
	if n := draw.Clean(m.Note); n != "" {
		notes = append(notes, n)
	}
	if log := c.logY(); log != (m.Scale == view.LogFirst) {
		notes = append(notes, map[bool]string{true: "log", false: "linear"}[log])
	}
	if n := runs.MostSeeds(c.Drawn()); n > 1 {
		notes = append(notes, "median of "+strconv.Itoa(n)+" seeds")
	}
	if c.smooth > 0 {
		notes = append(notes, "smoothed "+draw.Number(smoothing[c.smooth], 2))
	}
	switch {
	case c.following:
		notes = append(notes, "following")
	case c.zoomed:
		notes = append(notes, "zoomed")
	}
	return strings.Join(notes, " · ")
}

// plot is a chart with what is said of it.
type plot struct {
	*chart.Plot
	metric *view.Metric
	points bool   // any curve has one
	unit   string // after the value of a line
	signs  int    // of devices that are drawn: a bit for each of incident.Signs
}

// plot gathers what is drawn in cols×rows.
func (c *curves) plot(m *view.Metric, cols, rows int) *plot {
	p := &plot{Plot: chart.New(cols, rows), metric: m}
	p.X, p.Shade, p.Style = c.x(), c.Theme.Shade, c.Style()
	log := c.logY()
	groups := c.Drawn()
	all := make([]series, len(groups))
	var ranged [][]float64
	for i, g := range groups {
		all[i] = c.seriesOf(g, p, log)
		p.points = p.points || slices.ContainsFunc(all[i].raw, draw.Known)
		ranged = append(ranged, all[i].ranged(len(groups) == 1)...)
	}
	extent := chart.Extent{Log: log, Better: m.Better, Least: m.Least}
	if m.Format == view.Share {
		p.unit = " %"
		extent.Least, extent.Most = 100*m.Least, 100
	}
	if p.X.Log { // on which the beginning takes more of the width
		extent.Begins = logBegins
	}
	p.Y = c.steady.Scale(extent, ranged, c.steadyFor(m))
	c.fill(p, all)
	return p
}

// one is the same for one of its curves in another size.
func (c *curves) one(all *plot, g view.Group, w, h int) *plot {
	cols, rows := chart.Room(w, h)
	p := &plot{Plot: chart.New(cols, rows), metric: all.metric, unit: all.unit}
	p.X, p.Y, p.Shade, p.Style = all.X, all.Y, all.Shade, all.Style
	c.fill(p, []series{c.seriesOf(g, p, p.Y.Log)})
	for i := range p.Strokes {
		p.Strokes[i].Name = ""
	}
	return p
}

// fill adds to a plot with scales what is drawn in it.
func (c *curves) fill(p *plot, all []series) {
	p.YTicks = chart.Ticks(p.Y, max(2, min(p.Rows/3, 6)), nil)
	p.XTicks = c.ticks(p.X, max(2, p.Cols/9))
	c.addStrokes(p, all)
	c.addLines(p)
	if col, ok := p.Column(p.X.Cell(c.cursor, p.Cols)); ok && c.values {
		p.Cursor = col
	}
}

// viewed is what a y-axis stays for: with anything of it another, what is seen is
// not what was seen before.
type viewed struct {
	metric, axis          string
	log, logX, zoomed     bool
	window                [2]float64
	drawn, smooth, digest int
}

// steadyFor is that of a metric as it is seen now.
func (c *curves) steadyFor(m *view.Metric) viewed {
	v := viewed{metric: m.Key, axis: c.sight.key, log: c.logY(), logX: c.logX, zoomed: c.zoomed, smooth: c.smooth}
	if c.zoomed {
		v.window = c.window
	}
	for _, g := range c.Drawn() {
		v.drawn += len(g)
		v.digest = 31*v.digest + g[0].ID + 1
	}
	return v
}

// logBegins is the share of a curve that its beginning takes on a logarithmic x-axis.
const logBegins = 1. / 3

// addLines adds the values to compare with, with their names on them: the first as the
// reference, which the legend names where the chart has no room. Where a curve has come
// to the accuracy of its values, that is one of them.
func (c *curves) addLines(p *plot) {
	for i, l := range p.metric.Lines {
		v := runs.Shown(p.metric, l.At)
		if i == 0 {
			p.Reference = p.Y.Of(v)
			p.Referred = []string{p.named(l), draw.Clean(l.Name)}
			continue
		}
		p.Rules = append(p.Rules, chart.Rule{Name: draw.Clean(l.Name), At: v})
	}
	if v := p.metric.Floor; v > 0 {
		p.Rules = append(p.Rules, chart.Rule{Name: "floor " + draw.Scientific(v), At: v})
	}
}

// named is a line with its value.
func (p *plot) named(l view.Line) string {
	return draw.Clean(l.Name) + " " + draw.Number(runs.Shown(p.metric, l.At), 4) + p.unit
}

package race

import (
	"math"
	"slices"
	"sort"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/runs"
)

// sign is how an event of a run is drawn on its curve and named in the legend.
type sign struct {
	kind  view.EventKind
	glyph rune
	name  string
	bad   bool
}

// signs are the events that are drawn, in the order of the legend.
var signs = []sign{
	{view.EventSwitch, '◆', "switch", false},
	{view.EventRestart, '○', "restart", false},
	{view.EventDiagnosis, '◇', "diagnosis", false},
	{view.EventDiverged, '✗', "diverged", true},
	{view.EventFailed, '✗', "failed", true},
}

func signOf(k view.EventKind) (sign, bool) {
	for _, s := range signs {
		if s.kind == k {
			return s, true
		}
	}
	return sign{}, false
}

// addMarks puts a run's events on its curve, but those that were seen in another.
func (c *curves) addMarks(p *plot, r *view.Run, on []float64, off []int8, colour uint8) {
	edge := p.Rows - 1
	if p.metric.Better > 0 {
		edge = 0
	}
	for _, e := range r.Marks {
		s, ok := signOf(e.Kind)
		if !ok || c.axis >= len(e.Places) || e.Metric != "" && e.Metric != p.metric.Key {
			continue
		}
		k := colour
		if s.bad {
			k = draw.ColourBad
		}
		if x := c.place(e.Places[c.axis], p); draw.Known(x) && x > -0.5 && (!c.zoomed || x < float64(p.Cols)-0.5) {
			p.Marks = append(p.Marks, chart.Mark{Col: int(min(math.Round(x), float64(p.Cols-1))), On: on, Off: off, Edge: edge, Glyph: s.glyph, Colour: k})
		}
	}
}

// addDeviceMarks puts the devices' events on a run's curve, where it then was.
func (c *curves) addDeviceMarks(p *plot, r *view.Run, on []float64, off []int8) {
	if c.over().Clock || len(c.incidents.Marks) == 0 {
		return
	}
	taken := make([]bool, p.Cols)
	for _, e := range c.incidents.Marks {
		x, ok := c.then(r, p.metric.Key, e.Elapsed)
		if !ok {
			continue
		}
		col, ok := p.Column(c.place(x, p))
		if !ok || off[p.Dot(col)] != 0 || !draw.Known(on[p.Dot(col)]) || !e.Claim(taken, col) {
			continue
		}
		p.Marks = append(p.Marks, chart.Mark{Col: col, On: on, Off: off, Glyph: e.Glyph, Colour: e.Colour})
		p.say(e.Glyph)
	}
}

// then is where a run's series was on the axis at a time, between the places of
// its values; false where it does not go so far.
func (s *sight) then(r *view.Run, metric string, elapsed float64) (float64, bool) {
	k := r.Of(metric)
	if k == nil {
		return 0, false
	}
	times, places := k.On(s.Snap.Clock()), k.On(s.axis)
	n := min(len(times), len(places))
	if n == 0 || elapsed < times[0] {
		return 0, false
	}
	i := sort.Search(n, func(i int) bool { return times[i] >= elapsed })
	if i == 0 {
		return places[0], true
	}
	if i == n {
		return 0, false
	}
	fraction := 1.0
	if times[i] > times[i-1] {
		fraction = (elapsed - times[i-1]) / (times[i] - times[i-1])
	}
	return places[i-1] + fraction*(places[i]-places[i-1]), true
}

// addTimeMarks puts the devices' events on the axis of time itself.
func (c *curves) addTimeMarks(p *plot) {
	if !c.over().Clock {
		return
	}
	taken := make([]bool, p.Cols)
	for _, e := range c.incidents.Marks {
		col, ok := p.Column(c.place(e.Elapsed, p))
		if ok && e.Claim(taken, col) {
			p.OnAxis = append(p.OnAxis, chart.AxisMark{Col: col, Glyph: e.Glyph, Colour: e.Colour})
			p.say(e.Glyph)
		}
	}
}

// say puts a sign of a device into the legend.
func (p *plot) say(glyph rune) {
	for i, s := range incident.Signs {
		if s.Glyph == glyph {
			p.signs |= 1 << i
		}
	}
}

// deviceLegend explains the devices' signs that are drawn, in at most w
// columns: each, or else all together.
func (p *plot) deviceLegend(w int) [][2]string {
	var each [][2]string
	all, width := "", 0
	for i, s := range incident.Signs {
		if p.signs&(1<<i) != 0 {
			each = append(each, [2]string{string(s.Glyph), s.Name})
			all += string(s.Glyph)
			width += 4 + ansi.StringWidth(s.Name)
		}
	}
	if width+2 <= w || all == "" {
		return each
	}
	return [][2]string{{all, "gpu"}}
}

// legend explains what is on the chart besides curves, as far as there is room.
func (c *curves) legend(p *plot, m *view.Metric, w int) string {
	t, l := c.Theme, draw.NewLine(max(w, 0))
	say := func(k draw.Ink, glyph, text string) {
		if l.At()+4+ansi.StringWidth(glyph+text) > w {
			return
		}
		if l.At() > 0 {
			l.Gap(2)
		}
		if glyph != "" {
			l.Put(k, glyph).Gap(1)
		}
		l.Put(t.Dim, text)
	}
	if draw.Known(p.Reference) && !p.NamesReference() {
		say(t.Dim, "┈", p.named(m.Lines[0]))
	}
	if name := runs.SpreadName(c.Drawn()); name != "" {
		say(t.Dim, string(p.Shade), name)
	}
	if g := m.Progress; g.Of != "" {
		say(t.Dim, draw.Clean(g.Of)+":", draw.Grouped(g.Done)+" "+draw.Clean(g.Unit))
	}
	for _, s := range signs {
		if c.marked(s.kind) {
			say(t.Text, string(s.glyph), s.name)
		}
	}
	for _, q := range p.deviceLegend(w - l.At()) {
		say(t.Dim, q[0], q[1])
	}
	if off := c.offAxis(c.Drawn(), w-l.At()-4); off != "" {
		say(t.Dim, "", off)
	}
	if p.LeavesScale() {
		say(t.Dim, string([]rune{chart.Below, chart.Above}), "off scale")
	}
	return l.Text()
}

// marked says whether any run that is drawn has an event of a kind on this chart.
func (c *curves) marked(k view.EventKind) bool {
	for _, r := range c.Plotted() {
		for _, e := range r.Marks {
			if e.Kind == k && (e.Metric == "" || e.Metric == c.metric().Key) {
				return true
			}
		}
	}
	return false
}

// occurred says whether some run has an event of a kind, hidden or not.
func (q *Race) occurred(k view.EventKind) bool {
	return slices.ContainsFunc(q.Snap.Runs, func(r view.Run) bool {
		return slices.ContainsFunc(r.Marks, func(m view.Mark) bool { return m.Kind == k })
	})
}

// Signs explain the signs on the charts.
func (q *Race) Signs(w int) []string {
	t := q.Theme
	var all []draw.Sign
	for _, s := range signs[:4] {
		if q.Driven() || q.occurred(s.kind) {
			all = append(all, draw.Sign{Glyph: string(s.glyph), Name: s.name})
		}
	}
	for i := range q.Snap.Metrics {
		if lines := q.Snap.Metrics[i].Lines; len(lines) > 0 {
			all = append(all, draw.Sign{Glyph: "┈", Name: "at the " + draw.Clean(lines[0].Name)})
			break
		}
	}
	all = append(all, draw.Sign{Glyph: string([]rune{chart.Below, chart.Above}), Name: "off scale"})
	for i := range q.Snap.Metrics {
		if m := &q.Snap.Metrics[i]; m.Floor > 0 {
			all = append(all, draw.Sign{Glyph: runs.Value(m, 0), Name: "at most: less cannot be told apart"})
			break
		}
	}
	lines := draw.Signs(t, w, all)
	if q.Driven() || q.AnyGroup() {
		lines = append(lines, q.seedSigns(w)...)
	}
	if q.Snap.Devices != nil {
		all = nil
		for _, s := range incident.Signs {
			all = append(all, draw.Sign{Glyph: string(s.Glyph), Name: s.Name})
		}
		lines = append(lines, draw.Signs(t, w, all)...)
	}
	return lines
}

// seedSigns explain the band about a median.
func (q *Race) seedSigns(w int) []string {
	var lines []string
	t, glyph := q.Theme, string(q.Theme.Shade)
	for _, text := range draw.Wrap("spread of the seeds about their median: lowest to highest, from 5 seeds on the quartiles", max(8, w-4)) {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(t.Text, glyph).Tab(3).Put(t.Dim, text).String())
		glyph = ""
	}
	return lines
}

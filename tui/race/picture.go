package race

import (
	"io"
	"math"
	"slices"

	"optwatch/train/study"
	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/picture"
	"optwatch/tui/runs"
)

// The columns of a picture in which medians are taken, and the points from which a
// curve is thinned to its columns.
const (
	pictureColumns = 600
	mostPoints     = 4000
)

// gallery is what of a race can be taken elsewhere: as pictures, as numbers, as text.
type gallery struct{ race *Race }

// shown are the charts that are on the screen and have a point.
func (q *gallery) shown() []*curves {
	var out []*curves
	for _, c := range q.race.charts {
		if _, seen := q.race.lay.Find(c.at); seen && c.There() && c.begins() {
			out = append(out, c)
		}
	}
	return out
}

// begins says whether a curve of the chart has a point.
func (c *curves) begins() bool {
	key := c.metric().Key
	return slices.ContainsFunc(c.Plotted(), func(r *view.Run) bool {
		k := r.Of(key)
		return k != nil && len(k.Values) > 0 && len(k.On(c.axis)) > 0
	})
}

// HasPicture says whether there is any to be written.
func (q *gallery) HasPicture() bool { return q.race.Ready() && len(q.shown()) > 0 }

// Pictures are the charts on the screen as figures: with the same curves, colours,
// signs and axes.
func (q *gallery) Pictures() []*study.Figure {
	var out []*study.Figure
	for _, c := range q.shown() {
		out = append(out, c.figure())
	}
	return out
}

// Values are their points, not smoothed.
func (q *gallery) Values() func(io.Writer) error {
	out := &picture.Values{Along: q.race.axis, Window: q.race.x()}
	for _, a := range q.race.Snap.Axes {
		out.Axes = append(out.Axes, draw.Clean(a.Key))
	}
	for _, c := range q.shown() {
		for _, r := range slices.Concat(c.Ordered()...) {
			if k := r.Of(c.metric().Key); k != nil {
				out.Curves = append(out.Curves, picture.Curve{Run: runs.Label(r), Metric: draw.Clean(k.Metric), Series: k})
			}
		}
	}
	return out.Write
}

// figure is the chart as a figure.
func (c *curves) figure() *study.Figure {
	kept := c.steady
	p := c.plot(c.metric(), pictureColumns, 40)
	c.steady = kept // the axis on the screen stays what it is
	m, in := p.metric, picture.Frame{X: p.X, Y: p.Y}
	f := &study.Figure{
		Name: draw.Clean(m.Key), Title: draw.Join(c.Name(), draw.Clean(c.Snap.Subject.Name), c.note(m)), Ends: in.Ends(),
		X: study.Axis{Label: draw.Clean(c.over().Title), Log: p.X.Log}, Y: study.Axis{Label: c.Name(), Log: p.Y.Log},
	}
	for _, g := range c.Ordered() {
		f.Series = append(f.Series, c.beneath(g, p, in)...)
	}
	for _, g := range c.Ordered() {
		s := c.pictured(g, p, in)
		f.Series = append(f.Series, s)
		if r := c.single(g); r != nil {
			own := c.pictured(view.Group{r}, p, in)
			own.Name, own.Slot = runs.Label(r), s.Slot
			f.Series = append(f.Series, own)
		}
		f.Marks = append(f.Marks, c.picturedMarks(g, p, in, &s)...)
	}
	for _, e := range c.incidents.Marks {
		if c.over().Clock {
			f.Marks = append(f.Marks, incidentMark(e, 0, e.Elapsed, p.Y.Value(p.Y.Lo)))
		}
	}
	for _, l := range m.Lines {
		f.Lines = append(f.Lines, study.Line{Name: p.named(l), At: runs.Shown(m, l.At)})
	}
	if m.Floor > 0 {
		f.Lines = append(f.Lines, study.Line{Name: "floor " + draw.Scientific(m.Floor), At: m.Floor})
	}
	if c.values {
		f.Lines = append(f.Lines, study.Line{Name: c.cursorText(), At: p.X.Value(c.cursor), Vertical: true})
	}
	return f
}

// pictured is what is drawn of a group: the points of a run, or the median of
// several with their band.
func (c *curves) pictured(g view.Group, p *plot, in picture.Frame) study.Series {
	out := study.Series{Name: runs.GroupName(g), Slot: c.Slot(g[0])}
	k := g[0].Of(p.metric.Key)
	if len(g) > 1 || k == nil || len(k.Values) > mostPoints || len(k.Low) > 0 {
		s := c.seriesOf(g, p, p.Y.Log)
		out.X, out.Y = in.Columns(s.line())
		if s.lo != nil {
			_, out.Lo = in.Columns(s.lo)
			_, out.Hi = in.Columns(s.hi)
		}
		return out
	}
	at, y := c.coordinates(k, p)
	if c.smooth > 0 {
		y = chart.SmoothedAlong(at, y, smoothing[c.smooth])
	}
	out.X, out.Y = in.Points(at, y)
	return out
}

// coordinates are the places of a series on the axis and what it has there.
func (c *curves) coordinates(k *view.Series, p *plot) (at, y []float64) {
	at = k.On(c.axis)
	at = at[:min(len(at), len(k.Values))]
	y = make([]float64, len(at))
	for i := range y {
		y[i] = p.Y.Of(runs.Shown(p.metric, k.Values[i]))
	}
	return at, y
}

// beneath is what lies under the curve of a run: what it was smoothed from, and what
// the run knows behind it.
func (c *curves) beneath(g view.Group, p *plot, in picture.Frame) []study.Series {
	var out []study.Series
	for i := range g[0].Series {
		k := &g[0].Series[i]
		pale := study.Series{Slot: c.Slot(g[0]), Pale: true}
		switch {
		case len(g) > 1:
			continue
		case k.Metric == p.metric.Key && c.smooth > 0 && len(k.Values) <= mostPoints:
			pale.X, pale.Y = in.Points(c.coordinates(k, p))
		case c.behind(k.Metric, p.metric.Key):
			pale.X, pale.Y = in.Means(k.On(c.axis), k.Values, pictureColumns/4)
		default:
			continue
		}
		out = append(out, pale)
	}
	return out
}

// picturedMarks are the signs on the curve of a group, which is given.
func (c *curves) picturedMarks(g view.Group, p *plot, in picture.Frame, on *study.Series) []study.Mark {
	edge := p.Y.Hi
	if p.metric.Better > 0 {
		edge = p.Y.Lo
	}
	var out []study.Mark
	for _, r := range g {
		for _, e := range r.Marks {
			s, ok := signOf(e.Kind)
			if !ok || c.axis >= len(e.Places) || e.Metric != "" && e.Metric != p.metric.Key {
				continue
			}
			place := e.Places[c.axis]
			if !c.zoomed {
				place = math.Min(place, p.X.Value(p.X.Hi))
			}
			if x, y, ok := in.On(on, place, edge); ok {
				out = append(out, study.Mark{Name: s.name, Sign: s.glyph, Slot: on.Slot, Bad: s.bad, X: x, Y: y})
			}
		}
	}
	for _, e := range c.incidents.Marks {
		if at, ok := c.then(g[0], p.metric.Key, e.Elapsed); ok && !c.over().Clock {
			if x, y, ok := in.On(on, at, edge); ok {
				out = append(out, incidentMark(e, on.Slot, x, y))
			}
		}
	}
	return out
}

// incidentMark is an event of a device as a sign.
func incidentMark(e incident.Mark, slot int, x, y float64) study.Mark {
	return study.Mark{Name: incident.NameOf(e.Glyph), Sign: e.Glyph, Slot: slot, Bad: e.Colour == draw.ColourBad || e.Colour == draw.ColourWarn, X: x, Y: y}
}

package devices

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"time"

	"optwatch/train/device"
	"optwatch/train/study"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/pane"
	"optwatch/tui/picture"
)

// What is on the screen of the devices can be taken elsewhere: the charts that are seen
// as pictures and as numbers, the values and the table of the devices as text.

var _ pane.Copier = (*Program)(nil)

// charted are the charts that are seen, with the frame that they are drawn in and the
// device that they are of, nil for the host.
func (p *Program) charted() (f *frame, d *device.DeviceView, seen []gauge) {
	f = p.devices.frame(p.devices.place)
	if !p.devices.seen || f.plan.charts == 0 {
		return f, nil, nil
	}
	all := f.gauges()
	for i := range f.chartsSeen(len(all)) {
		seen = append(seen, all[(f.gauge+i)%len(all)])
	}
	return f, f.device(), seen
}

// HasPicture says whether a chart with a point is on the screen.
func (p *Program) HasPicture() bool {
	_, _, seen := p.charted()
	for i := range seen {
		for k := range seen[i].lines {
			if l := &seen[i].lines[k]; l.n > 0 {
				return true
			}
		}
	}
	return false
}

// Pictures are the charts on the screen as figures.
func (p *Program) Pictures() []*study.Figure {
	f, d, seen := p.charted()
	out := make([]*study.Figure, len(seen))
	for i := range seen {
		out[i] = f.figure(&seen[i], d)
	}
	return out
}

// figure is a chart over the minutes until the time of the view.
func (f *frame) figure(g *gauge, d *device.DeviceView) *study.Figure {
	const columns, rows = 600, 40
	c := f.gaugeChart(g, d, columns, rows)
	in := picture.Frame{X: axis.Scale{Lo: -f.span().Minutes()}, Y: c.Y}
	out := &study.Figure{
		Name: g.title, Title: draw.Join(g.title, f.whose(d)), Ends: in.Ends(),
		X: study.Axis{Label: "minutes until " + f.view.At.Format("15:04:05 on 2 January 2006")}, Y: study.Axis{Label: g.title},
	}
	for i := range g.lines {
		s := study.Series{Name: g.lines[i].name, Slot: i}
		s.X, s.Y = g.lines[i].points(f.view.At, f.span())
		out.Series = append(out.Series, s)
	}
	if draw.Known(c.Reference) {
		out.Lines = append(out.Lines, study.Line{Name: g.above + " " + g.text(g.limit), At: g.limit})
	}
	if d == nil {
		return out
	}
	for _, e := range f.view.Events {
		s, ok := incident.SignOf(&e)
		if !ok || e.ID != d.ID || s.Rank == 0 && !g.caps {
			continue
		}
		if x, y, ok := in.On(&out.Series[0], e.At.Sub(f.view.At).Minutes(), c.Y.Lo); ok {
			bad := s.Colour == draw.ColourBad || s.Colour == draw.ColourWarn
			out.Marks = append(out.Marks, study.Mark{Name: incident.NameOf(s.Glyph), Sign: s.Glyph, Bad: bad, X: x, Y: y})
		}
	}
	return out
}

// whose says of which device a chart is, or of which machine.
func (f *frame) whose(d *device.DeviceView) string {
	if d == nil {
		return "host"
	}
	return "gpu " + strconv.Itoa(d.Index) + " " + deviceName(d.Name)
}

// points are a line as minutes before a time and values, with a gap where nothing was
// read for long.
func (g *gaugeLine) points(now time.Time, window time.Duration) (xs, ys []float64) {
	before := time.Time{}
	for i := range g.n {
		at, y := g.at(i)
		if now.Sub(at) > window {
			continue
		}
		if !before.IsZero() && at.Sub(before).Seconds() > broken {
			xs, ys = append(xs, at.Sub(now).Minutes()), append(ys, math.NaN())
		}
		before = at
		xs, ys = append(xs, at.Sub(now).Minutes()), append(ys, y)
	}
	return xs, ys
}

// Values are the points of the charts on the screen, one a row: of which device, chart
// and curve, when, and how much.
func (p *Program) Values() func(io.Writer) error {
	f, d, seen := p.charted()
	now, window, whose := f.view.At, f.span(), f.whose(d)
	return func(w io.Writer) error {
		out := csv.NewWriter(w)
		_ = out.Write([]string{"device", "chart", "curve", "time", "value"}) // Flush tells
		for _, g := range seen {
			for _, l := range g.lines {
				for i := range l.n {
					at, v := l.at(i)
					if now.Sub(at) > window {
						continue
					}
					text := ""
					if draw.Known(v) {
						text = strconv.FormatFloat(v, 'g', -1, 64)
					}
					_ = out.Write([]string{whose, g.title, l.name, at.Format(time.RFC3339Nano), text})
				}
			}
		}
		out.Flush()
		return out.Error()
	}
}

// HasCopy says whether there is anything to be copied: of a machine there always is.
func (p *Program) HasCopy() bool { return p.devices.view != nil }

// Copies are the values of the selected device, or of the host where there is none, and
// the table of all devices.
func (p *Program) Copies() []pane.Copy {
	f := p.devices.frame(p.devices.place)
	d := f.device()
	whose, values := f.whose(d), ""
	for _, g := range f.gauges() {
		for _, l := range g.lines {
			name := g.title
			if len(g.lines) > 1 {
				name += ", " + l.name
			}
			values += name + "\t" + g.text(l.now) + "\n"
		}
	}
	out := []pane.Copy{{Key: "v", Name: "values", What: "the values of " + whose, Text: values}}
	if f.count() == 0 {
		return out
	}
	rows := make([][]string, f.count())
	for i := range rows {
		d := &f.view.Devices[i]
		c := f.condition(d)
		rows[i] = []string{
			strconv.Itoa(d.Index), deviceName(d.Name), draw.WholePercent(d.Value(device.Busy)), draw.OfLimit(d.Value(device.Power), d.Value(device.PowerLimit), " W"),
			memoryOf(d), draw.WithUnit(d.Value(device.Temperature), "°C"), draw.WithUnit(d.Value(device.SMClock), " MHz"), c.text,
		}
	}
	head := []string{"gpu", "name", "busy", "power", "memory", "temperature", "sm clock", "condition"}
	return append(out, pane.Copy{Key: "t", Name: "table", What: "the table of the devices", Text: draw.Markdown(head, rows)})
}

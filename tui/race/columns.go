package race

import (
	"math"
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// The columns of the standings: those that the source asks for, or else its
// axes, settings and metrics as they come.

type column = draw.Column[*standing]

// The columns before the source's: a sign for the selection, the line style,
// the name, the state.
const (
	lead       = 6
	nameWidth  = 9
	stateWidth = 13
)

// table is that of the standings in w columns: it takes the columns that fit,
// and gives what is left over to the names, then to the others.
func (s *standings) table(w int, rows []runs.Entry) *draw.Table[*standing] {
	longest := 0
	for _, e := range rows {
		longest = max(longest, ansi.StringWidth(s.NameOf(e)))
	}
	name := column{Name: "run", Width: nameWidth, Left: true, Text: func(q *standing) string { return q.NameOf(q.entry) }}
	state := column{Name: "state", Width: stateWidth, Gap: 1, Draw: s.drawState}
	if w >= 70 {
		name.Width = max(name.Width, min(longest, 14))
	} else {
		state.Width = 2
	}
	t := &draw.Table[*standing]{Lead: lead, Margin: 1, Columns: append([]column{name, state}, s.columns()...)}
	keepOne(t.Columns[2:])
	t.Narrow(w)
	spare := max(0, w-t.Width())
	more := min(max(longest-name.Width, 0), spare)
	t.Columns[0].Width += more
	t.Spread(spare - more)
	return t
}

// keepOne makes sure that one column at least stays on every screen.
func keepOne(columns []column) {
	if len(columns) == 0 {
		return
	}
	last := 0
	for i := range columns {
		if columns[i].Drop <= columns[last].Drop {
			last = i
		}
	}
	columns[last].Drop = 0
}

// columns are those of the source, and what every run may have.
func (s *standings) columns() []column {
	asked := s.Snap.Columns
	if asked == nil {
		asked = s.own()
	}
	var out []column
	for _, c := range asked {
		out = append(out, s.column(c)...)
	}
	if s.any(func(r *view.Run) bool { return r.Rate > 0 }) || s.Snap.Columns != nil && s.Snap.Pace != "" {
		out = append(out, s.rate())
	}
	if s.any(func(r *view.Run) bool { return r.Left >= 0 }) || s.Snap.Bounded {
		out = append(out, s.left())
	}
	if s.any(func(r *view.Run) bool { return r.Recipe != "" }) || s.Snap.Columns != nil {
		out = append(out, s.recipe())
	}
	for i := range out {
		out[i].Gap, out[i].Grow = 1, 3
	}
	return out
}

// any says whether something holds for any run.
func (s *standings) any(holds func(*view.Run) bool) bool { return slices.ContainsFunc(s.All(), holds) }

// own are the columns where the source asks for none: where runs are on the
// first axis, their settings, the metrics, the other axes; the last give way
// first.
func (s *standings) own() []view.Column {
	var out, axes []view.Column
	rank := func() int { return len(out) }
	for i, a := range s.Snap.Axes {
		switch {
		case i == 0:
			out = append(out, view.Column{Key: a.Key, Drop: rank()})
		case !a.Aside && !a.Clock && s.offered(i):
			axes = append(axes, view.Column{Key: a.Key})
		}
	}
	for _, r := range s.All() {
		for _, k := range r.Settings {
			if !slices.ContainsFunc(out, func(c view.Column) bool { return c.Key == k.Key }) {
				out = append(out, view.Column{Key: k.Key, Drop: rank()})
			}
		}
	}
	for i := range s.Snap.Metrics {
		if m := &s.Snap.Metrics[i]; s.Charted(m.Key) {
			out = append(out, view.Column{Key: m.Key, Drop: rank()})
		}
	}
	for _, c := range axes {
		out = append(out, view.Column{Key: c.Key, Drop: rank()})
	}
	return out
}

// whenSeen is a text that is unknown of what is not seen at the value cursor.
func whenSeen(text func(*standing) string) func(*standing) string {
	return func(q *standing) string {
		if len(q.seen) == 0 {
			return draw.Unknown
		}
		return text(q)
	}
}

// asNow is a text of a run as it is now: nobody keeps what it was at the value cursor.
func asNow(text func(*standing) string) func(*standing) string {
	return whenSeen(func(q *standing) string {
		if q.values {
			return draw.Unknown
		}
		return text(q)
	})
}

// column is that of a metric, an axis or a setting; none where nobody has it.
func (s *standings) column(c view.Column) []column {
	if m := s.Snap.Metric(c.Key); m != nil {
		return s.metric(c, m)
	}
	if axis := s.Snap.Axis(c.Key); axis >= 0 {
		return []column{s.place(c, axis)}
	}
	for _, r := range s.All() {
		for _, k := range r.Settings {
			if k.Key == c.Key {
				return []column{setting(c, k)}
			}
		}
	}
	return nil
}

// metric is the column of a metric, and with several seeds one that says how
// far apart they lie.
func (s *standings) metric(c view.Column, m *view.Metric) []column {
	width := 9
	if m.Format == view.Digits {
		width = 8
	}
	name := runs.Brief(m)
	width = max(width, min(ansi.StringWidth(name), 14))
	if s.any(func(r *view.Run) bool { return r.Elsewhere.Metric == m.Key }) {
		width = max(width, 10) // with the sign
	}
	out := []column{{Name: name, Width: width, Drop: c.Drop, Text: whenSeen(func(q *standing) string {
		return s.besides(m, q) + runs.Value(m, q.value(m.Key))
	})}}
	if c.Spread == 0 || runs.MostSeeds(s.Groups) < 2 {
		return out
	}
	width = 15
	if m.Format == view.Share {
		width = 13
	}
	return append(out, column{Name: runs.SpreadName(s.Groups), Width: width, Drop: c.Spread, Text: func(q *standing) string {
		return q.spreadText(m)
	}})
}

// besides marks a value of a run that does not come to where the metric is 0.
func (s *standings) besides(m *view.Metric, q *standing) string {
	if r := q.entry.Run; r != nil && r.Elsewhere.Metric == m.Key {
		return "≠ "
	}
	return ""
}

// spreadText is from where to where the values of a group as a whole spread;
// "" for a run.
func (s *standing) spreadText(m *view.Metric) string {
	if s.entry.Run != nil {
		return ""
	}
	lo, _, hi := s.spread(func(r *view.Run) float64 { return s.valueOf(r, m.Key) })
	if math.IsNaN(lo) {
		return draw.Unknown
	}
	text := func(v float64) string {
		switch v = runs.Shown(m, v); m.Format {
		case view.Share:
			return strconv.FormatFloat(v, 'f', 2, 64)
		case view.Scientific:
			return draw.Scientific(v)
		}
		return draw.Number(v, 4)
	}
	from, to := text(lo), text(hi)
	switch {
	case from == to:
		return from
	case len(from)+len(to) > 12: // exponents of two digits
		return from + "–" + to
	}
	return from + " – " + to
}

// place is the column of where runs are on an axis. Along the axis of their
// pace they get far.
func (s *standings) place(c view.Column, axis int) column {
	a := s.Snap.Axes[axis]
	name := a.Name
	if name == "" {
		name = a.Title
	}
	out := column{Name: draw.Clean(name), Drop: c.Drop}
	out.Width = max(9, min(ansi.StringWidth(out.Name), 14))
	write := func(v float64) string { return runs.Write(a.Format, v) }
	if a.Key == s.Snap.Pace {
		out.Width, write = 7, draw.SI
	}
	out.Text = whenSeen(func(q *standing) string { return write(q.place(axis)) })
	return out
}

// setting is the column of a number that runs train with.
func setting(c view.Column, k view.Setting) column {
	out := column{Name: draw.Clean(k.Name), Width: 8, Drop: c.Drop}
	if k.Format == view.Count {
		out.Width = 6
	}
	out.Width = max(out.Width, min(ansi.StringWidth(out.Name), 14))
	out.Text = asNow(func(q *standing) string {
		v, ok := q.run.Setting(k.Key)
		switch {
		case !ok || !draw.Known(v):
			return draw.Unknown
		case k.Format == view.Count && v <= 999_999:
			return strconv.Itoa(int(v))
		case k.Format == view.Count:
			return draw.SI(v)
		}
		return draw.Number(v, 3)
	})
	return out
}

// left is the column of the time to come, as wide as that is long.
func (s *standings) left() column {
	c := column{Name: "left", Width: 7, Drop: 8, Text: asNow(func(q *standing) string {
		if q.run.State.Ended() {
			return draw.Unknown
		}
		return draw.Clock(q.run.Left)
	})}
	for _, r := range s.All() {
		c.Width = max(c.Width, ansi.StringWidth(draw.Clock(r.Left)))
	}
	return c
}

// rate is the column of the pace.
func (s *standings) rate() column {
	name := s.Snap.Pace
	if a := s.Snap.Axis(s.Snap.Pace); a >= 0 && s.Snap.Axes[a].Name != "" {
		name = s.Snap.Axes[a].Name
	}
	return column{Name: draw.Clean(name) + "/s", Width: 9, Drop: 5, Text: asNow(func(q *standing) string {
		switch r := q.run; {
		case r.State == view.Paused:
			return "0"
		case r.State != view.Running || !(r.Rate > 0):
			return draw.Unknown
		}
		return draw.SI(q.run.Rate)
	})}
}

// recipe is the column of how runs were made: it stands a little apart, and
// ends at the edge.
func (s *standings) recipe() column {
	return column{Name: " recipe", Width: 28, Drop: 9, Draw: func(l *draw.Line, q *standing, k draw.Ink, w int) {
		text := draw.Unknown
		if len(q.seen) > 0 {
			text = draw.Clean(q.run.Recipe)
		}
		l.Gap(1).Put(s.Theme.Quiet(text, k), draw.Short(text, max(w, l.Left()-1))) // it is the last
	}}
}

package serve

import (
	"slices"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

type column = draw.Column[*view.Run]

// The widest that columns of words and of numbers may be.
const (
	mostWordWidth   = 20
	mostNumberWidth = 14
)

// runLines are the runs, a line each under a heading: how each stands, where it
// is, and as many of its numbers as there is room for.
func runLines(s *view.Snapshot) []string {
	columns := []column{
		{Name: "run", Left: true, Text: runs.Label},
		{Name: "state", Left: true, Text: stateWord},
	}
	wanted := asked(s)
	for _, c := range wanted {
		columns = append(columns, columnOf(s, c)...)
	}
	columns = append(columns, otherSettings(s, wanted)...)
	if slices.ContainsFunc(s.Runs, func(r view.Run) bool { return r.Left >= 0 && !r.State.Ended() }) {
		columns = append(columns, column{Name: "left", Drop: dropFirst, Text: leftText})
	}
	t := draw.Table[*view.Run]{Columns: columns}
	for i := range t.Columns {
		t.Columns[i].Gap = min(i, 1) * 2
		fit(&t.Columns[i], s.Runs)
	}
	t.Narrow(statusWidth)
	lines := []string{t.Heading(draw.NewLine(statusWidth), draw.Ink{}).Text()}
	for i := range s.Runs {
		l := draw.NewLine(statusWidth)
		for k := range t.Columns {
			l.Tab(t.Start(k)).Put(draw.Ink{}, t.Columns[k].Place(t.Columns[k].Text(&s.Runs[i])))
		}
		lines = append(lines, l.Text())
	}
	return lines
}

// fit makes a column as wide as what stands in it, within bounds.
func fit(c *column, all []view.Run) {
	c.Width = ansi.StringWidth(c.Name)
	for i := range all {
		c.Width = max(c.Width, ansi.StringWidth(c.Text(&all[i])))
	}
	most := mostNumberWidth
	if c.Left {
		most = mostWordWidth
	}
	c.Width = min(c.Width, most)
}

// dropFirst is above the Drop of every column that a source asks for.
const dropFirst = 1 << 20

// asked are the columns that the source asks for, and after them what they lack
// of the headline metrics. Where runs are on the first axis, and the metric that
// they are judged by, never give way.
func asked(s *view.Snapshot) []view.Column {
	var out []view.Column
	add := func(key string, drop int) {
		for i := range out {
			if out[i].Key == key {
				out[i].Drop = min(out[i].Drop, drop)
				return
			}
		}
		out = append(out, view.Column{Key: key, Drop: drop})
	}
	for _, c := range s.Columns {
		add(c.Key, max(c.Drop, 1))
	}
	if len(s.Axes) > 0 {
		add(s.Axes[0].Key, 0)
	}
	for i, key := range s.Headline {
		add(key, min(i, 1))
	}
	return out
}

// otherSettings are columns of the settings that those before do not show. One
// may have the key of an axis, which goes before it there.
func otherSettings(s *view.Snapshot, before []view.Column) []column {
	shown := map[string]bool{}
	for _, c := range before {
		if s.Metric(c.Key) == nil && s.Axis(c.Key) < 0 {
			shown[c.Key] = true
		}
	}
	var out []column
	for i := range s.Runs {
		for _, k := range s.Runs[i].Settings {
			if !shown[k.Key] {
				shown[k.Key] = true
				out = append(out, settingColumn(k, dropFirst))
			}
		}
	}
	return out
}

// columnOf is the column of a metric, an axis or a setting; none where nobody
// has it.
func columnOf(s *view.Snapshot, c view.Column) []column {
	if m := s.Metric(c.Key); m != nil {
		return []column{{Name: runs.Brief(m), Drop: c.Drop, Text: func(r *view.Run) string { return runs.Value(m, r.Last(m.Key)) }}}
	}
	if i := s.Axis(c.Key); i >= 0 {
		a := &s.Axes[i]
		return []column{{Name: orElse(draw.Clean(a.Name), draw.Clean(a.Title)), Drop: c.Drop, Text: func(r *view.Run) string {
			return runs.Write(a.Format, r.Place(i))
		}}}
	}
	for i := range s.Runs {
		for _, k := range s.Runs[i].Settings {
			if k.Key == c.Key {
				return []column{settingColumn(k, c.Drop)}
			}
		}
	}
	return nil
}

func settingColumn(k view.Setting, drop int) column {
	return column{Name: draw.Clean(k.Name), Drop: drop, Text: func(r *view.Run) string {
		v, _ := r.Setting(k.Key)
		return runs.Write(k.Format, v)
	}}
}

// leftText is how long a run still goes on.
func leftText(r *view.Run) string {
	if r.State.Ended() {
		return draw.Unknown
	}
	return draw.Clock(r.Left)
}

// stateWord is what a run does; what is about to happen goes before what is.
func stateWord(r *view.Run) string {
	switch {
	case r.Pending != view.Nothing:
		return r.Pending.String() + "…"
	case r.State == view.Running && r.Activity != "":
		return draw.Clean(r.Activity)
	case r.State == view.Budget:
		return "done"
	}
	return r.State.String()
}

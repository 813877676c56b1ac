package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// field is a column of the standings.
type field struct {
	name  string
	width int
	drop  int // the higher, the sooner it gives way to narrow screens
	left  bool
	need  func(*model) bool
	text  func(*model, *train.RunView, train.Point) string
	over  func(*model, entry) string // instead of text: of a group as a whole
}

// fields is the table of the columns, from left to right.
var fields = []field{
	{name: "step", width: 9, drop: 6, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Count(p.Step) }},
	{name: "lr", width: 8, drop: 3, text: func(_ *model, r *train.RunView, _ train.Point) string { return draw.Number(r.LR, 3) }},
	{name: "batch", width: 6, drop: 7, text: batchText},
	{name: "evals", width: 7, drop: 4, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.SI(float64(p.Evals)) }},
	{name: "loss", width: 8, drop: 2, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Precise(p.Loss) }},
	{name: "val acc", width: 9, need: needs(valAccuracy), text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Percent(p.ValAccuracy) }},
	{name: "test acc", width: 9, need: needsTest, text: func(_ *model, _ *train.RunView, p train.Point) string { return draw.Percent(p.TestAccuracy) }},
	{width: 13, drop: 1, need: seedsAnd(valAccuracy), over: percentSpread(valAccuracy)},
	{width: 13, drop: 1, need: seedsAndTest, over: percentSpread(testAccuracy)},
	{name: "f − f*", width: 9, drop: 1, text: func(m *model, _ *train.RunView, p train.Point) string { return m.gapText(p) }},
	{width: 15, drop: 5, need: hasSeeds, over: gapSpread},
	{name: "evals/s", width: 9, drop: 5, text: rateText},
	{name: "left", width: 7, drop: 8, text: func(_ *model, r *train.RunView, _ train.Point) string { return leftText(r) }},
	{name: "recipe", width: 28, drop: 9, left: true, text: func(_ *model, r *train.RunView, _ train.Point) string { return draw.Clean(r.Recipe) }},
}

func needs(id metricID) func(*model) bool {
	return func(m *model) bool { return metrics[id].has(m.snap) }
}

func needsTest(m *model) bool {
	return metrics[testAccuracy].has(m.snap) && !metrics[valAccuracy].has(m.snap)
}

func batchText(_ *model, r *train.RunView, _ train.Point) string {
	if r.Batch == 0 {
		return draw.Unknown
	}
	if r.Batch > 999_999 {
		return draw.SI(float64(r.Batch))
	}
	return strconv.Itoa(r.Batch)
}

func rateText(_ *model, r *train.RunView, _ train.Point) string {
	if r.State == train.Paused {
		return "0"
	}
	if r.State != train.Running || !(r.EvalsPerSecond > 0) {
		return draw.Unknown
	}
	return draw.SI(r.EvalsPerSecond)
}

func leftText(r *train.RunView) string {
	if r.State.Ended() {
		return draw.Unknown
	}
	return draw.Clock(r.Left)
}

// gapText is f − f*, with the bound it has reached.
func (m *model) gapText(p train.Point) string {
	if m.base.certified && p.Loss-m.base.value <= m.base.floor {
		return "≤ " + draw.Scientific(m.base.floor)
	}
	return draw.Scientific(m.base.below(p.Loss))
}

// newStandings is the table of the standings in w columns: it takes the fields
// that fit, and gives what is left over to the names, then to the fields.
func (m *model) newStandings(w int, rows []entry) *draw.Table[*standing] {
	longest := 0
	for _, e := range rows {
		longest = max(longest, ansi.StringWidth(e.name()))
	}
	name := draw.Column[*standing]{Name: "run", Width: nameWidth, Left: true, Text: func(s *standing) string { return s.entry.name() }}
	state := draw.Column[*standing]{Name: "state", Width: stateWidth, Gap: 1, Draw: m.drawState}
	if w >= 70 {
		name.Width = max(name.Width, min(longest, 14))
	} else {
		state.Width = 2
	}
	t := &draw.Table[*standing]{Lead: lead, Margin: 1, Columns: []draw.Column[*standing]{name, state}}
	for i := range fields {
		if f := &fields[i]; f.need == nil || f.need(m) {
			t.Columns = append(t.Columns, f.column(m))
		}
	}
	keepOne(t.Columns[2:])
	t.Narrow(w)
	spare := max(0, w-t.Width())
	more := min(max(longest-name.Width, 0), spare)
	t.Columns[0].Width += more
	t.Spread(spare - more)
	return t
}

// keepOne makes sure that one column at least stays on every screen.
func keepOne(columns []draw.Column[*standing]) {
	last := 0
	for i := range columns {
		if columns[i].Drop <= columns[last].Drop {
			last = i
		}
	}
	columns[last].Drop = 0
}

// column is a field as a column of the table.
func (f *field) column(m *model) draw.Column[*standing] {
	c := draw.Column[*standing]{Name: f.name, Width: f.width, Gap: 1, Drop: f.drop, Grow: 3, Text: func(s *standing) string {
		switch {
		case f.over != nil:
			return f.over(m, s.entry)
		case s.seen:
			return f.text(m, s.run, s.point)
		}
		return draw.Unknown
	}}
	switch {
	case f.over != nil:
		c.Name = spreadNames(m.groups.all)
	case f.name == "f − f*":
		c.Name = strings.NewReplacer("best so far", "best", "best known", "best").Replace(optimumTitle(m.snap))
	case f.left: // it stands a little apart, and ends at the edge
		c.Name = " " + f.name
		c.Draw = func(l *draw.Line, s *standing, k draw.Ink, w int) {
			text := c.Text(s)
			l.Gap(1).Put(m.theme.Quiet(text, k), draw.Short(text, w))
		}
	}
	return c
}

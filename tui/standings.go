package tui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// The columns before the fields: a sign for the selection, the line style, the
// name, the state.
const (
	lead       = 6
	nameWidth  = 9
	stateWidth = 13
)

// drawRuns draws the standings, which are also the legend and the selector.
func (m *model) drawRuns(q placed) []string {
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	rows := m.entries()
	table := m.newStandings(w, rows)
	lines := []string{table.Heading(draw.NewLine(w), m.theme.Dim).String()}
	for _, e := range scrolled(rows, slices.IndexFunc(rows, m.chosen), h-1) {
		lines = append(lines, m.standing(table, e, w))
	}
	if len(rows) == 0 {
		lines = append(lines, m.theme.Dim.Paint(m.noRuns()))
	}
	if !q.boxed {
		return draw.Block(lines, w, h)
	}
	return m.runsBox(len(rows) > h-1, len(rows)).Draw(m.theme, lines, q.w, q.h)
}

func (m *model) noRuns() string {
	if m.filter != "" {
		return "   no run matches " + strconv.Quote(m.filter)
	}
	return "   no run yet: a adds one"
}

func (m *model) runsBox(cropped bool, n int) draw.Box {
	b := draw.Box{Title: "runs", Focused: m.focus == paneRuns, Right: orderNames[m.sorted]}
	var notes []string
	if m.look.probe {
		b.Title = "values at " + m.cursorText()
	}
	if m.filter != "" {
		notes = append(notes, "filter: "+m.filter)
	}
	if off := m.offAxis(m.groups.all, 48); off != "" {
		notes = append(notes, off)
	}
	if cropped {
		notes = append(notes, strconv.Itoa(n)+" in all")
	}
	b.Beside = strings.Join(notes, " · ")
	return b
}

// cursorText is where the value cursor stands.
func (m *model) cursorText() string {
	if m.look.x == xBytes {
		return m.cursorValue() + " sent"
	}
	return m.cursorValue() + " " + xNames[m.look.x]
}

// cursorValue is that place as a number.
func (m *model) cursorValue() string {
	v := axis.Scale{Log: m.look.logX}.Value(m.look.cursor)
	switch m.look.x {
	case xEvals, xSteps, xRounds:
		return draw.Grouped(int64(math.Round(v)))
	case xBytes:
		return draw.Bytes(math.Round(v))
	}
	return draw.Number(v, 4)
}

// standing is a row of the standings: a run or several as one, and the point at
// which it is shown.
type standing struct {
	entry entry
	run   *train.RunView
	point train.Point
	seen  bool
}

// standing is the row of a run, or of several as one. With the value cursor
// on, it shows them there.
func (m *model) standing(table *draw.Table[*standing], e entry, w int) string {
	row, l := standing{entry: e}, draw.NewLine(w)
	row.run, row.point, row.seen = m.stands(e)
	body := m.theme.Text
	if m.chosen(e) {
		body = m.theme.Strong
		l.Put(body, " ▸")
	}
	l.Tab(2)
	if flat, k := m.lineSign(e); flat != "" {
		l.Gap(1).Put(k, flat+flat)
	}
	if m.away(e) {
		body = m.theme.Faint
	}
	return table.Row(l, m.theme, &row, body).String()
}

// drawState puts how a run stands: a sign, and a word where there is room.
func (m *model) drawState(l *draw.Line, s *standing, _ draw.Ink, w int) {
	glyph, word, k := m.stateOfEntry(s.entry)
	l.Put(k, glyph).Gap(1)
	if w > 2 {
		l.Put(k, draw.Short(word, w-2))
	}
}

// label is a run's name, and what it runs since it was switched if the name
// does not say so: sgd→adam.
func label(r *train.RunView) string {
	name := draw.Clean(r.Name)
	was := name
	if i := strings.LastIndexByte(name, '-'); i > 0 && i+1 < len(name) && strings.Trim(name[i+1:], "0123456789") == "" {
		was = name[:i]
	}
	now, settings, _ := strings.Cut(draw.Clean(r.Recipe), ":")
	named := strings.Contains(","+settings, ",name=") // a switch leaves that behind
	if now == "" || now == was || now == name || named {
		return name
	}
	return name + "→" + now
}

// scrolled is the part of the entries that fits, the one at a place in it.
func scrolled(entries []entry, at, rows int) []entry {
	rows = max(rows, 0)
	if len(entries) <= rows {
		return entries
	}
	from := min(max(0, at-rows+1), len(entries)-rows)
	return entries[from : from+rows]
}

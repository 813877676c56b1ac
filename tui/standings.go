package tui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"optwatch/train"
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
	cols, name, state := m.chooseFields(w, rows)
	lines := []string{m.heading(cols, name, state, w)}
	for _, e := range scrolled(rows, slices.IndexFunc(rows, m.chosen), h-1) {
		lines = append(lines, m.standing(e, cols, name, state, w))
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
	v := scale{log: m.look.logX}.value(m.look.cursor)
	switch m.look.x {
	case xEvals, xSteps, xRounds:
		return draw.Grouped(int64(math.Round(v)))
	case xBytes:
		return draw.Bytes(math.Round(v))
	}
	return draw.Number(v, 4)
}

func (m *model) heading(cols []field, name, state, w int) string {
	l := draw.NewLine(w)
	l.Gap(lead).Put(m.theme.Dim, draw.Fit("run", name)).Gap(1)
	if state > 2 {
		l.Put(m.theme.Dim, "state")
	}
	l.Tab(lead + name + 1 + state)
	for _, f := range cols {
		title := f.name
		if title == "f − f*" {
			title = strings.NewReplacer("best so far", "best", "best known", "best").Replace(optimumTitle(m.snap))
		}
		if f.over != nil {
			title = spreadNames(m.groups.all)
		}
		l.Put(m.theme.Dim, f.place(title))
	}
	return l.String()
}

// standing is the row of a run, or of several as one. With the value cursor
// on, it shows them there.
func (m *model) standing(e entry, cols []field, name, state, w int) string {
	t := m.theme
	r, p, seen := m.stands(e)
	l := draw.NewLine(w)
	body := t.Text
	if m.chosen(e) {
		body = t.Strong
		l.Put(t.Strong, " ▸")
	}
	l.Tab(2)
	if m.away(e) {
		body = t.Faint
	}
	if flat, k := m.lineSign(e); flat != "" {
		l.Gap(1).Put(k, flat+flat)
	}
	l.Tab(lead).Put(body, draw.Fit(draw.Short(e.name(), name), name)).Gap(1)
	glyph, word, k := m.stateOfEntry(e)
	l.Put(k, glyph).Gap(1)
	if state > 2 {
		l.Put(k, draw.Short(word, state-2))
	}
	l.Tab(lead + name + 1 + state)
	for _, f := range cols {
		text := draw.Unknown
		switch {
		case f.over != nil:
			text = f.over(m, e)
		case seen:
			text = f.text(m, r, p)
		}
		l.Put(m.valueInk(text, e, body), f.place(text))
	}
	return l.String()
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

func (m *model) valueInk(text string, e entry, body draw.Ink) draw.Ink {
	if text == draw.Unknown || m.away(e) {
		return m.theme.Faint
	}
	if m.chosen(e) {
		return body
	}
	return m.theme.Text
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

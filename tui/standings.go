package tui

import (
	"math"
	"strconv"
	"strings"

	"optwatch/train"
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
	runs := m.listed()
	cols, name, state := m.chooseFields(w, runs)
	lines := []string{m.heading(cols, name, state, w)}
	for _, r := range scrolled(runs, m.selected, h-1) {
		lines = append(lines, m.standing(r, cols, name, state, w))
	}
	if len(runs) == 0 {
		lines = append(lines, m.theme.dim.paint(m.noRuns()))
	}
	if !q.boxed {
		return fitBlock(lines, w, h)
	}
	return m.runsBox(len(runs) > h-1, len(runs)).draw(m.theme, lines, q.w, q.h)
}

func (m *model) noRuns() string {
	if m.filter != "" {
		return "   no run matches " + strconv.Quote(m.filter)
	}
	return "   no run yet: a adds one"
}

func (m *model) runsBox(cropped bool, n int) box {
	b := box{title: "runs", focused: m.focus == paneRuns, right: orderNames[m.sorted]}
	var notes []string
	if m.look.probe {
		b.title = "values at " + m.cursorText()
	}
	if m.filter != "" {
		notes = append(notes, "filter: "+m.filter)
	}
	if off := m.offAxis(m.listed(), 48); off != "" {
		notes = append(notes, off)
	}
	if cropped {
		notes = append(notes, strconv.Itoa(n)+" in all")
	}
	b.beside = strings.Join(notes, " · ")
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
		return grouped(int64(math.Round(v)))
	case xBytes:
		return bytesText(math.Round(v))
	}
	return number(v, 4)
}

func (m *model) heading(cols []field, name, state, w int) string {
	l := newLine(w)
	l.gap(lead).put(m.theme.dim, fit("run", name)).gap(1)
	if state > 2 {
		l.put(m.theme.dim, "state")
	}
	l.tab(lead + name + 1 + state)
	for _, f := range cols {
		title := f.name
		if title == "f − f*" {
			title = strings.NewReplacer("best so far", "best", "best known", "best").Replace(optimumTitle(m.snap))
		}
		l.put(m.theme.dim, f.place(title))
	}
	return l.String()
}

// standing is a run's row. With the value cursor on, it shows the run there.
func (m *model) standing(r *train.RunView, cols []field, name, state, w int) string {
	t, b := m.theme, m.theme.run(r.ID)
	p, seen := r.Last, true
	p.Step, p.Evals = r.Step, r.Evals
	if m.look.probe {
		p, seen = m.probed(r)
	}
	l := newLine(w)
	body := t.text
	if r.ID == m.selected {
		body = t.strong
		l.put(t.strong, " ▸")
	}
	l.tab(2)
	switch {
	case m.hidden[r.ID]:
		body = t.faint
	case !m.look.x.takes(r): // it has no curve here
		l.gap(1).put(t.faint, b.flat+b.flat)
	default:
		l.gap(1).put(b.ink, b.flat+b.flat)
	}
	l.tab(lead).put(body, fit(short(label(r), name), name)).gap(1)
	glyph, word, k := m.stateOf(r)
	l.put(k, glyph).gap(1)
	if state > 2 {
		l.put(k, short(word, state-2))
	}
	l.tab(lead + name + 1 + state)
	for _, f := range cols {
		text := unknown
		if seen {
			text = f.text(m, r, p)
		}
		l.put(m.valueInk(text, r, body), f.place(text))
	}
	return l.String()
}

// label is a run's name, and what it runs since it was switched if the name
// does not say so: sgd→adam.
func label(r *train.RunView) string {
	name := clean(r.Name)
	was := name
	if i := strings.LastIndexByte(name, '-'); i > 0 && i+1 < len(name) && strings.Trim(name[i+1:], "0123456789") == "" {
		was = name[:i]
	}
	now, settings, _ := strings.Cut(clean(r.Recipe), ":")
	named := strings.Contains(","+settings, ",name=") // a switch leaves that behind
	if now == "" || now == was || now == name || named {
		return name
	}
	return name + "→" + now
}

func (m *model) valueInk(text string, r *train.RunView, body ink) ink {
	if text == unknown || m.hidden[r.ID] {
		return m.theme.faint
	}
	if r.ID == m.selected {
		return body
	}
	return m.theme.text
}

// scrolled is the part of the runs that fits, the selected one in it.
func scrolled(runs []*train.RunView, selected, rows int) []*train.RunView {
	rows = max(rows, 0)
	if len(runs) <= rows {
		return runs
	}
	at := 0
	for i, r := range runs {
		if r.ID == selected {
			at = i
		}
	}
	from := min(max(0, at-rows+1), len(runs)-rows)
	return runs[from : from+rows]
}

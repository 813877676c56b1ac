package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
)

// studyStrip names all studies in a line, the selected one in sight.
func (m *model) studyStrip(w int) string {
	t, d := m.theme, m.desk
	labels := make([]string, len(d.view.Studies))
	from, room := d.selected, w-4
	for i := range labels {
		s := &d.view.Studies[i]
		sign, _ := m.studySign(s)
		labels[i] = " " + sign + " " + short(clean(s.Name), 20) + " "
		if i == d.selected && t.chosen.on == "" {
			labels[i] = "[" + strings.TrimSpace(labels[i]) + "]"
		}
	}
	room -= ansi.StringWidth(labels[from])
	for from > 0 && room >= ansi.StringWidth(labels[from-1]) {
		from--
		room -= ansi.StringWidth(labels[from])
	}
	l := newLine(w)
	if from > 0 {
		l.put(t.dim, "…")
	}
	for i := from; i < len(labels); i++ {
		if l.at+ansi.StringWidth(labels[i]) > w-1 && i > d.selected {
			l.put(t.dim, "…")
			break
		}
		_, k := m.studySign(&d.view.Studies[i])
		if i == d.selected {
			k = t.chosen
		}
		l.put(k, labels[i])
	}
	return l.String()
}

// studyList is the studies one below the other.
func (m *model) studyList(q placed) []string {
	t, d := m.theme, m.desk
	w, h := q.inner()
	n := len(d.view.Studies)
	from := max(0, min(d.selected-h/2, n-h))
	var lines []string
	for i := from; i < min(n, from+h); i++ {
		s := &d.view.Studies[i]
		sign, k := m.studySign(s)
		l, body := newLine(w), t.text
		if i == d.selected {
			body = t.strong
			l.put(t.strong, " ▸")
		}
		l.tab(3).put(k, sign).gap(1).put(body, short(clean(s.Name), w-20))
		state := ""
		switch {
		case s.State == study.Underway:
			state = shareText(s.Share)
		case s.State == study.Failed && len(s.Failing()) > 0:
			state = strconv.Itoa(len(s.Failing())) + " " + verdictWord(study.Fails, len(s.Failing()))
		case s.State != study.Done:
			state = s.State.String()
		}
		evals := ""
		if s.Evals > 0 {
			evals = si(float64(s.Evals))
		}
		l.tab(w-7-ansi.StringWidth(state)).put(k, state)
		l.tab(w-1-ansi.StringWidth(evals)).put(t.dim, evals)
		lines = append(lines, l.String())
	}
	b := box{title: "studies", right: "evaluations"}
	if n > h {
		b.beside = strconv.Itoa(n) + " in all"
	}
	return b.draw(t, lines, q.w, q.h)
}

package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// studyStrip names all studies in a line, the selected one in sight.
func (m *model) studyStrip(w int) string {
	t, d := m.theme, m.desk
	labels := make([]string, len(d.view.Studies))
	from, room := d.selected, w-4
	for i := range labels {
		s := &d.view.Studies[i]
		sign, _ := m.studySign(s)
		labels[i] = " " + sign + " " + draw.Short(draw.Clean(s.Name), 20) + " "
		if i == d.selected && t.Chosen.On == "" {
			labels[i] = "[" + strings.TrimSpace(labels[i]) + "]"
		}
	}
	room -= ansi.StringWidth(labels[from])
	for from > 0 && room >= ansi.StringWidth(labels[from-1]) {
		from--
		room -= ansi.StringWidth(labels[from])
	}
	l := draw.NewLine(w)
	if from > 0 {
		l.Put(t.Dim, "…")
	}
	for i := from; i < len(labels); i++ {
		if l.At()+ansi.StringWidth(labels[i]) > w-1 && i > d.selected {
			l.Put(t.Dim, "…")
			break
		}
		_, k := m.studySign(&d.view.Studies[i])
		if i == d.selected {
			k = t.Chosen
		}
		l.Put(k, labels[i])
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
		l, body := draw.NewLine(w), t.Text
		if i == d.selected {
			body = t.Strong
			l.Put(t.Strong, " ▸")
		}
		l.Tab(3).Put(k, sign).Gap(1).Put(body, draw.Short(draw.Clean(s.Name), w-20))
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
			evals = draw.SI(float64(s.Evals))
		}
		l.Tab(w-7-ansi.StringWidth(state)).Put(k, state)
		l.Tab(w-1-ansi.StringWidth(evals)).Put(t.Dim, evals)
		lines = append(lines, l.String())
	}
	b := draw.Box{Title: "studies", Right: "evaluations"}
	if n > h {
		b.Beside = strconv.Itoa(n) + " in all"
	}
	return b.Draw(t, lines, q.w, q.h)
}

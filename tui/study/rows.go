package study

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// strip names all studies in a line, the selected one in sight. It is there
// where there is no room for a list.
func (p *Program) strip(w int) string {
	t := p.Theme
	labels := p.labels()
	from, room := p.selected, w-4-ansi.StringWidth(labels[p.selected])
	for from > 0 && room >= ansi.StringWidth(labels[from-1]) {
		from--
		room -= ansi.StringWidth(labels[from])
	}
	l := draw.NewLine(w)
	if from > 0 {
		l.Put(t.Dim, "…")
	}
	for i := from; i < len(labels); i++ {
		if l.At()+ansi.StringWidth(labels[i]) > w-1 && i > p.selected {
			l.Put(t.Dim, "…")
			break
		}
		_, k := signOf(t, &p.studies()[i])
		if i == p.selected {
			k = t.Chosen
		}
		l.Put(k, labels[i])
	}
	return l.String()
}

// labels are the studies in the strip.
func (p *Program) labels() []string {
	labels := make([]string, len(p.studies()))
	for i := range labels {
		s := &p.studies()[i]
		sign, _ := signOf(p.Theme, s)
		labels[i] = " " + sign + " " + draw.Short(draw.Clean(s.Name), 20) + " "
		if i == p.selected && p.Theme.Chosen.On == "" {
			labels[i] = "[" + strings.TrimSpace(labels[i]) + "]"
		}
	}
	return labels
}

// brief is the selected study in a line.
func (p *Program) brief(w int) string {
	t, s := p.Theme, p.study()
	sign, k := signOf(t, s)
	l := draw.NewLine(w)
	l.Gap(1).Put(k, sign).Gap(1).Put(t.Strong, draw.Short(draw.Clean(s.Name), max(8, w/4))).Gap(2)
	right := draw.NewLine(w)
	for _, q := range draw.Pieces(p.progress(k), w-l.At()-1, 2) {
		right.Gap(2).Put(q.Ink, q.Texts[0])
	}
	right.Gap(1)
	if room := w - l.At() - right.At(); room > 3 {
		l.Put(t.Dim, draw.Short(p.news(room), room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

// progress is how far the selected study is, and what that has taken.
func (p *Program) progress(k draw.Ink) []draw.Piece {
	t, s := p.Theme, p.study()
	state := s.State.String()
	if s.State == study.Underway {
		state = shareText(s.Share)
	}
	pieces := []draw.Piece{{Ink: k, Texts: []string{state}, Turn: 0}}
	if s.Evals > 0 {
		pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{draw.SI(float64(s.Evals)) + " evals"}, Turn: 2})
	}
	if s.State != study.Waiting {
		pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{draw.Clock(s.Elapsed)}, Turn: 1})
	}
	return pieces
}

// news is what the selected study is, and what it does or why it failed. What
// it does is news, its title is not: where there is no room for both it goes.
func (p *Program) news(room int) string {
	s := p.study()
	words := draw.Join(draw.Clean(s.Title), draw.Clean(s.Doing))
	if s.State == study.Failed && s.Err != "" {
		words = draw.Join(draw.Clean(s.Title), firstLine(s.Err))
	}
	if s.Doing != "" && ansi.StringWidth(words) > room {
		return draw.Clean(s.Doing)
	}
	return words
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return draw.Clean(first)
}

// tabs names the pages where one is seen at a time.
func (p *Program) tabs(w int) string {
	t := p.Theme
	l := draw.NewLine(w)
	for _, q := range p.pages() {
		label, k := " "+pageNames[q]+" ", t.Dim
		if q == p.alone {
			k = t.Chosen
			if k.On == "" {
				label = "[" + pageNames[q] + "]"
			}
		}
		l.Put(k, label)
	}
	return l.String()
}

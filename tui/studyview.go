package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// studyHeader says what is studied, and how the claims stand.
func (m *model) studyHeader(w int) string {
	t, d := m.theme, m.desk
	var n [3]int
	for i := range d.view.Studies {
		for _, c := range d.view.Studies[i].Claims {
			n[c.Verdict]++
		}
	}
	var pieces []draw.Piece
	for _, v := range []study.Verdict{study.Holds, study.Fails, study.Pending} {
		if n[v] > 0 {
			k := t.Text
			if v == study.Fails {
				k = t.Bad
			}
			short := verdictGlyph(v) + " " + strconv.Itoa(n[v])
			pieces = append(pieces, draw.Piece{Ink: k, Texts: []string{short + " " + verdictWord(v, n[v]), short}, Turn: 1})
		}
	}
	pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{draw.Clock(d.view.Elapsed)}})
	right := draw.NewLine(w)
	for i, q := range draw.Pieces(pieces, max(w/2, w-len(d.name)-30), 2) {
		if i > 0 {
			right.Gap(2)
		}
		right.Put(q.Ink, q.Texts[0])
	}
	right.Gap(1)
	l := draw.NewLine(w)
	l.Gap(1).Put(t.Strong, draw.Short(draw.Clean(d.name), w-right.At()-2))
	if room := w - l.At() - right.At() - 4; room > 3 {
		l.Gap(2).Put(t.Text, draw.Short(draw.Clean(d.view.About), room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

func verdictGlyph(v study.Verdict) string { return [...]string{"·", "✓", "✗"}[v] }

// verdictWord is a verdict of n claims.
func verdictWord(v study.Verdict, n int) string {
	if v == study.Pending || n == 1 {
		return v.String()
	}
	return map[study.Verdict]string{study.Holds: "hold", study.Fails: "fail"}[v]
}

// drawStudies fills the body.
func (m *model) drawStudies(rows []string) {
	d, p := m.desk, &m.desk.plan
	put := func(r rect, lines []string) {
		for i := range r.h {
			rows[r.y+i] += lines[i]
		}
	}
	if p.strip.h > 0 {
		put(p.strip, []string{m.studyStrip(p.strip.w)})
	}
	put(p.brief, []string{m.studyBrief(p.brief.w)})
	if p.tabs.h > 0 {
		put(p.tabs, []string{m.pageTabs(p.tabs.w)})
	}
	if p.list.h > 0 {
		put(p.list.rect, m.studyList(p.list))
	}
	if p.figures.h > 0 {
		put(p.figures.rect, m.drawFigures(p.figures))
	}
	if p.text.h > 0 {
		put(p.text.rect, d.drawText(m.theme, p.text))
	}
}

// studySign is a study's state as a sign and in an ink.
func (m *model) studySign(s *study.Study) (string, draw.Ink) {
	t := m.theme
	switch s.State {
	case study.Underway:
		return "▶", t.Focus
	case study.Done:
		return "✓", t.Text
	case study.Failed:
		return "✗", t.Bad
	case study.Ended:
		return "■", t.Dim
	}
	return "·", t.Dim
}

// studyBrief is the selected study in a line.
func (m *model) studyBrief(w int) string {
	t, s := m.theme, m.desk.study()
	sign, k := m.studySign(s)
	l := draw.NewLine(w)
	l.Gap(1).Put(k, sign).Gap(1).Put(t.Strong, draw.Short(draw.Clean(s.Name), max(8, w/4))).Gap(2)
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
	right := draw.NewLine(w)
	for _, q := range draw.Pieces(pieces, w-l.At()-1, 2) {
		right.Gap(2).Put(q.Ink, q.Texts[0])
	}
	right.Gap(1)
	words := draw.Join(draw.Clean(s.Title), draw.Clean(s.Doing))
	if s.State == study.Failed && s.Err != "" {
		words = draw.Join(draw.Clean(s.Title), firstLine(s.Err))
	}
	if room := w - l.At() - right.At(); room > 3 {
		if s.Doing != "" && ansi.StringWidth(words) > room { // what it does is news, its title is not
			words = draw.Clean(s.Doing)
		}
		l.Put(t.Dim, draw.Short(words, room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return draw.Clean(first)
}

// shareText is a share in whole percent: not 100 before it is done.
func shareText(share float64) string {
	return strconv.Itoa(int(100*max(0, min(share, 1)))) + " %"
}

// pageTabs names the pages where one is seen at a time.
func (m *model) pageTabs(w int) string {
	t, d := m.theme, m.desk
	l := draw.NewLine(w)
	for _, p := range d.pages() {
		label, k := " "+pageNames[p]+" ", t.Dim
		if p == d.page {
			k = t.Chosen
			if k.On == "" {
				label = "[" + pageNames[p] + "]"
			}
		}
		l.Put(k, label)
	}
	return l.String()
}

// pages are those that can be seen in turn.
func (d *desk) pages() []page {
	var out []page
	for p := range pages {
		if p == pageFigure && d.plan.single || p != pageFigure && d.has(p) {
			out = append(out, p)
		}
	}
	return out
}

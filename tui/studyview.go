package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
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
	var pieces []piece
	for _, v := range []study.Verdict{study.Holds, study.Fails, study.Pending} {
		if n[v] > 0 {
			k := t.text
			if v == study.Fails {
				k = t.bad
			}
			short := verdictGlyph(v) + " " + strconv.Itoa(n[v])
			pieces = append(pieces, piece{ink: k, texts: []string{short + " " + verdictWord(v, n[v]), short}, turn: 1})
		}
	}
	pieces = append(pieces, piece{ink: t.text, texts: []string{clock(d.view.Elapsed)}})
	right := newLine(w)
	for i, q := range whole(pieces, max(w/2, w-len(d.name)-30), 2) {
		if i > 0 {
			right.gap(2)
		}
		right.put(q.ink, q.texts[0])
	}
	right.gap(1)
	l := newLine(w)
	l.gap(1).put(t.strong, short(clean(d.name), w-right.at-2))
	if room := w - l.at - right.at - 4; room > 3 {
		l.gap(2).put(t.text, short(clean(d.view.About), room))
	}
	l.tab(w - right.at)
	return l.b.String() + fit(right.b.String(), w-l.at)
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
func (m *model) studySign(s *study.Study) (string, ink) {
	t := m.theme
	switch s.State {
	case study.Underway:
		return "▶", t.focus
	case study.Done:
		return "✓", t.text
	case study.Failed:
		return "✗", t.bad
	case study.Ended:
		return "■", t.dim
	}
	return "·", t.dim
}

// studyBrief is the selected study in a line.
func (m *model) studyBrief(w int) string {
	t, s := m.theme, m.desk.study()
	sign, k := m.studySign(s)
	l := newLine(w)
	l.gap(1).put(k, sign).gap(1).put(t.strong, short(clean(s.Name), max(8, w/4))).gap(2)
	state := s.State.String()
	if s.State == study.Underway {
		state = shareText(s.Share)
	}
	pieces := []piece{{ink: k, texts: []string{state}, turn: 0}}
	if s.Evals > 0 {
		pieces = append(pieces, piece{ink: t.text, texts: []string{si(float64(s.Evals)) + " evals"}, turn: 2})
	}
	if s.State != study.Waiting {
		pieces = append(pieces, piece{ink: t.text, texts: []string{clock(s.Elapsed)}, turn: 1})
	}
	right := newLine(w)
	for _, q := range whole(pieces, w-l.at-1, 2) {
		right.gap(2).put(q.ink, q.texts[0])
	}
	right.gap(1)
	words := joined(clean(s.Title), clean(s.Doing))
	if s.State == study.Failed && s.Err != "" {
		words = joined(clean(s.Title), firstLine(s.Err))
	}
	if room := w - l.at - right.at; room > 3 {
		if s.Doing != "" && ansi.StringWidth(words) > room { // what it does is news, its title is not
			words = clean(s.Doing)
		}
		l.put(t.dim, short(words, room))
	}
	l.tab(w - right.at)
	return l.b.String() + fit(right.b.String(), w-l.at)
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return clean(first)
}

// shareText is a share in whole percent: not 100 before it is done.
func shareText(share float64) string {
	return strconv.Itoa(int(100*max(0, min(share, 1)))) + " %"
}

// pageTabs names the pages where one is seen at a time.
func (m *model) pageTabs(w int) string {
	t, d := m.theme, m.desk
	l := newLine(w)
	for _, p := range d.pages() {
		label, k := " "+pageNames[p]+" ", t.dim
		if p == d.page {
			k = t.chosen
			if k.on == "" {
				label = "[" + pageNames[p] + "]"
			}
		}
		l.put(k, label)
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

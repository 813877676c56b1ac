package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// drawHeader says what is trained on what, and how the runs stand.
func (m *model) drawHeader(w int) string {
	if m.desk != nil {
		return m.studyHeader(w)
	}
	if m.alone {
		return m.deviceHeader(w)
	}
	t := m.theme
	right, l := newLine(w), newLine(w)
	var pieces []piece
	for _, c := range m.counts(m.every()) {
		if c.n > 0 {
			pieces = append(pieces, piece{texts: []string{c.glyph + " " + strconv.Itoa(c.n)}, turn: len(pieces) + 1})
		}
	}
	pieces = append(pieces, piece{texts: []string{clock(m.snap.Elapsed)}})
	for i, q := range whole(pieces, w-2, 2) {
		if i > 0 {
			right.gap(2)
		}
		right.put(t.text, q.texts[0])
	}
	right.gap(1)
	if name := "optwatch"; 1+len(name)+2+right.at <= w {
		l.gap(1).put(t.strong, name)
	}
	if room := w - l.at - right.at - 4; room > 3 {
		l.gap(2).put(t.text, firstThatFits(m.subjects(), room))
	}
	l.tab(w - right.at)
	return l.b.String() + fit(right.b.String(), w-l.at)
}

// subjects describe the data and the problem, the most detailed first.
func (m *model) subjects() []string {
	d, p := m.snap.Data, m.snap.Problem
	if d.Name == "" {
		return []string{""}
	}
	name := clean(d.Name)
	full := name
	if d.Synthetic {
		name, full = name+" (synthetic)", full+" (synthetic)"
	}
	if d.Train > 0 {
		full += " " + grouped(int64(d.Train))
		if d.Val > 0 {
			full += " + " + grouped(int64(d.Val))
		}
	}
	lambda := "λ = "
	if m.theme.ascii {
		lambda = "l2 = "
	}
	title := clean(p.Title)
	if title == "" {
		title = clean(p.Model)
	}
	return []string{
		joined(full, title, lambda+compact(p.L2)), joined(full, title), joined(name, title), joined(name, clean(p.Model)), name,
	}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

// firstThatFits is the first text of at most w columns, or the last one cropped.
func firstThatFits(texts []string, w int) string {
	for _, s := range texts {
		if ansi.StringWidth(s) <= w {
			return s
		}
	}
	return short(texts[len(texts)-1], w)
}

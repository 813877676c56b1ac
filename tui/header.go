package tui

import (
	"strconv"

	"optwatch/tui/draw"
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
	right, l := draw.NewLine(w), draw.NewLine(w)
	var pieces []draw.Piece
	for _, c := range m.counts(m.every()) {
		if c.n > 0 {
			pieces = append(pieces, draw.Piece{Texts: []string{c.glyph + " " + strconv.Itoa(c.n)}, Turn: len(pieces) + 1})
		}
	}
	pieces = append(pieces, draw.Piece{Texts: []string{draw.Clock(m.snap.Elapsed)}})
	for i, q := range draw.Pieces(pieces, w-2, 2) {
		if i > 0 {
			right.Gap(2)
		}
		right.Put(t.Text, q.Texts[0])
	}
	right.Gap(1)
	if name := "optwatch"; 1+len(name)+2+right.At() <= w {
		l.Gap(1).Put(t.Strong, name)
	}
	if room := w - l.At() - right.At() - 4; room > 3 {
		l.Gap(2).Put(t.Text, draw.FirstFit(m.subjects(), room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

// subjects describe the data and the problem, the most detailed first.
func (m *model) subjects() []string {
	d, p := m.snap.Data, m.snap.Problem
	if d.Name == "" {
		return []string{""}
	}
	name := draw.Clean(d.Name)
	full := name
	if d.Synthetic {
		name, full = name+" (synthetic)", full+" (synthetic)"
	}
	if d.Train > 0 {
		full += " " + draw.Grouped(int64(d.Train))
		if d.Val > 0 {
			full += " + " + draw.Grouped(int64(d.Val))
		}
	}
	lambda := "λ = "
	if m.theme.ASCII {
		lambda = "l2 = "
	}
	title := draw.Clean(p.Title)
	if title == "" {
		title = draw.Clean(p.Model)
	}
	return []string{
		draw.Join(full, title, lambda+draw.Compact(p.L2)), draw.Join(full, title), draw.Join(name, title), draw.Join(name, draw.Clean(p.Model)), name,
	}
}

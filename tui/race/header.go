package race

import (
	"strconv"
	"strings"

	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// Header says what is trained on what, and how the runs stand.
func (q *Race) Header(w int) string {
	t := q.Theme
	right, l := draw.NewLine(w), draw.NewLine(w)
	var pieces []draw.Piece
	for _, c := range runs.Counts(q.All()) {
		if c.N > 0 {
			pieces = append(pieces, draw.Piece{Texts: []string{c.Glyph + " " + strconv.Itoa(c.N)}, Turn: len(pieces) + 1})
		}
	}
	pieces = append(pieces, draw.Piece{Texts: []string{draw.Clock(q.Snap.Elapsed)}})
	for i, p := range draw.Pieces(pieces, w-2, 2) {
		if i > 0 {
			right.Gap(2)
		}
		right.Put(t.Text, p.Texts[0])
	}
	right.Gap(1)
	if name := "optwatch"; 1+len(name)+2+right.At() <= w {
		l.Gap(1).Put(t.Strong, name)
	}
	if room := w - l.At() - right.At() - 4; room > 3 {
		l.Gap(2).Put(t.Text, draw.FirstFit(q.subjects(), room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

// subjects describe what is trained, the most detailed first.
func (q *Race) subjects() []string {
	d := q.Snap.Subject
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
	constant, short := draw.Clean(d.Constant), draw.Clean(d.Short)
	if q.Theme.ASCII {
		constant = strings.ReplaceAll(constant, "λ", "l2")
	}
	title := draw.Clean(d.Title)
	if title == "" {
		title = short
	}
	return []string{draw.Join(full, title, constant), draw.Join(full, title), draw.Join(name, title), draw.Join(name, short), name}
}

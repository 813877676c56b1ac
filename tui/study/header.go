package study

import (
	"strconv"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// Header says what is studied, and how the claims stand.
func (p *Program) Header(w int) string {
	t, right := p.Theme, draw.NewLine(w)
	pieces := append(p.verdicts(), draw.Piece{Ink: t.Text, Texts: []string{draw.Clock(p.from.view.Elapsed)}})
	for i, q := range draw.Pieces(pieces, max(w/2, w-len(p.name)-30), 2) {
		if i > 0 {
			right.Gap(2)
		}
		right.Put(q.Ink, q.Texts[0])
	}
	right.Gap(1)
	l := draw.NewLine(w)
	l.Gap(1).Put(t.Strong, draw.Short(draw.Clean(p.name), w-right.At()-2))
	if room := w - l.At() - right.At() - 4; room > 3 {
		l.Gap(2).Put(t.Text, draw.Short(draw.Clean(p.from.view.About), room))
	}
	l.Tab(w - right.At())
	return l.Text() + draw.Fit(right.Text(), w-l.At())
}

// verdicts count the claims of all studies.
func (p *Program) verdicts() []draw.Piece {
	t := p.Theme
	n := study.TallyOf(p.studies()...)
	var pieces []draw.Piece
	for _, v := range study.Verdicts {
		if n[v] > 0 {
			k := t.Text
			if v == study.Refuted {
				k = t.Bad
			}
			short := v.Sign() + " " + strconv.Itoa(n[v])
			pieces = append(pieces, draw.Piece{Ink: k, Texts: []string{short + " " + v.Of(n[v]), short}, Turn: 1})
		}
	}
	return pieces
}

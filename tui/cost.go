package tui

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// footing are the lines under the clients: what decentralising costs, the
// privacy that was spent, and what was refused where no frame says so. On a
// low pane the clients keep their rows.
func (m *model) footing(r *train.RunView, q placed, w int) []string {
	f, h := m.roster.view, q.h
	if q.boxed {
		h -= 2
	}
	lines := []string{m.costLine(r, w)}
	most := max(1, h-m.clientHead(q)-3)
	if f.Privacy != nil {
		most = max(most, 2) // what was spent is never out of sight
		lines = append(lines, m.privacyLines(f, w, most-1)...)
	}
	if refused := m.refusals(f, w-2); refused != "" && !q.boxed {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(draw.Ink{}, refused).String())
	}
	return lines[:min(len(lines), most)]
}

// costLine is the accuracy of the federation, of what it is held against, and
// what it has sent.
func (m *model) costLine(r *train.RunView, w int) string {
	t := m.theme
	var pieces []draw.Piece
	if m.snap.Data.Classes != nil {
		pieces = m.costPieces(r)
	} else {
		pieces = []draw.Piece{
			{Ink: t.Text, Texts: []string{"loss " + draw.Precise(r.Last.Loss) + " now"}},
			{Ink: t.Text, Texts: []string{optimumTitle(m.snap) + " " + m.gapText(r.Last)}, Turn: 1},
		}
	}
	pieces = append(pieces, draw.Piece{Ink: t.Text, Texts: []string{draw.Bytes(float64(r.Federated.Bytes))}, Turn: 3})
	return m.dotted(pieces, w)
}

func (m *model) costPieces(r *train.RunView) []draw.Piece {
	t, c := m.theme, m.snap.Cost(r)
	when := []string{"now"}
	if c.Round != int64(r.Federated.Round) {
		when = []string{"at round " + draw.Grouped(c.Round), "at " + draw.Grouped(c.Round)}
	}
	now := make([]string, len(when))
	for i, s := range when {
		now[i] = draw.TenthPercent(c.Now) + " " + s
	}
	against := draw.Clean(c.Against)
	if against == "" {
		against = "centralised"
	}
	k := t.Strong
	if !draw.Known(c.Lost()) {
		k = t.Dim
	}
	return []draw.Piece{
		{Ink: t.Text, Texts: now, Turn: 1},
		{Ink: t.Text, Texts: []string{draw.TenthPercent(c.Reference) + " " + against, draw.TenthPercent(c.Reference) + " " + draw.Short(against, 12)}, Turn: 2},
		{Ink: k, Texts: []string{pointsText(c.Lost())}},
	}
}

// dotted are the pieces that fit into a line, with dots between.
func (m *model) dotted(pieces []draw.Piece, w int) string {
	l := draw.NewLine(w)
	l.Gap(1)
	for i, q := range draw.Pieces(pieces, w-2, 3) {
		if i > 0 {
			l.Put(m.theme.Faint, " · ")
		}
		l.Put(q.Ink, q.Texts[0])
	}
	return l.String()
}

// pointsText is how many points of a hundred are lost, or gained.
func pointsText(lost float64) string {
	word := " points lost"
	if lost < -0.0005 {
		word, lost = " points gained", -lost
	}
	if !draw.Known(lost) {
		return draw.Unknown + " points lost"
	}
	return strconv.FormatFloat(100*math.Abs(lost), 'f', 1, 64) + word
}

// refusals are the updates that were not averaged, by reason, in at most w columns.
func (m *model) refusals(f *train.FederatedView, w int) string {
	n, reasons := 0, ""
	for _, r := range f.Refused {
		if r.Count <= 0 {
			continue
		}
		n += r.Count
		if reasons != "" {
			reasons += ", "
		}
		reasons += draw.Grouped(int64(r.Count)) + " " + draw.Clean(r.Reason)
	}
	if n == 0 {
		return ""
	}
	all := "refused: "
	for _, s := range []string{all + reasons, all + draw.Grouped(int64(n))} {
		if ansi.StringWidth(s) <= w {
			return m.theme.Warn.Paint(s)
		}
	}
	return ""
}

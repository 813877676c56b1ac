package tui

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
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
		lines = append(lines, newLine(w).gap(1).put(ink{}, refused).String())
	}
	return lines[:min(len(lines), most)]
}

// costLine is the accuracy of the federation, of what it is held against, and
// what it has sent.
func (m *model) costLine(r *train.RunView, w int) string {
	t := m.theme
	var pieces []piece
	if m.snap.Data.Classes != nil {
		pieces = m.costPieces(r)
	} else {
		pieces = []piece{
			{ink: t.text, texts: []string{"loss " + lossText(r.Last.Loss) + " now"}},
			{ink: t.text, texts: []string{optimumTitle(m.snap) + " " + m.gapText(r.Last)}, turn: 1},
		}
	}
	pieces = append(pieces, piece{ink: t.text, texts: []string{bytesText(float64(r.Federated.Bytes))}, turn: 3})
	return m.dotted(pieces, w)
}

func (m *model) costPieces(r *train.RunView) []piece {
	t, c := m.theme, m.snap.Cost(r)
	when := []string{"now"}
	if c.Round != int64(r.Federated.Round) {
		when = []string{"at round " + grouped(c.Round), "at " + grouped(c.Round)}
	}
	now := make([]string, len(when))
	for i, s := range when {
		now[i] = oneDecimal(c.Now) + " " + s
	}
	against := clean(c.Against)
	if against == "" {
		against = "centralised"
	}
	k := t.strong
	if !known(c.Lost()) {
		k = t.dim
	}
	return []piece{
		{ink: t.text, texts: now, turn: 1},
		{ink: t.text, texts: []string{oneDecimal(c.Reference) + " " + against, oneDecimal(c.Reference) + " " + short(against, 12)}, turn: 2},
		{ink: k, texts: []string{pointsText(c.Lost())}},
	}
}

// dotted are the pieces that fit into a line, with dots between.
func (m *model) dotted(pieces []piece, w int) string {
	l := newLine(w)
	l.gap(1)
	for i, q := range whole(pieces, w-2, 3) {
		if i > 0 {
			l.put(m.theme.faint, " · ")
		}
		l.put(q.ink, q.texts[0])
	}
	return l.String()
}

// oneDecimal is a share of 1 such as 87.9 %.
func oneDecimal(v float64) string {
	if !known(v) {
		return unknown
	}
	return strconv.FormatFloat(100*v, 'f', 1, 64) + " %"
}

// pointsText is how many points of a hundred are lost, or gained.
func pointsText(lost float64) string {
	word := " points lost"
	if lost < -0.0005 {
		word, lost = " points gained", -lost
	}
	if !known(lost) {
		return unknown + " points lost"
	}
	return strconv.FormatFloat(100*math.Abs(lost), 'f', 1, 64) + word
}

// bytesText is a size such as 7.5 MB.
func bytesText(v float64) string {
	text := si(v)
	switch n := len(text) - 1; text[n] {
	case 'k', 'M', 'G', 'T':
		return text[:n] + " " + text[n:] + "B"
	}
	if text == unknown {
		return text
	}
	return text + " B"
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
		reasons += grouped(int64(r.Count)) + " " + clean(r.Reason)
	}
	if n == 0 {
		return ""
	}
	all := "refused: "
	for _, s := range []string{all + reasons, all + grouped(int64(n))} {
		if ansi.StringWidth(s) <= w {
			return m.theme.warn.paint(s)
		}
	}
	return ""
}

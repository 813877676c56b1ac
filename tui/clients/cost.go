package clients

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// footing are the lines under the clients: what decentralising costs, the
// privacy that was spent, what the machine of the selected client does, and what
// was refused where no frame says so. On a low pane the clients keep their rows.
func (c *Clients) footing(r *view.Run, q pane.Place) []string {
	w, h := q.Inner()
	f := c.federation
	lines := []string{c.costLine(r, w)}
	most := max(1, h-headRows(q)-3)
	if f.Privacy != nil {
		most = max(most, 2) // what was spent is never out of sight
		lines = append(lines, c.privacyLines(f, w, most-1)...)
	}
	if load := c.loadLine(w); load != "" {
		lines = append(lines, load)
	}
	if refused := c.refusals(f, w-2); refused != "" && !q.Boxed {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(draw.Ink{}, refused).String())
	}
	return lines[:min(len(lines), most)]
}

// costLine is how good the federation is, what it is held against, and what it
// has sent.
func (c *Clients) costLine(r *view.Run, w int) string {
	pieces := c.headlinePieces(r)
	if c.Snap.Subject.Classes != nil {
		pieces = c.accuracyPieces(c.federation)
	}
	pieces = append(pieces, draw.Piece{Ink: c.Theme.Text, Texts: []string{draw.Bytes(float64(c.federation.Bytes))}, Turn: 3})
	return c.dotted(pieces, w)
}

// headlinePieces are the metrics by which runs are judged, where there is no
// accuracy to lose points of.
func (c *Clients) headlinePieces(r *view.Run) []draw.Piece {
	var pieces []draw.Piece
	for _, key := range c.Snap.Headline {
		m := c.Snap.Metric(key)
		if m == nil || len(pieces) == 2 {
			continue
		}
		text := draw.Clean(m.Title) + " " + runs.Value(m, r.Last(key))
		if len(pieces) == 0 {
			text += " now"
		}
		pieces = append(pieces, draw.Piece{Ink: c.Theme.Text, Texts: []string{text}, Turn: len(pieces)})
	}
	return pieces
}

// accuracyPieces are the accuracy of the federation, of what it is held
// against, and how far they lie apart.
func (c *Clients) accuracyPieces(f *view.Federation) []draw.Piece {
	t, cost := c.Theme, f.Cost
	when := []string{"now"}
	if cost.Round != int64(f.Round) {
		when = []string{"at round " + draw.Grouped(cost.Round), "at " + draw.Grouped(cost.Round)}
	}
	now := make([]string, len(when))
	for i, s := range when {
		now[i] = draw.TenthPercent(cost.Now) + " " + s
	}
	against := draw.Clean(cost.Against)
	if against == "" {
		against = "centralised"
	}
	k := t.Strong
	if !draw.Known(cost.Lost()) {
		k = t.Dim
	}
	reference := draw.TenthPercent(cost.Reference) + " "
	return []draw.Piece{
		{Ink: t.Text, Texts: now, Turn: 1},
		{Ink: t.Text, Texts: []string{reference + against, reference + draw.Short(against, 12)}, Turn: 2},
		{Ink: k, Texts: []string{pointsText(cost.Lost())}},
	}
}

// dotted are the pieces that fit into a line, with dots between.
func (c *Clients) dotted(pieces []draw.Piece, w int) string {
	l := draw.NewLine(w)
	l.Gap(1)
	for i, q := range draw.Pieces(pieces, w-2, 3) {
		if i > 0 {
			l.Put(c.Theme.Faint, " · ")
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
func (c *Clients) refusals(f *view.Federation, w int) string {
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
			return c.Theme.Warn.Paint(s)
		}
	}
	return ""
}

package tui

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// row is a client.
func (t *crewTable) row(c *train.ClientView, w int) string {
	m, th := t.m, t.m.theme
	l := draw.NewLine(w)
	body := th.Text
	if c.ID == m.roster.selected {
		sign := th.Dim
		if m.focus == paneClients {
			sign, body = th.Strong, th.Strong
		}
		l.Put(sign, " ▸")
	}
	if rests(c) {
		body = th.Dim
	}
	return t.Row(l, th, c, body).String()
}

// rests says whether a client takes no part in the round.
func rests(c *train.ClientView) bool {
	return c.State == train.ClientIdle || c.State == train.ClientDropped
}

// epochs are those of its local work that a client has done, as a bar and a
// count in w columns: bright while it moves. One that takes no part has none.
func (t *crewTable) epochs(l *draw.Line, c *train.ClientView, bar, w int) {
	th, end := t.m.theme, l.At()+w
	if share := done(c); !rests(c) && draw.Known(share) {
		brush := th.Brush(t.run.ID)
		k := th.Code[brush.Faint]
		if c.State == train.ClientTraining {
			k = brush.Ink
		}
		l.Put(k, draw.Eighths(share, bar, th.ASCII))
		text := epochsDone(c, t.m.roster.view.Epochs)
		l.Tab(end-len(text)).Put(th.Text, text)
	} else {
		l.Put(th.Faint, "·").Tab(end-1).Put(th.Faint, draw.Unknown)
	}
}

// done is the share of its work that a client has done; NaN where it has none.
func done(c *train.ClientView) float64 {
	if c.Work <= 0 {
		return math.NaN()
	}
	return min(max(float64(c.Done)/float64(c.Work), 0), 1)
}

// epochsDone are the whole epochs done, of all: 3/5.
func epochsDone(c *train.ClientView, epochs int) string {
	n := int(done(c)*float64(epochs) + 1e-9)
	return strconv.Itoa(n) + "/" + strconv.Itoa(epochs)
}

// clientState is what a client does, in at most w columns. What it was told to
// do and has not yet done goes before.
func (m *model) clientState(c *train.ClientView, w int) (string, draw.Ink) {
	t := m.theme
	if k, asked := m.askedOf(c.ID); asked {
		return map[bool]string{true: "dropping…", false: "joining…"}[k == train.DropClient], t.Warn
	}
	word, k := clientWord(c.State), t.Text
	switch c.State {
	case train.ClientIdle, train.ClientSelected, train.ClientSent, train.ClientDropped:
		k = t.Dim
	case train.ClientLate:
		k = t.Warn
	case train.ClientRejected, train.ClientFailed:
		k = t.Bad
	}
	if why := draw.Clean(c.Reason); why != "" && (c.State == train.ClientRejected || c.State == train.ClientFailed || c.State == train.ClientLate || c.State == train.ClientAccepted) {
		if full := word + ": " + why; ansi.StringWidth(full) <= w || w >= len(word)+8 {
			word = full
		}
	}
	return draw.Short(word, w), k
}

// clientWord is a state in a word; a state from elsewhere may be none of ours.
func clientWord(s train.ClientState) string {
	if s < train.ClientIdle || s > train.ClientDropped {
		return draw.Unknown
	}
	return s.String()
}

package clients

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// row is a client.
func (t *table) row(k *view.Client, w int) string {
	l, body := draw.NewLine(w), t.Theme.Text
	if k.ID == t.selected {
		sign := t.Theme.Dim
		if t.focus {
			sign, body = t.Theme.Strong, t.Theme.Strong
		}
		l.Put(sign, " ▸")
	}
	if rests(k) {
		body = t.Theme.Dim
	}
	return t.Row(l, t.Theme, k, body).String()
}

// rests says whether a client takes no part in the round.
func rests(k *view.Client) bool {
	switch k.State {
	case view.ClientIdle, view.ClientDropped, view.ClientWaiting, view.ClientAbsent:
		return true
	}
	return false
}

// work is how many epochs of its local work a client has done, as a bar and a
// count in w columns: bright while it moves. One that takes no part has none.
func (t *table) work(l *draw.Line, k *view.Client, bar, w int) {
	th, end := t.Theme, l.At()+w
	share := done(k)
	if rests(k) || !draw.Known(share) {
		l.Put(th.Faint, "·").Tab(end-1).Put(th.Faint, draw.Unknown)
		return
	}
	brush := t.Brush(t.of)
	ink := th.Code[brush.Faint]
	if k.State == view.ClientTraining || k.State == view.ClientSending {
		ink = brush.Ink
	}
	text := epochsDone(k, t.federation.Epochs)
	l.Put(ink, draw.Eighths(share, bar, th.ASCII)).Tab(end-len(text)).Put(th.Text, text)
}

// done is the share of its work that a client has done; NaN where it has none.
func done(k *view.Client) float64 {
	if k.Work <= 0 {
		return math.NaN()
	}
	return min(max(float64(k.Done)/float64(k.Work), 0), 1)
}

// epochsDone are the whole epochs done, of all: 3/5.
func epochsDone(k *view.Client, epochs int) string {
	n := int(done(k)*float64(epochs) + 1e-9)
	return strconv.Itoa(n) + "/" + strconv.Itoa(epochs)
}

// state is what a client does, in at most w columns. What it was told to do and
// has not yet done goes before.
func (c *Clients) state(k *view.Client, w int) (string, draw.Ink) {
	t := c.Theme
	if kind, pending := c.asked(k); pending {
		if kind == view.DropClient {
			return "dropping…", t.Warn
		}
		return "joining…", t.Warn
	}
	word, ink, reasoned := stateWord(k), t.Text, false
	switch k.State {
	case view.ClientIdle, view.ClientSelected, view.ClientSent, view.ClientDropped, view.ClientAbsent:
		ink = t.Dim
	case view.ClientSilent, view.ClientWaiting, view.ClientRejoining:
		ink = t.Warn
	case view.ClientGone:
		ink = t.Bad
	case view.ClientAccepted:
		reasoned = true
	case view.ClientLate:
		ink, reasoned = t.Warn, true
	case view.ClientRejected, view.ClientFailed:
		ink, reasoned = t.Bad, true
	}
	if why := draw.Clean(k.Reason); why != "" && reasoned {
		if full := word + ": " + why; ansi.StringWidth(full) <= w || w >= len(word)+8 {
			word = full
		}
	}
	return draw.Short(word, w), ink
}

// stateWord is a client's state in a word; one from elsewhere may be none of ours.
func stateWord(k *view.Client) string {
	if k.State < view.ClientIdle || k.State > view.ClientAbsent {
		return draw.Unknown
	}
	return machineState(k)
}

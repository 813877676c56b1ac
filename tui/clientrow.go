package tui

import (
	"math"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

// row is a client.
func (t *crewTable) row(c *train.ClientView, w int) string {
	m, th := t.m, t.m.theme
	l := newLine(w)
	body := th.text
	if c.ID == m.roster.selected {
		sign := th.dim
		if m.focus == paneClients {
			sign, body = th.strong, th.strong
		}
		l.put(sign, " ▸")
	}
	l.tab(clientLead)
	rests := c.State == train.ClientIdle || c.State == train.ClientDropped
	t.each(l, func(f clientField) {
		s := f.text(c)
		k := body
		switch {
		case s == unknown:
			k = th.faint
		case rests:
			k = th.dim
		}
		l.put(k, f.place(s))
	}, func() { t.epochs(l, c, rests) })
	word, k := m.clientState(c, t.state)
	return l.gap(2).put(k, word).String()
}

// epochs are those of its local work that a client has done, as a bar and a
// count: bright while it moves. One that takes no part has none.
func (t *crewTable) epochs(l *line, c *train.ClientView, rests bool) {
	th, end := t.m.theme, l.at+t.bar+1+t.count
	if share := done(c); !rests && known(share) {
		brush := th.run(t.run.ID)
		k := th.code[brush.faint]
		if c.State == train.ClientTraining {
			k = brush.ink
		}
		l.put(k, barText(share, t.bar, th.ascii))
		text := epochsDone(c, t.m.roster.view.Epochs)
		l.tab(end-len(text)).put(th.text, text)
	} else {
		l.put(th.faint, "·").tab(end-1).put(th.faint, unknown)
	}
	l.tab(end)
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

var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// barText is a share of w columns in eighths of one; in ASCII in halves.
func barText(share float64, w int, ascii bool) string {
	n := int(share*float64(8*w) + 1e-9)
	full, part := n/8, n%8
	if !ascii {
		return strings.Repeat("█", full) + eighths[part]
	}
	if part >= 4 {
		return strings.Repeat("#", full) + "-"
	}
	return strings.Repeat("#", full)
}

// clientState is what a client does, in at most w columns. What it was told to
// do and has not yet done goes before.
func (m *model) clientState(c *train.ClientView, w int) (string, ink) {
	t := m.theme
	if k, asked := m.askedOf(c.ID); asked {
		return map[bool]string{true: "dropping…", false: "joining…"}[k == train.DropClient], t.warn
	}
	word, k := clientWord(c.State), t.text
	switch c.State {
	case train.ClientIdle, train.ClientSelected, train.ClientSent, train.ClientDropped:
		k = t.dim
	case train.ClientLate:
		k = t.warn
	case train.ClientRejected, train.ClientFailed:
		k = t.bad
	}
	if why := clean(c.Reason); why != "" && (c.State == train.ClientRejected || c.State == train.ClientFailed || c.State == train.ClientLate || c.State == train.ClientAccepted) {
		if full := word + ": " + why; ansi.StringWidth(full) <= w || w >= len(word)+8 {
			word = full
		}
	}
	return short(word, w), k
}

// clientWord is a state in a word; a state from elsewhere may be none of ours.
func clientWord(s train.ClientState) string {
	if s < train.ClientIdle || s > train.ClientDropped {
		return unknown
	}
	return s.String()
}

// decimalsIn is a value with some decimals, so that a column of them is even;
// where that says too little or takes more than w characters, in few digits.
func decimalsIn(v float64, decimals, w int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if math.Abs(v) >= math.Pow(10, float64(1-decimals)) && len(text) <= w && known(v) {
		return text
	}
	text = number(v, 3)
	for digits := 2; len(text) > w && digits > 0; digits-- {
		text = number(v, digits)
	}
	return text
}

// timesText is a multiple such as 1.03×.
func timesText(v float64) string {
	switch {
	case !known(v), v < 0:
		return unknown
	case v >= 9999.5:
		return si(v) + "×"
	case v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64) + "×"
	}
	return strconv.FormatFloat(v, 'f', 2, 64) + "×"
}

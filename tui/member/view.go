package member

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// View is the screen: exactly w columns and h rows.
func (m *screen) View() string {
	if m.w < 1 || m.h < 1 {
		return ""
	}
	rows := []string{m.header()}
	if room := m.h - 2; room > 0 {
		rows = append(rows, draw.Block(m.body(room), m.w, room)...)
	}
	if m.h > 1 {
		rows = append(rows, m.footer())
	}
	s := strings.Join(rows, "\n")
	if m.theme.ASCII {
		return draw.ToASCII(s)
	}
	return s
}

// header is who this is, and what it does.
func (m *screen) header() string {
	s, t := &m.status, m.theme
	l := draw.NewLine(m.w)
	state, ink := draw.Clean(s.State), t.Text
	switch {
	case s.Away || s.Waits:
		ink = t.Warn
	case s.Works:
		ink = t.Focus
	}
	const least = 4 // columns of the name
	title, said := "optwatch join", ansi.StringWidth(state)
	if m.w < len(title)+least+said+7 { // and the blanks between them
		title = "join"
	}
	name := draw.Short(draw.Clean(s.Name), max(least, m.w-len(title)-said-7))
	l.Gap(1).Put(t.Strong, title).Gap(3).Put(t.Text, name)
	if at := m.w - 1 - ansi.StringWidth(state); at > l.At() {
		l.Tab(at)
	} else {
		l.Gap(2)
	}
	return l.Put(ink, state).String()
}

// body are the lines between header and footer, the most telling first where
// there is no room for all.
func (m *screen) body(room int) []string {
	lines := []string{m.serverLine(), m.clientLine(), m.roundLine(), m.lossLine(), m.sentLine()}
	if data := draw.Clean(m.status.Data); data != "" {
		lines = slices.Insert(lines, 2, m.field("data").Put(m.theme.Text, draw.Short(data, m.w-labelled-1)).String())
	}
	if why := draw.Clean(m.status.Trouble); why != "" {
		for _, s := range draw.Wrap(why, max(1, m.w-2)) {
			lines = append(lines, draw.NewLine(m.w).Gap(1).Put(m.theme.Warn, s).String())
		}
	}
	if spare := room - len(lines); spare >= 3 {
		lines = append([]string{""}, lines...)
		lines = append(lines, "")
		said := m.status.Said
		for _, s := range said[max(0, len(said)-(spare-2)):] {
			lines = append(lines, draw.NewLine(m.w).Gap(1).Put(m.theme.Dim, draw.Short(draw.Clean(s), m.w-2)).String())
		}
	}
	return lines
}

// labelled is where what a line says begins, after its name.
const labelled = 10

// field begins a line with its name.
func (m *screen) field(name string) *draw.Line {
	return draw.NewLine(m.w).Gap(1).Put(m.theme.Dim, name).Tab(labelled)
}

// serverLine is where the coordinator is, and when it was heard.
func (m *screen) serverLine() string {
	s, t := &m.status, m.theme
	heard, ink := "not heard of yet", t.Dim
	if !s.Heard.IsZero() {
		ago := max(0, m.now.Sub(s.Heard))
		heard = "heard " + draw.Age(ago) + " ago"
		if ago > quiet {
			ink = t.Warn
		}
	}
	trip := ""
	if s.RoundTrip > 0 {
		trip = "round trip " + tripText(s.RoundTrip)
	}
	return m.pieces(m.field("server"), []draw.Piece{
		{Ink: t.Text, Texts: []string{draw.Clean(s.Server)}}, {Ink: ink, Texts: []string{heard}}, {Ink: t.Text, Texts: []string{trip}, Turn: 2},
	})
}

// quiet is after how long it is worth a warning that the server is not heard.
const quiet = 5 * time.Second

// tripText is how long a message there and back takes.
func tripText(d time.Duration) string {
	ms := d.Seconds() * 1e3
	switch {
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 1000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
	return draw.Age(d)
}

// clientLine is which client this is, and its key, which the operator compares.
func (m *screen) clientLine() string {
	s, t := &m.status, m.theme
	who, ink := []string{"not let in yet", "not in yet"}, t.Dim
	if s.Client >= 0 {
		name := "c" + strconv.Itoa(s.Client)
		who, ink = []string{name + " of " + draw.Grouped(int64(s.Clients)), name}, t.Text
	}
	key, keyInk := "key "+draw.Clean(s.Key), t.Dim
	if s.Waits {
		who, ink, keyInk = append([]string{"not let in yet: the operator compares its"}, who...), t.Warn, t.Strong
	}
	return m.pieces(m.field("client"), []draw.Piece{{Ink: ink, Texts: who, Turn: 2}, {Ink: keyInk, Texts: []string{key}}})
}

// roundLine is how far it is in its round, as a bar and in epochs.
func (m *screen) roundLine() string {
	s, t := &m.status, m.theme
	l := m.field("round")
	if s.Round < 1 {
		return l.Put(t.Faint, draw.Unknown).String()
	}
	l.Put(t.Text, draw.Grouped(int64(s.Round))).Gap(2)
	if s.Of <= 0 {
		return l.String()
	}
	share := min(max(float64(s.Steps)/float64(s.Of), 0), 1)
	count := draw.Grouped(int64(s.Steps)) + "/" + draw.Grouped(int64(s.Of)) + " steps"
	if s.Epochs > 0 {
		count = strconv.Itoa(int(share*float64(s.Epochs)+1e-9)) + "/" + strconv.Itoa(s.Epochs) + " epochs, " + count
	}
	bar := min(24, l.Left()-len(count)-3)
	if bar < 4 {
		return l.Put(t.Text, draw.Short(count, l.Left()-1)).String()
	}
	ink := t.Dim
	if s.Works {
		ink = t.Focus
	}
	at := l.At()
	return l.Put(ink, draw.Eighths(share, bar, t.ASCII)).Tab(at+bar+2).Put(t.Text, count).String()
}

// lossLine is the loss on its own examples, now and in the rounds before.
func (m *screen) lossLine() string {
	l, t := m.field("loss"), m.theme
	if len(m.losses) == 0 {
		return l.Put(t.Faint, draw.Unknown).String()
	}
	l.Put(t.Text, draw.Precise(m.losses[len(m.losses)-1])).Gap(2)
	return l.Put(t.Dim, m.sparkline(l.Left()-1)).String()
}

// sparkline are the latest losses in w columns, from the least to the largest of them.
func (m *screen) sparkline(w int) string {
	seen := m.losses[max(0, len(m.losses)-max(0, w)):]
	if len(seen) < 2 {
		return ""
	}
	lo, hi := slices.Min(seen), slices.Max(seen)
	var b strings.Builder
	for _, v := range seen {
		share := 0.0
		if hi > lo {
			share = v/(hi-lo) - lo/(hi-lo)
		}
		b.WriteRune(draw.Level(100*share, true, m.theme.ASCII))
	}
	return b.String()
}

// sentLine is what the client has sent and got.
func (m *screen) sentLine() string {
	s, t := &m.status, m.theme
	updates := draw.Grouped(int64(s.Sent)) + " updates"
	if s.Sent == 1 {
		updates = "1 update"
	}
	return m.pieces(m.field("sent"), []draw.Piece{
		{Ink: t.Text, Texts: []string{updates}},
		{Ink: t.Text, Texts: []string{"up " + draw.Bytes(float64(s.Up))}, Turn: 1},
		{Ink: t.Text, Texts: []string{"down " + draw.Bytes(float64(s.Down))}, Turn: 2},
	})
}

// pieces ends a line with those pieces that fit.
func (m *screen) pieces(l *draw.Line, pieces []draw.Piece) string {
	l.PutPieces(pieces)
	return l.String()
}

// footer is what keys do, and what leaving would mean.
func (m *screen) footer() string {
	t, l := m.theme, draw.NewLine(m.w)
	l.Gap(1)
	if m.leaving {
		return l.Put(t.Warn, draw.FirstFit(whatLeavingMeans(m.status.Client), m.w-2)).String()
	}
	for _, hint := range m.keys.Hints(ground) {
		l.Put(t.Strong, hint.Key).Gap(1).Put(t.Dim, draw.FirstFit([]string{hint.Word, "quit"}, m.w-4))
	}
	return l.String()
}

// whatLeavingMeans says what it means to quit.
func whatLeavingMeans(client int) []string {
	if client < 0 {
		return []string{"q again leaves: the same line joins again · esc stays", "q leaves · esc stays"}
	}
	who := "c" + strconv.Itoa(client)
	return []string{
		"q again leaves: rounds wait for " + who + " until it comes back by the same line, or is dropped · esc stays",
		"q again leaves: rounds wait for " + who + " until it is back · esc stays",
		"q leaves, rounds wait · esc stays", "q leaves · esc stays",
	}
}

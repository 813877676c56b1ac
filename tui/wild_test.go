package tui

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/muesli/termenv"

	"optwatch/train/view"
)

// beast is a source whose every text and number may be anything.
type beast struct {
	*rand.Rand
	snap *view.Snapshot
	sent []uint64
}

func newBeast(seed uint64) *beast {
	b := &beast{Rand: rand.New(rand.NewPCG(seed, 7))}
	b.grow()
	return b
}

func (b *beast) Snapshot() *view.Snapshot { return b.snap }

// Do refuses some commands at once; others it may refuse later.
func (b *beast) Do(c view.Command) error {
	if b.IntN(4) == 0 {
		return fmt.Errorf("no: %s", b.text())
	}
	b.sent = append(b.sent, c.ID)
	return nil
}

// Offer has parts of which there is always one to choose.
func (b *beast) Offer(view.Command) view.Offer {
	o := view.Offer{
		Refused: b.text(), Recipe: b.text(), Summary: b.text(), Title: b.text(), Label: b.text(), Hint: b.text(), Now: b.number(),
		Completions: b.texts(), Same: b.IntN(2) == 0,
	}
	if b.IntN(2) == 0 {
		o.Refused = ""
	}
	for range b.IntN(5) {
		p := view.Part{Title: b.text()}
		for range 1 + b.IntN(20) {
			p.Choices = append(p.Choices, view.Choice{Name: b.text(), Title: b.text(), About: b.text(), Refused: b.IntN(2) == 0})
		}
		p.At = b.IntN(len(p.Choices))
		o.Parts = append(o.Parts, p)
	}
	for range b.IntN(6) {
		o.Details = append(o.Details, view.Detail{Label: b.text(), Count: b.Int64N(1e9) - 10, Text: b.text()})
	}
	return o
}

func (b *beast) text() string { return wildTexts[b.IntN(len(wildTexts))] }

func (b *beast) texts() []string {
	var out []string
	for range b.IntN(4) {
		out = append(out, b.text())
	}
	return out
}

func (b *beast) number() float64 { return wildNumber(b.Rand) }

func (b *beast) numbers(most int) []float64 {
	var out []float64
	for range b.IntN(most + 1) {
		out = append(out, b.number())
	}
	return out
}

// key is one of few, so that some are found and some are there twice.
func (b *beast) key() string { return string(rune('a' + b.IntN(6))) }

// grow makes another snapshot.
func (b *beast) grow() {
	s := &view.Snapshot{
		Generation: b.Uint64(), Elapsed: time.Duration(b.Int64()), Phase: view.Phase(b.IntN(4)), Busy: b.IntN(2) == 0,
		Loading: view.Loading{What: b.text(), Done: b.Int64N(1000) - 10, Total: b.Int64N(3) * 100},
		Failure: view.Failure{Title: b.text(), Reason: b.text(), Advice: b.text()},
		Subject: view.Subject{
			Name: b.text(), Synthetic: b.IntN(2) == 0, Train: b.IntN(1e9) - 9, Val: b.IntN(1e9) - 9, Classes: b.texts(),
			Title: b.text(), Short: b.text(), Constant: b.text(),
		},
		Leaving: view.Leaving(b.IntN(3)), Pace: b.key(), Record: view.Record{Name: b.text(), Trouble: b.text()},
	}
	for range b.IntN(2) * b.IntN(6) {
		s.People = append(s.People, view.Person{Name: b.text(), Self: b.IntN(3) == 0, Drives: b.IntN(2) == 0})
	}
	if b.IntN(2) == 0 {
		s.Record.Trouble = ""
	}
	if b.IntN(3) == 0 {
		s.Playback = b.playback(s.Elapsed)
	}
	if b.IntN(4) > 0 {
		s.Phase = view.PhaseTraining
	}
	for range b.IntN(5) {
		s.Axes = append(s.Axes, b.axis())
	}
	for range b.IntN(8) {
		s.Metrics = append(s.Metrics, b.metric())
		s.Headline = append(s.Headline, b.key())
	}
	s.Headline = s.Headline[:b.IntN(len(s.Headline)+1)]
	for range b.IntN(2) * b.IntN(9) {
		s.Columns = append(s.Columns, view.Column{Key: b.key(), Drop: b.IntN(9), Spread: b.IntN(9)})
	}
	for i := range b.IntN(9) {
		s.Runs = append(s.Runs, b.run(i, len(s.Axes)))
	}
	for k := view.Pause; k <= view.NewLine; k++ {
		if b.IntN(3) > 0 {
			s.Accepts = append(s.Accepts, k)
		}
	}
	b.say(s)
	b.snap = s
}

// playback may have a length that the moment shown lies beyond, and marks anywhere.
func (b *beast) playback(now time.Duration) *view.Playback {
	p := &view.Playback{Length: time.Duration(b.Int64() - b.Int64()), Playing: b.IntN(2) == 0, Speed: b.number()}
	if b.IntN(2) == 0 {
		p.Length = time.Duration(b.Int64N(3)) * now
	}
	for range b.IntN(9) {
		p.Marks = append(p.Marks, time.Duration(b.Int64()-b.Int64()))
	}
	return p
}

func (b *beast) axis() view.Axis {
	flag := func() bool { return b.IntN(3) == 0 }
	return view.Axis{
		Key: b.key(), Title: b.text(), Name: b.text(), Format: view.Format(b.IntN(6)), At: b.text(), None: b.text(),
		Whole: flag(), Steps: flag(), Clock: flag(), Aside: flag(),
	}
}

func (b *beast) metric() view.Metric {
	m := view.Metric{
		Key: b.key(), Title: b.text(), Name: b.text(), Format: view.Format(b.IntN(6)), Scale: view.Scaling(b.IntN(3)), Better: b.IntN(3) - 1,
		Least: b.number(), Floor: b.number(), Provisional: b.IntN(4) == 0, Note: b.text(), Aside: b.IntN(5) == 0,
		Progress: view.Progress{Of: b.text(), Done: b.Int64N(1e9) - 9, Unit: b.text()},
	}
	if b.IntN(4) == 0 {
		m.Behind = b.key()
	}
	for range b.IntN(3) {
		m.Lines = append(m.Lines, view.Line{Name: b.text(), At: b.number()})
	}
	return m
}

func (b *beast) run(id, axes int) view.Run {
	r := view.Run{
		ID: 3*id - 5, Name: b.text(), Method: b.text(), Recipe: b.text(), Reason: b.text(), Activity: b.text(), Elsewhere: view.Elsewhere{Metric: "loss", Why: b.text()},
		State: view.State(b.IntN(7)), Pending: view.Pending(b.IntN(5)), Rate: b.number(), Left: time.Duration(b.Int64() - b.Int64()), At: b.numbers(axes + 1),
	}
	if b.IntN(2) == 0 {
		r.Group = b.key()
	}
	for range b.IntN(4) {
		key := b.key()
		if b.IntN(2) == 0 {
			key = []string{"lr", "batch"}[b.IntN(2)]
		}
		r.Settings = append(r.Settings, view.Setting{Key: key, Name: b.text(), Format: view.Format(b.IntN(6)), Value: b.number()})
	}
	for range b.IntN(8) {
		r.Series = append(r.Series, b.series(axes))
	}
	for range b.IntN(5) {
		r.Marks = append(r.Marks, view.Mark{Kind: view.EventKind(b.IntN(12)), Places: b.numbers(axes + 1), Text: b.text()})
	}
	return r
}

// series has places that rise, or that are as wild as its values, and of
// either there may be more than of the other.
func (b *beast) series(axes int) view.Series {
	k := view.Series{Metric: b.key(), Values: b.numbers(40), Last: b.number()}
	for range b.IntN(axes + 2) {
		at := b.numbers(40)
		if b.IntN(2) == 0 {
			for i := range at {
				at[i] = float64(i) * 10
			}
		}
		k.Places = append(k.Places, at)
	}
	if b.IntN(3) == 0 {
		k.Low, k.High = b.numbers(40), b.numbers(40)
	}
	return k
}

// say answers what was sent, or refuses it, and says something besides.
func (b *beast) say(s *view.Snapshot) {
	var n uint64
	if b.snap != nil && len(b.snap.Events) > 0 {
		s.Events = b.snap.Events[b.IntN(len(b.snap.Events)):]
		n = b.snap.Events[len(b.snap.Events)-1].Number
	}
	add := func(e view.Event) {
		n++
		e.Number, e.Elapsed = n, time.Duration(b.Int64()-b.Int64())
		s.Events = append(s.Events[:len(s.Events):len(s.Events)], e)
	}
	for range b.IntN(9) {
		add(view.Event{Run: b.text(), Kind: view.EventKind(b.IntN(12)), Text: b.text()})
	}
	for _, id := range b.sent {
		if b.IntN(2) == 0 {
			add(view.Event{Kind: []view.EventKind{view.EventInfo, view.EventRefused}[b.IntN(2)], Text: b.text(), Command: id})
		}
	}
	b.sent = nil
}

// Whatever a source shows, offers and answers, and whatever is pressed, the
// screen is filled exactly, and nothing is on it that a terminal would take for
// more than text.
func TestWildSourcesAreExact(t *testing.T) {
	var keys []string
	for _, k := range keyTable() {
		keys = append(keys, k.Keys...)
	}
	keys = append(keys, "m", "t", "h", "h", "=", "y", "L", "s", "o", "a", "z", "z", "1", "2", "3", "4", "é", "日")
	for i := range 400 {
		b := newBeast(uint64(i))
		w, h := 1+b.IntN(220), 1+b.IntN(70)
		if i%7 == 0 {
			w, h = 40+b.IntN(3), 12+b.IntN(3)
		}
		mono := i%2 == 0
		m := newTestModelWith(b, w, h, termenv.ANSI256, i%5 == 0, mono)
		checkSize(t, m, w, h, fmt.Sprint("wild source ", i))
		for range 6 {
			key := keys[b.IntN(len(keys))]
			press(m, key)
			what := fmt.Sprintf("wild source %d after %q", i, key)
			checkSize(t, m, w, h, what)
			checkText(t, m, mono, what)
			if b.IntN(3) == 0 {
				b.grow()
				tick(m, time.Unix(b.Int64N(1e9), 0))
				checkSize(t, m, w, h, what+" and another snapshot")
			}
		}
	}
}

var inkCodes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// checkText fails if a frame holds anything but text and inks, of which there
// are no colours if it is mono.
func checkText(t *testing.T, m *shell, mono bool, what string) {
	t.Helper()
	frame := m.View()
	if mono {
		for _, code := range sgrCodes(frame) {
			if code != "0" && code != "1" && code != "7" {
				t.Fatalf("%s: SGR %q is a colour", what, code)
			}
		}
	}
	text := inkCodes.ReplaceAllString(frame, "")
	foul := func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }
	if at := strings.IndexFunc(text, foul); at >= 0 || !utf8.ValidString(text) {
		t.Fatalf("%s: at byte %d of\n%q", what, at, text)
	}
}

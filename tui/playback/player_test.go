package playback

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// tape is a recording that takes every command and carries none out.
type tape struct{ snap view.Snapshot }

func (t *tape) Snapshot() *view.Snapshot    { s := t.snap; return &s }
func (*tape) Do(view.Command) error         { return nil }
func (*tape) Offer(view.Command) view.Offer { return view.Offer{} }
func (t *tape) player() Player {
	return Player{pane.NewScreen(draw.NewTheme(io.Discard, false, true), t, 1)}
}

func newTape(at time.Duration, b view.Playback) *tape {
	return &tape{view.Snapshot{Phase: view.PhaseTraining, Elapsed: at, Playback: &b, Accepts: []view.CommandKind{view.Play, view.Freeze, view.Seek, view.Speed}}}
}

func TestStrip(t *testing.T) {
	const s = time.Second
	marks := []time.Duration{2 * s, 5 * s, 8 * s}
	for _, test := range []struct {
		at, length time.Duration
		marks      []time.Duration
		want       string
	}{
		{0, 10 * s, nil, "●──────────"},
		{10 * s, 10 * s, nil, "━━━━━━━━━━●"},
		{4 * s, 10 * s, marks, "━━┿━●┼──┼──"},
		{5 * s, 10 * s, marks, "━━┿━━●──┼──"},
		{5 * s, 0, marks, "●──────────"},
		{-5 * s, 10 * s, []time.Duration{-s, 99 * s}, "●─────────┼"},
		{99 * s, 10 * s, nil, "━━━━━━━━━━●"},
	} {
		p := newTape(test.at, view.Playback{Length: test.length, Marks: test.marks}).player()
		if got, want := p.Strip(20), " replay "+test.want+" "; got != want {
			t.Errorf("%v of %v: %q, want %q", test.at, test.length, got, want)
		}
	}
	p := newTape(s, view.Playback{Length: math.MaxInt64, Marks: []time.Duration{math.MaxInt64, math.MinInt64}}).player()
	for w := 1; w < 200; w++ {
		if n := ansi.StringWidth(p.Strip(w)); n != w {
			t.Errorf("%d columns, want %d", n, w)
		}
	}
}

func TestClock(t *testing.T) {
	for _, test := range []struct {
		speed   float64
		playing bool
		want    string
	}{
		{4, true, "replay ▶ 4×  1:02 / 5:41"},
		{0.5, false, "replay ‖ 0.5×  1:02 / 5:41"},
		{math.NaN(), false, "replay ‖ —  1:02 / 5:41"},
		{-1, true, "replay ▶ —  1:02 / 5:41"},
	} {
		all := newTape(62*time.Second, view.Playback{Length: 341 * time.Second, Speed: test.speed, Playing: test.playing}).player().Clock()
		if all[0] != test.want {
			t.Errorf("%q, want %q", all[0], test.want)
		}
		for i := range all[1:] {
			if ansi.StringWidth(all[i+1]) >= ansi.StringWidth(all[i]) || !strings.Contains(all[i+1], "1:02") {
				t.Errorf("after %q comes %q", all[i], all[i+1])
			}
		}
	}
}

// What is on its way counts as done, so that keys pressed fast add up; a speed
// that is none counts as that of life.
func TestComing(t *testing.T) {
	p := newTape(62*time.Second, view.Playback{Length: 341 * time.Second, Speed: math.Inf(1), Playing: true}).player()
	if p.moment() != 62*time.Second || !p.playing() || p.speed() != 1 {
		t.Errorf("at %v, playing %t, at %v×", p.moment(), p.playing(), p.speed())
	}
	for _, c := range []view.Command{{Kind: view.Seek, Value: 1}, {Kind: view.Freeze}, {Kind: view.Speed, Value: 8}, {Kind: view.Seek, Value: 1e6}} {
		p.Send(c)
	}
	if p.moment() != 341*time.Second || p.playing() || p.speed() != 8 {
		t.Errorf("at %v, playing %t, at %v×", p.moment(), p.playing(), p.speed())
	}
}

// A recording that begins some time after the curves in it is played from there:
// all that is told of its moments is told from its beginning.
func TestBeginsLater(t *testing.T) {
	const s = time.Second
	p := newTape(104*s, view.Playback{From: 100 * s, Length: 110 * s, Marks: []time.Duration{50 * s, 105 * s}, Playing: true, Speed: 1}).player()
	if got, want := p.Strip(20), " replay ┿━━━●┼───── "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := p.Clock()[0], "replay ▶ 1×  0:04 / 0:10"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		key  string
		want time.Duration
	}{{",", 103 * s}, {"g", 100 * s}, {",", 100 * s}, {".", 101 * s}, {"(", 100 * s}, {"G", 110 * s}} {
		for _, b := range p.Keys() {
			if slices.Contains(b.Keys, c.key) {
				b.Do(c.key)
			}
		}
		if got := p.moment(); got != c.want {
			t.Errorf("after %s it is at %v, want %v", c.key, got, c.want)
		}
	}
}

// Without a recording there is nothing to play, and no key.
func TestNoRecording(t *testing.T) {
	src := newTape(0, view.Playback{})
	src.snap.Playback = nil
	p := src.player()
	if p.There() {
		t.Error("a recording is there")
	}
	for _, b := range p.Keys() {
		if b.Valid() {
			t.Errorf("%s is valid", b.Show)
		}
	}
}

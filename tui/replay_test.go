package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train/view"
)

// player is a recording that is played as it is told.
type player struct {
	stub
	at     time.Duration
	tape   view.Playback
	absent []view.CommandKind // that it does not take
}

// newPlayer is a recording of 341 seconds that plays at its 62nd.
func newPlayer() *player {
	p := &player{stub: stub{snap: sample(3, 60)}, at: 62 * time.Second}
	p.tape = view.Playback{Length: 341 * time.Second, Playing: true, Speed: 4}
	for _, s := range []time.Duration{20, 59, 150, 152, 300} {
		p.tape.Marks = append(p.tape.Marks, s*time.Second)
	}
	p.react = p.carryOut
	p.dress = func(s *view.Snapshot) {
		tape := p.tape
		s.Elapsed, s.Playback, s.Record.Name = p.at, &tape, "k7q2m"
		s.Accepts = slices.DeleteFunc([]view.CommandKind{view.Play, view.Freeze, view.Speed, view.Seek}, func(k view.CommandKind) bool { return slices.Contains(p.absent, k) })
	}
	return p
}

func (p *player) carryOut(c view.Command) {
	switch c.Kind {
	case view.Play, view.Freeze:
		p.tape.Playing = c.Kind == view.Play
	case view.Speed:
		p.tape.Speed = c.Value
	case view.Seek:
		p.at = time.Duration(c.Value * float64(time.Second))
	}
}

func TestReplayGoldens(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 20}, {40, 12}} {
		golden(t, fmt.Sprintf("replay-%dx%d.txt", size[0], size[1]), newTestModel(newPlayer(), size[0], size[1]).View())
	}
	golden(t, "replay-ascii.txt", newTestModelWith(newPlayer(), 80, 24, termenv.Ascii, true, true).View())
	golden(t, "replay-mono.txt", newTestModelWith(newPlayer(), 80, 24, colours, false, true).View())
	m := newTestModel(newPlayer(), 120, 50)
	press(m, "?")
	golden(t, "replay-help.txt", m.View())
}

// Each key of a recording does what it says.
func TestReplayKeys(t *testing.T) {
	seek := func(s float64) view.Command { return view.Command{Kind: view.Seek, Value: s} }
	speed := func(v float64) view.Command { return view.Command{Kind: view.Speed, Value: v} }
	for _, test := range []struct {
		keys string
		want []view.Command
	}{
		{" ", []view.Command{{Kind: view.Freeze}}},
		{"  ", []view.Command{{Kind: view.Freeze}, {Kind: view.Play}}},
		{".", []view.Command{seek(69)}},
		{",,", []view.Command{seek(55), seek(48)}},
		{")", []view.Command{seek(150)}},
		{"))))", []view.Command{seek(150), seek(152), seek(300)}},
		{"(", []view.Command{seek(20)}}, // the mark at 59 is just passed
		{" (", []view.Command{{Kind: view.Freeze}, seek(59)}},
		{"[]]", []view.Command{speed(2), speed(4), speed(8)}},
		{"gG", []view.Command{seek(0), seek(341)}},
		{"g,", []view.Command{seek(0), seek(0)}},
		{"G.", []view.Command{seek(341), seek(341)}},
		{"G  ", []view.Command{seek(341), {Kind: view.Freeze}, seek(0), {Kind: view.Play}}},
	} {
		for _, quiet := range []bool{false, true} {
			p := newPlayer()
			if p.quiet = quiet; quiet { // nothing is carried out before the next key
				p.react = nil
			}
			m := newTestModel(p, 80, 24)
			press(m, strings.Split(test.keys, "")...)
			if got := fmt.Sprint(p.asked); got != fmt.Sprint(test.want) {
				t.Errorf("%q, answered late: %v: asked for %v, want %v", test.keys, quiet, got, test.want)
			}
		}
	}
}

// The speed has ends, and says so.
func TestReplaySpeedHasEnds(t *testing.T) {
	for key, want := range map[string]float64{"[": 1.0 / 16, "]": 1 << 16} {
		p := newPlayer()
		m := newTestModel(p, 80, 24)
		for range 30 {
			press(m, key)
		}
		if p.tape.Speed != want {
			t.Errorf("%s ends at %v×, want %v×", key, p.tape.Speed, want)
		}
		wantSeen(t, m, "as far as it goes")
	}
}

// Nothing that drives runs is shown or works, or says why it does not; what is
// looked at in a recording is looked at as ever, and leaving it asks nothing.
func TestReplayDrivesNothing(t *testing.T) {
	p := newPlayer()
	m := newTestModel(p, 220, 60)
	for _, word := range []string{"pause", "switch", "lr ", "batch", "restart", "stop", "add"} {
		if strings.Contains(footerWords(m), word) {
			t.Errorf("the footer offers %q: %s", word, footerWords(m))
		}
	}
	for range 2 {
		press(m, "o", "{", "}", "n", "a", "c", "r", "x", "P", "d", "e", "u")
		wantAsked(t, &p.stub)
		if m.Over != nil || m.Flash.Text != "" {
			t.Errorf("a key that drives does something: %q", m.Flash.Text)
		}
		for i := range p.snap.Runs {
			p.run(i).State = view.Budget
		}
		again(m)
	}
	before := m.View()
	if press(m, "t"); m.View() == before {
		t.Error("t does not change the axis")
	}
	p = newPlayer()
	p.dress = func(dress func(*view.Snapshot)) func(*view.Snapshot) {
		return func(s *view.Snapshot) { dress(s); s.Leaving = view.LeavesEnded }
	}(p.dress)
	if !quits(press(newTestModel(p, 120, 40), "q")) {
		t.Error("leaving a recording asks")
	}
}

// A key that the source does not take is not shown and does nothing.
func TestReplayTakesOnlyWhatItsSourceDoes(t *testing.T) {
	for word, kind := range map[string]view.CommandKind{"space hold": view.Freeze, ", . seek": view.Seek, "[ ] speed": view.Speed, "( ) marks": view.Seek} {
		p := newPlayer()
		m := newTestModel(p, 120, 40)
		if !strings.Contains(footerWords(m), word) {
			t.Errorf("the footer lacks %q: %s", word, footerWords(m))
		}
		p.absent = []view.CommandKind{kind}
		again(m)
		if strings.Contains(footerWords(m), word) {
			t.Errorf("the footer has %q, which the source does not take", word)
		}
		press(m, word[:1])
		if word[0] != 's' {
			wantAsked(t, &p.stub)
		}
	}
}

// While it is held, nothing moves; while it plays, it is looked at often.
func TestReplayMoves(t *testing.T) {
	p := newPlayer()
	m := newTestModel(p, 80, 24)
	if !m.program.Moving() {
		t.Error("what plays does not move")
	}
	if press(m, " "); m.program.Moving() {
		t.Error("what is held moves")
	}
}

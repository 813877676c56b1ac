package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
	"optwatch/train/view"
)

func TestQuitting(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 120, 40)
	if quits(press(m, "q")) {
		t.Fatal("q quits without asking")
	}
	wantSeen(t, m, "2 runs have not ended.", "q stop all and quit")
	press(m, "esc")
	if m.Over != nil {
		t.Fatal("esc does not stay")
	}
	if !quits(press(m, "q", "q")) {
		t.Error("the answer does not quit")
	}
	src.run(0).State, src.run(1).State = view.Budget, view.Diverged
	m = newTestModel(src, 120, 40)
	if !quits(press(m, "q")) {
		t.Error("q asks though nothing runs")
	}
}

// Where all that the question is about ends while it is open, the screen closes: that
// was asked for.
func TestQuittingWhatEndsMeanwhile(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "q")
	if m.finished() {
		t.Fatal("it closes though a run goes on")
	}
	src.run(0).State = view.Budget
	m.Pull()
	if !m.finished() {
		t.Error("it stays open though nothing goes on")
	}
}

func TestInterrupt(t *testing.T) {
	for _, keys := range [][]string{nil, {"a", "s"}, {"/"}, {"o"}, {"?"}, {"q"}} {
		m := newTestModel(&stub{snap: sample(2, 40)}, 120, 40)
		press(m, keys...)
		if quits(press(m, "ctrl+c")) {
			t.Fatalf("after %v one ctrl+c quits", keys)
		}
		wantSeen(t, m, "ctrl+c again quits")
		if quits(press(m, "j", "ctrl+c")) {
			t.Errorf("after %v: two ctrl+c with a key between quit", keys)
		}
		if !quits(press(m, "ctrl+c")) {
			t.Errorf("after %v two ctrl+c do not quit", keys)
		}
	}
}

func TestTooSmallTakesOnlyQuit(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 39, 12)
	wantSeen(t, m, "need 40×12, have 39×12")
	press(m, " ", "]", "o", "x", "P", "j", "?")
	wantAsked(t, src)
	for w, want := range map[int]string{23: "need 40×12, have 23×12", 21: "need 40×12 ", 9: "40×12 "} {
		m := newTestModel(src, w, 12)
		if got := strings.Split(m.View(), "\n")[0]; !strings.HasPrefix(got, want) || strings.Contains(got, want+",") {
			t.Errorf("%d columns: %q, want %q", w, got, want)
		}
	}
	if m.Over != nil || raceOf(m).Selected != 0 {
		t.Error("a key did something on a screen too small to see it")
	}
	if quits(press(m, "q")) {
		t.Error("q quits without asking")
	}
	wantSeen(t, m, "q again")
	if !quits(press(m, "q")) {
		t.Error("q twice does not quit")
	}
}

func TestTooSmall(t *testing.T) {
	for _, size := range [][2]int{{39, 12}, {40, 11}, {1, 1}} {
		if m := newTestModel(&stub{snap: sample(3, 40)}, size[0], size[1]); !m.tooSmall || len(m.lay.Panes) > 0 {
			t.Errorf("%v is not too small", size)
		}
	}
	if m := newTestModel(&stub{snap: sample(3, 40)}, 40, 12); m.tooSmall {
		t.Error("40×12 is too small")
	}
}

// A text being typed gets nothing while the screen is too small.
func TestTooSmallKeepsText(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 80, 24)
	press(m, "a", "s")
	m.Update(tea.WindowSizeMsg{Width: 20, Height: 5})
	press(m, "v", "enter")
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if got := m.Over.(fmt.Stringer).String(); got != "s" {
		t.Errorf("text is %q", got)
	}
}

func TestOneChainOfTicks(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	m.Init()
	if tick(m, time.Unix(1, 0)) == nil || !m.brisk {
		t.Fatal("a tick is not followed by another while a run goes on")
	}
	src.run(0).State = view.Paused
	tick(m, time.Unix(2, 0))
	if m.brisk {
		t.Fatal("ticks are fast though nothing moves")
	}
	old := m.chain
	src.react = func(view.Command) { src.run(0).State = view.Running }
	if press(m, " ") == nil || !m.brisk || m.chain == old {
		t.Fatal("a key that makes things move does not hurry the ticks")
	}
	pulls := src.pulls
	if _, cmd := m.Update(tickMsg{old, time.Unix(3, 0)}); cmd != nil || src.pulls != pulls {
		t.Error("the old chain goes on beside the new one")
	}
}

// Those who look together draw so often that it costs a run next to nothing,
// and everybody at least once a second.
func TestManyScreensDrawLessOften(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	for people, want := range map[int]time.Duration{
		0: time.Second / 10, 4: time.Second / 10, 8: time.Second / 5, 20: time.Second / 2, 500: time.Second,
	} {
		m.Snap.People = make([]view.Person, people)
		if got := m.pause(); got != want {
			t.Errorf("%d people: a snapshot every %v, want %v", people, got, want)
		}
	}
}

func TestResize(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 120, 40)
	m.Update(tea.WindowSizeMsg{})
	checkSize(t, m, 120, 40, "after 0×0")
	m.Update(tea.WindowSizeMsg{Width: 81, Height: 25})
	checkSize(t, m, 81, 25, "after a resize")
}

func TestLoadingTakesNoCommands(t *testing.T) {
	src := &stub{snap: &train.Report{Loading: view.Loading{What: "mnist", Done: 43, Total: 100}}}
	m := newTestModel(src, 80, 24)
	wantSeen(t, m, "loading mnist … 43 %")
	press(m, " ", "o", "a", "]", "x", "z", "m", "t", "h", "v")
	wantAsked(t, src)
	if m.Over != nil {
		t.Error("an overlay opens over nothing")
	}
	if !quits(press(m, "q")) {
		t.Error("q asks while loading")
	}
}

func TestFailureOfTheCommandLine(t *testing.T) {
	s := &train.Report{Phase: view.PhaseFailed, Err: `recipe "sgd:lr=x": lr is a number`}
	src := &stub{snap: s}
	m := newTestModel(src, 80, 24)
	wantSeen(t, m, "there is no data", "--data")
	s.Misconfigured = true
	tick(m, time.Unix(1, 0))
	wantSeen(t, m, "lr is a number", "The command line must change")
	if strings.Contains(m.View(), "data") {
		t.Errorf("advice about data:\n%s", m.View())
	}
}

package tui

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
)

func TestPauseAndResume(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	src.react = func(c train.Command) {
		if c.Kind != train.StepOnce {
			src.run(c.Run).State = map[train.CommandKind]train.State{train.Pause: train.Paused, train.Resume: train.Running}[c.Kind]
		}
	}
	m := newTestModel(src, 120, 40)
	press(m, "j", " ")
	wantSeen(t, m, "‖ paused", "▶ 2  ‖ 1")
	press(m, "n", " ")
	wantAsked(t, src,
		train.Command{Kind: train.Pause, Run: 1}, train.Command{Kind: train.StepOnce, Run: 1}, train.Command{Kind: train.Resume, Run: 1})
}

// A run that is about to pause is resumed by space, not paused twice.
func TestPendingIsRespected(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	src.run(0).Pending = "pausing"
	m.pull()
	wantSeen(t, m, "pausing…")
	press(m, " ")
	wantAsked(t, src, train.Command{Kind: train.Resume, Run: 0})
}

func TestPauseAll(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	src.run(1).State = train.Paused
	press(m, "P")
	wantAsked(t, src, train.Command{Kind: train.Pause, Run: 0}, train.Command{Kind: train.Pause, Run: 2})
	src.asked = nil
	src.run(0).State, src.run(2).State = train.Paused, train.Stopped
	press(m, "P")
	wantAsked(t, src, train.Command{Kind: train.Resume, Run: 0}, train.Command{Kind: train.Resume, Run: 1})
}

func TestLearningRateAndBatch(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	src.react = func(c train.Command) {
		if c.Kind == train.SetLR {
			src.run(0).LR = c.Value
		}
	}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]", "[", "[", "{")
	m.sets = nil
	press(m, "}")
	wantAsked(t, src,
		train.Command{Kind: train.SetLR, Value: 0.125}, train.Command{Kind: train.SetLR, Value: 0.15625},
		train.Command{Kind: train.SetLR, Value: 0.125}, train.Command{Kind: train.SetLR, Value: 0.1},
		train.Command{Kind: train.SetBatch, Value: 32}, train.Command{Kind: train.SetBatch, Value: 128})
	src.asked = nil
	press(m, "j", "j", "{") // svrg's batch is 1
	wantAsked(t, src)
	wantSeen(t, m, "the smallest there is")
}

// A key pressed again before the run has taken the change goes on from it.
func TestSettingsOnTheirWay(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]", "}", "}", "j", "]")
	wantAsked(t, src,
		train.Command{Kind: train.SetLR, Value: 0.125}, train.Command{Kind: train.SetLR, Value: 0.15625},
		train.Command{Kind: train.SetBatch, Value: 128}, train.Command{Kind: train.SetBatch, Value: 256},
		train.Command{Kind: train.SetLR, Run: 1, Value: 0.00125})
	src.asked = nil
	m.Update(tickMsg{m.chain, time.Unix(5, 0)}) // the run never took it
	press(m, "]")
	wantAsked(t, src, train.Command{Kind: train.SetLR, Run: 1, Value: 0.00125})
}

// Keys typed fast arrive in one message; pasted text is no command.
func TestKeysTypedTogether(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj]")})
	wantAsked(t, src, train.Command{Kind: train.SetLR, Run: 2, Value: 0.025})
	_, cmd := m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true})
	if quits(cmd) || m.over != nil {
		t.Error("a pasted q is taken for a command")
	}
}

func TestErrorsAreShownAndFade(t *testing.T) {
	src := &stub{snap: sample(1, 40), err: errors.New("sgd: no such luck")}
	m := newTestModel(src, 120, 40)
	start := time.Unix(1000, 0)
	m.Update(tickMsg{m.chain, start})
	press(m, " ")
	if !strings.Contains(footerWords(m), "no such luck") {
		t.Errorf("footer: %s", footerWords(m))
	}
	m.Update(tickMsg{m.chain, start.Add(10 * time.Second)})
	if strings.Contains(footerWords(m), "no such luck") {
		t.Error("the error never fades")
	}
	wantSeen(t, m, "no such luck") // it stays in the log
}

func TestQuitting(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 120, 40)
	if quits(press(m, "q")) {
		t.Fatal("q quits without asking")
	}
	wantSeen(t, m, "2 runs have not ended.", "q stop all and quit")
	press(m, "esc")
	if m.over != nil {
		t.Fatal("esc does not stay")
	}
	if !quits(press(m, "q", "q")) {
		t.Error("the answer does not quit")
	}
	src.run(0).State, src.run(1).State = train.Budget, train.Diverged
	m = newTestModel(src, 120, 40)
	if !quits(press(m, "q")) {
		t.Error("q asks though nothing runs")
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
	if m.over != nil || m.selected != 0 {
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

// A text being typed gets nothing while the screen is too small.
func TestTooSmallKeepsText(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 80, 24)
	press(m, "a", "s")
	m.Update(tea.WindowSizeMsg{Width: 20, Height: 5})
	press(m, "v", "enter")
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if got := m.over.(*prompt).String(); got != "s" {
		t.Errorf("text is %q", got)
	}
}

func TestStopAndRestartAsk(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "x", "n", "r", "esc")
	wantAsked(t, src)
	press(m, "x", "y", "r", "y")
	wantAsked(t, src, train.Command{Kind: train.Stop}, train.Command{Kind: train.Restart})
	src.asked = nil
	src.run(0).State = train.Stopped
	press(m, "r", "c")
	wantAsked(t, src, train.Command{Kind: train.Restart}, train.Command{Kind: train.Branch})
}

func TestSelection(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "k")
	if m.selected != 0 {
		t.Error("k goes above the first run")
	}
	press(m, "down", "j", "j", "j")
	if m.selected != 2 {
		t.Errorf("selected %d, want the last run", m.selected)
	}
	src.snap = sample(2, 40) // the selected run is gone
	m.Update(tickMsg{m.chain, time.Unix(1, 0)})
	if m.run() == nil {
		t.Error("nothing is selected")
	}
}

func TestOneChainOfTicks(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	m.Init()
	_, next := m.Update(tickMsg{m.chain, time.Unix(1, 0)})
	if next == nil || !m.brisk {
		t.Fatal("a tick is not followed by another while a run goes on")
	}
	src.run(0).State = train.Paused
	m.Update(tickMsg{m.chain, time.Unix(2, 0)})
	if m.brisk {
		t.Fatal("ticks are fast though nothing moves")
	}
	old := m.chain
	src.react = func(train.Command) { src.run(0).State = train.Running }
	if press(m, " ") == nil || !m.brisk || m.chain == old {
		t.Fatal("a key that makes things move does not hurry the ticks")
	}
	pulls := src.pulls
	if _, cmd := m.Update(tickMsg{old, time.Unix(3, 0)}); cmd != nil || src.pulls != pulls {
		t.Error("the old chain goes on beside the new one")
	}
}

func TestResize(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 120, 40)
	m.Update(tea.WindowSizeMsg{})
	checkSize(t, m, 120, 40, "after 0×0")
	m.Update(tea.WindowSizeMsg{Width: 81, Height: 25})
	checkSize(t, m, 81, 25, "after a resize")
}

func TestAddARun(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "a", "s", "v", "tab", ":", "b", "tab", "4", "x")
	if got := m.over.(*prompt).String(); got != "svrg:batch=4x" {
		t.Fatalf("typed and completed: %q", got)
	}
	press(m, "enter")
	if m.over == nil {
		t.Fatal("a wrong recipe is taken")
	}
	wantSeen(t, m, "batch is a number")
	press(m, "backspace", "enter")
	wantAsked(t, src, train.Command{Kind: train.Add, Recipe: "svrg:batch=4"})
}

func TestFilter(t *testing.T) {
	src := &stub{snap: sample(6, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "/", "s", "v", "r", "g")
	if got := len(m.listed()); got != 2 { // svrg, adam+svrg
		t.Errorf("%d runs pass", got)
	}
	press(m, "enter", " ")
	wantAsked(t, src, train.Command{Kind: train.Pause, Run: 2})
	press(m, "esc")
	if len(m.listed()) != 6 {
		t.Error("esc does not show all runs again")
	}
	press(m, "/", "?")
	wantSeen(t, m, "no run matches")
}

func TestZoomFocusAndTabs(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "4", "z")
	if _, ok := m.lay.find(paneLog); !ok || len(m.lay.panes) != 1 {
		t.Error("z does not zoom the log")
	}
	press(m, "tab")
	if m.focus != paneLeft || m.lay.panes[0].pane != paneLeft {
		t.Error("tab does not go on to the first pane")
	}
	press(m, "shift+tab", "esc")
	if m.focus != paneLog || m.zoom {
		t.Error("shift+tab or esc does nothing")
	}
}

func TestLoadingTakesNoCommands(t *testing.T) {
	src := &stub{snap: &train.Snapshot{Loading: train.Loading{What: "mnist", Done: 43, Total: 100}}}
	m := newTestModel(src, 80, 24)
	wantSeen(t, m, "loading mnist … 43 %")
	press(m, " ", "o", "a", "]", "x", "z", "m", "t", "h", "v")
	wantAsked(t, src)
	if m.over != nil {
		t.Error("an overlay opens over nothing")
	}
	if !quits(press(m, "q")) {
		t.Error("q asks while loading")
	}
}

// A key that drives a run says why it does nothing for one that has ended.
func TestKeysOfARunThatHasEnded(t *testing.T) {
	for _, key := range []string{" ", "n", "o", "[", "]", "{", "}", "x"} {
		src := &stub{snap: sample(3, 40)}
		src.run(2).State = train.Budget
		m := newTestModel(src, 120, 40)
		press(m, "j", "j", key)
		wantAsked(t, src)
		if got, want := footerWords(m), "svrg has ended: r restarts it, c branches it"; !strings.Contains(got, want) || m.over != nil {
			t.Errorf("after %q: footer %q, want %q", key, got, want)
		}
		press(m, "k")
		if strings.Contains(footerWords(m), "has ended") {
			t.Errorf("after %q and k the footer still says %q", key, footerWords(m))
		}
	}
	src := &stub{snap: sample(1, 40)}
	src.run(0).State = train.Diverged
	m := newTestModel(src, 120, 40)
	press(m, "P")
	wantSeen(t, m, "all runs have ended")
	press(m, " ")
	if got := footerWords(m); !strings.Contains(got, "sgd has ended: r restarts it") || strings.Contains(got, "branches") {
		t.Errorf("a diverged run: %q", got)
	}
	press(m, "c")
	if got := footerWords(m); !strings.Contains(got, "sgd has diverged and cannot be branched") {
		t.Errorf("a diverged run: %q", got)
	}
	src.run(0).State, src.run(0).Batch = train.Running, 0
	press(m, "?", "esc", "n")
	wantSeen(t, m, "sgd is not paused")
	press(m, "{")
	wantSeen(t, m, "sgd has no batch size")
	src.snap.Accepts = nil // a replay takes nothing: nothing to advise
	src.run(0).State = train.Budget
	press(m, "t", " ", "x")
	if strings.Contains(m.View(), "has ended") {
		t.Error("a replay advises to restart")
	}
}

// A key that does nothing leaves a message; one that does something ends it.
func TestMessageEndsWithTheNextKey(t *testing.T) {
	src := &stub{snap: sample(1, 40), err: errors.New("no such luck")}
	m := newTestModel(src, 120, 40)
	press(m, " ", "ü", "n")
	src.err = nil
	m.flash = flash{text: "no such luck", until: time.Unix(9, 0)}
	press(m, "ü")
	if !strings.Contains(footerWords(m), "no such luck") {
		t.Error("a key without a meaning takes the message away")
	}
	press(m, "t")
	if strings.Contains(footerWords(m), "no such luck") {
		t.Error("the message outlives a key that does something")
	}
}

// The log scrolls until its first line is seen, and no further.
func TestLogScrollsOverItsLinesOnly(t *testing.T) {
	s := sample(1, 40)
	s.Events = nil
	for i := range 40 {
		s.Events = append(s.Events, train.Event{Elapsed: time.Duration(i) * time.Second, Text: "event number " + strconv.Itoa(i)})
	}
	for _, zoom := range []bool{true, false} {
		m := newTestModel(&stub{snap: s}, 120, 40)
		press(m, "4")
		if zoom {
			press(m, "z")
		}
		rows := m.logRows()
		for range 60 {
			press(m, "k")
		}
		if want := 40 - rows; m.logBack != want {
			t.Errorf("zoom %v: scrolled back by %d, want %d", zoom, m.logBack, want)
		}
		if got := strings.Count(m.View(), "event number"); got != rows {
			t.Errorf("zoom %v: %d events on %d rows", zoom, got, rows)
		}
		wantSeen(t, m, "event number 0 ")
	}
	s.Events = s.Events[:3]
	m := newTestModel(&stub{snap: s}, 120, 40)
	press(m, "4", "z", "k", "k", "k")
	if m.logBack != 0 || strings.Contains(m.View(), "newer") {
		t.Errorf("three lines scroll by %d", m.logBack)
	}
}

func TestFailureOfTheCommandLine(t *testing.T) {
	s := &train.Snapshot{Phase: train.PhaseFailed, Err: `recipe "sgd:lr=x": lr is a number`}
	m := newTestModel(&stub{snap: s}, 80, 24)
	wantSeen(t, m, "there is no data", "--data")
	s.Misconfigured = true
	wantSeen(t, m, "lr is a number", "The command line must change")
	if strings.Contains(m.View(), "data") {
		t.Errorf("advice about data:\n%s", m.View())
	}
}

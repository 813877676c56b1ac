package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// set is a change of a number.
func set(setting string, run int, value float64) view.Command {
	return view.Command{Kind: view.Set, Setting: setting, Run: run, Value: value}
}

func TestPauseAndResume(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	src.react = func(c view.Command) {
		if c.Kind != view.StepOnce {
			src.run(c.Run).State = map[view.CommandKind]view.State{view.Pause: view.Paused, view.Resume: view.Running}[c.Kind]
		}
	}
	m := newTestModel(src, 120, 40)
	press(m, "j", " ")
	wantSeen(t, m, "‖ paused", "▶ 2  ‖ 1")
	press(m, "n", " ")
	wantAsked(t, src,
		view.Command{Kind: view.Pause, Run: 1}, view.Command{Kind: view.StepOnce, Run: 1}, view.Command{Kind: view.Resume, Run: 1})
}

// A run that is about to pause is resumed by space, not paused twice.
func TestPendingIsRespected(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	src.run(0).Pending = view.Pausing
	tick(m, time.Unix(1, 0))
	wantSeen(t, m, "pausing…")
	press(m, " ")
	wantAsked(t, src, view.Command{Kind: view.Resume, Run: 0})
}

func TestPauseAll(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	src.run(1).State = view.Paused
	tick(m, time.Unix(1, 0))
	press(m, "P")
	wantAsked(t, src, view.Command{Kind: view.Pause, Run: 0}, view.Command{Kind: view.Pause, Run: 2})
	src.asked = nil
	src.run(0).State, src.run(2).State = view.Paused, view.Stopped
	tick(m, time.Unix(2, 0))
	press(m, "P")
	wantAsked(t, src, view.Command{Kind: view.Resume, Run: 0}, view.Command{Kind: view.Resume, Run: 1})
}

func TestLearningRateAndBatch(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	src.react = func(c view.Command) {
		if c.Setting == "lr" {
			src.run(0).LR = c.Value
		}
	}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]", "[", "[", "{", "}")
	wantAsked(t, src,
		set("lr", 0, 0.125), set("lr", 0, 0.15625), set("lr", 0, 0.125), set("lr", 0, 0.1), set("batch", 0, 32), set("batch", 0, 128))
	src.asked = nil
	press(m, "j", "j", "{") // svrg's batch is 1
	wantAsked(t, src)
	wantSeen(t, m, "the smallest there is")
}

// A key pressed again before the run has taken the change goes on from it, for
// as long as the source has not answered, however long that is.
func TestSettingsOnTheirWay(t *testing.T) {
	src := &stub{snap: sample(2, 40), quiet: true}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]", "}", "}", "j", "]")
	wantAsked(t, src,
		set("lr", 0, 0.125), set("lr", 0, 0.15625), set("batch", 0, 128), set("batch", 0, 256), set("lr", 1, 0.00125))
	src.asked = nil
	tick(m, time.Unix(5, 0))
	tick(m, time.Unix(5000, 0))
	press(m, "]")
	wantAsked(t, src, set("lr", 1, 0.0015625))
	if !m.brisk {
		t.Error("ticks are slow though a command is on its way")
	}
}

// What the source has refused is forgotten: keys go on from what the run has.
func TestSettingsThatAreRefused(t *testing.T) {
	src := &stub{snap: sample(2, 40), quiet: true}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]")
	src.refuse(src.ids[0], "sgd: no rate like this")
	src.refuse(src.ids[1], "sgd: nor like that")
	tick(m, time.Unix(5, 0))
	if got := footerWords(m); !strings.Contains(got, "nor like that") {
		t.Errorf("the reason is not in the footer: %q", got)
	}
	wantSeen(t, m, "no rate like this") // it stays in the log
	src.asked = nil
	press(m, "]")
	wantAsked(t, src, set("lr", 0, 0.125))
}

// Whose answer was dropped from the log with other old events is not waited
// for any more.
func TestAsksThatWereLost(t *testing.T) {
	src := &stub{snap: sample(2, 40), quiet: true}
	m := newTestModel(src, 120, 40)
	press(m, "]")
	src.answer(src.ids[0])
	for range 5 {
		src.tell(view.Event{Text: "something else"})
	}
	src.snap.Events = src.snap.Events[4:]
	tick(m, time.Unix(5, 0))
	src.asked = nil
	press(m, "]")
	wantAsked(t, src, set("lr", 0, 0.125))
}

// A run may have come to any of the values that were asked for on the way to
// the latest; where something else has set it, that is what keys go on from
// once all answers are there.
func TestSettingsArriveOneByOne(t *testing.T) {
	src := &stub{snap: sample(1, 40), quiet: true}
	m := newTestModel(src, 120, 40)
	press(m, "]", "]")
	src.run(0).LR = 0.125
	src.answer(src.ids[0])
	press(m, "]")
	src.run(0).LR = 0.15625
	src.answer(src.ids[1])
	press(m, "]")
	src.run(0).LR = 0.02 // it was switched
	src.answer(src.ids[2])
	src.answer(src.ids[3])
	tick(m, time.Unix(5, 0))
	press(m, "]")
	var got []float64
	for _, c := range src.asked {
		got = append(got, c.Value)
	}
	if want := []float64{0.125, 0.15625, 0.195312, 0.24414, 0.025}; !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// Keys typed fast arrive in one message; pasted text is no command.
func TestKeysTypedTogether(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj]")})
	wantAsked(t, src, set("lr", 2, 0.025))
	_, cmd := m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true})
	if quits(cmd) || m.Over != nil {
		t.Error("a pasted q is taken for a command")
	}
}

func TestErrorsAreShownAndFade(t *testing.T) {
	src := &stub{snap: sample(1, 40), err: errors.New("sgd: no such luck")}
	m := newTestModel(src, 120, 40)
	start := time.Unix(1000, 0)
	tick(m, start)
	press(m, " ")
	if !strings.Contains(footerWords(m), "no such luck") {
		t.Errorf("footer: %s", footerWords(m))
	}
	tick(m, start.Add(10*time.Second))
	if strings.Contains(footerWords(m), "no such luck") {
		t.Error("the error never fades")
	}
	wantSeen(t, m, "no such luck") // it stays in the log
}

func TestStopAndRestartAsk(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "x")
	wantSeen(t, m, "Stop sgd? Its curve stays.")
	press(m, "n", "r", "esc")
	wantAsked(t, src)
	press(m, "x", "y", "r", "y")
	wantAsked(t, src, view.Command{Kind: view.Stop}, view.Command{Kind: view.Restart})
	src.asked = nil
	src.run(0).State = view.Stopped
	tick(m, time.Unix(1, 0))
	press(m, "r", "c")
	wantAsked(t, src, view.Command{Kind: view.Restart}, view.Command{Kind: view.Branch})
}

func TestAddARun(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "a", "s", "v", "tab", ":", "b", "tab", "4", "x")
	if got := m.Over.(fmt.Stringer).String(); got != "svrg:batch=4x" {
		t.Fatalf("typed and completed: %q", got)
	}
	press(m, "enter")
	if m.Over == nil {
		t.Fatal("a wrong recipe is taken")
	}
	wantSeen(t, m, "batch is a number")
	press(m, "backspace", "enter")
	wantAsked(t, src, view.Command{Kind: view.Add, Recipe: "svrg:batch=4"})
}

// A key that drives a run says why it does nothing for one that has ended.
func TestKeysOfARunThatHasEnded(t *testing.T) {
	for _, key := range []string{" ", "n", "o", "[", "]", "{", "}", "x"} {
		src := &stub{snap: sample(3, 40)}
		src.run(2).State = view.Budget
		m := newTestModel(src, 120, 40)
		press(m, "j", "j", key)
		wantAsked(t, src)
		if got, want := footerWords(m), "svrg has ended: r restarts it, c branches it"; !strings.Contains(got, want) || m.Over != nil {
			t.Errorf("after %q: footer %q, want %q", key, got, want)
		}
		press(m, "k")
		if strings.Contains(footerWords(m), "has ended") {
			t.Errorf("after %q and k the footer still says %q", key, footerWords(m))
		}
	}
	src := &stub{snap: sample(1, 40)}
	src.run(0).State = view.Diverged
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
	src.run(0).State, src.run(0).Batch = view.Running, 0
	press(m, "?", "esc", "n")
	wantSeen(t, m, "sgd is not paused")
	press(m, "{")
	wantSeen(t, m, "sgd has no batch size")
	src.replay = true // nothing is taken, and nothing to advise
	src.run(0).State = view.Budget
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
	m.Flash = pane.Flash{Text: "no such luck", Until: time.Unix(9, 0)}
	press(m, "ü")
	if !strings.Contains(footerWords(m), "no such luck") {
		t.Error("a key without a meaning takes the message away")
	}
	press(m, "t")
	if strings.Contains(footerWords(m), "no such luck") {
		t.Error("the message outlives a key that does something")
	}
}

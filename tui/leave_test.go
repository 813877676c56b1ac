package tui

import (
	"errors"
	"fmt"
	"testing"

	"optwatch/train/view"
)

func TestQuittingGoldens(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {60, 20}, {40, 12}} {
		m := newTestModel(going(), size[0], size[1])
		press(m, "q")
		wantSeen(t, m, "leave it running", "stop and save", "stay")
		golden(t, fmt.Sprintf("quitting-%dx%d.txt", size[0], size[1]), m.View())
	}
}

// Nothing that goes on with nobody looking is stopped by leaving: neither by q
// twice nor by enter nor by ctrl+c twice, on a screen of whatever size.
func TestLeavingItRunning(t *testing.T) {
	for _, w := range []int{120, 39} {
		for _, keys := range [][]string{{"q", "q"}, {"q", "enter"}, {"ctrl+c", "ctrl+c"}, {"q", "esc", "q", "q"}} {
			if w < 40 && keys[1] == "enter" {
				continue
			}
			src := going()
			m := newTestModel(src, w, 40)
			for i, key := range keys {
				if quit, last := quits(press(m, key)), i == len(keys)-1; quit != last {
					t.Errorf("%d columns, %v: after %d keys it quits: %v", w, keys, i+1, quit)
				}
			}
			wantAsked(t, src)
		}
	}
}

// Whoever leaves a watch is told that nothing that is watched ends with it, whether
// any of that goes on or not, and may end the watch.
func TestLeavingAWatch(t *testing.T) {
	for _, ended := range []bool{false, true} {
		src := going()
		dress := src.dress
		src.dress = func(s *view.Snapshot) {
			dress(s)
			s.Leaving = view.LeavesWatching
			for i := range s.Runs {
				if ended {
					s.Runs[i].State = view.Finished
				}
			}
		}
		m := newTestModel(src, 120, 40)
		if quits(press(m, "q")) {
			t.Fatal("it quits without a question")
		}
		wantSeen(t, m, "What is watched goes on by itself", "optwatch attach k7q2m", "leave it running", "end the watch", "stay")
		if quits(press(m, "s")) {
			t.Fatal("it quits before the watch has ended")
		}
		wantAsked(t, src, view.Command{Kind: view.Finish})
		wantSeen(t, m, "The watch is being ended and saved")
	}
}

func TestInterruptSaysWhatGoesOn(t *testing.T) {
	m := newTestModel(going(), 120, 40)
	press(m, "ctrl+c")
	wantSeen(t, m, "ctrl+c again quits: leave it running")
}

// Who asks to stop and save sees that until it is done, and then the screen
// closes by itself.
func TestStopAndSave(t *testing.T) {
	for _, w := range []int{120, 39} {
		src := going()
		m := newTestModel(src, w, 40)
		if quits(press(m, "q", "s")) {
			t.Fatalf("%d columns: it quits before anything has stopped", w)
		}
		wantAsked(t, src, view.Command{Kind: view.Finish})
		wantSeen(t, m, "stopp")
		press(m, " ", "o", "x", "z", "s", "esc")
		wantAsked(t, src, view.Command{Kind: view.Finish})
		if again(m); m.stopping() == nil {
			t.Fatal("a key or a tick has closed what is waited for")
		}
		src.snap.Phase = view.PhaseEnded
		if cmd := tick(m, m.Now); !quits(cmd) {
			t.Errorf("%d columns: it stays when all has stopped", w)
		}
	}
	m := newTestModel(going(), 120, 40)
	if !quits(press(m, "q", "s", "q")) {
		t.Error("q does not leave before all has stopped")
	}
}

// What the source has against stopping is said, and the screen is as before.
func TestStoppingIsRefused(t *testing.T) {
	src := going()
	src.quiet = true
	m := newTestModel(src, 120, 40)
	press(m, "q", "s")
	src.refuse(src.ids[0], "the disk is full")
	again(m)
	wantSeen(t, m, "the disk is full")
	if m.Over != nil {
		t.Error("it still waits")
	}
	src.err = errors.New("not now")
	press(m, "q", "s")
	wantSeen(t, m, "not now")
	if m.Over != nil {
		t.Error("it waits for what was not taken")
	}
	press(m, " ")
}

// Where a source cannot be asked to stop, that is no answer; where it takes no
// command at all, and where all has ended, nothing is asked.
func TestLeavingAsksNoMoreThanItCan(t *testing.T) {
	src := going()
	dress := src.dress
	src.dress = func(s *view.Snapshot) { dress(s); s.Accepts = []view.CommandKind{view.Pause} }
	m := newTestModel(src, 120, 40)
	press(m, "q")
	wantSeen(t, m, "leave it running")
	if seen(m, "stop and save") {
		t.Error("an answer is offered that the source does not take")
	}
	press(m, "s")
	wantAsked(t, src)

	src.dress = func(s *view.Snapshot) { dress(s); s.Accepts = nil }
	if !quits(press(newTestModel(src, 120, 40), "q")) {
		t.Error("whoever only looks is asked")
	}
	src = going()
	for i := range src.snap.Runs {
		src.run(i).State = view.Budget
	}
	if !quits(press(newTestModel(src, 120, 40), "q")) {
		t.Error("it asks though all has ended")
	}
}

// What ends with its viewer says whether it is saved, and how it goes on.
func TestLeavingWhatEnds(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	const saved = "optwatch resume k7q2m"
	for record, want := range map[view.Record]bool{{}: false, {Name: "k7q2m"}: true, {Name: "k7q2m", Trouble: "disk full"}: false} {
		src.dress = func(s *view.Snapshot) { s.Record = record }
		m := newTestModel(src, 120, 40)
		press(m, "q")
		wantSeen(t, m, "2 runs have not ended.", "stop all and quit")
		if seen(m, saved) != want {
			t.Errorf("%+v: says how it goes on: %v, want %v", record, !want, want)
		}
	}
}

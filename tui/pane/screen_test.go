package pane

import (
	"errors"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// desk is a source that answers commands when it is told to.
type desk struct {
	snap    view.Snapshot
	asked   []view.Command
	refuses error // what Do says at once
	number  uint64
}

func (d *desk) Snapshot() *view.Snapshot {
	s := d.snap
	return &s
}

func (d *desk) Do(c view.Command) error {
	if d.refuses != nil {
		return d.refuses
	}
	d.asked = append(d.asked, c)
	return nil
}

func (d *desk) Offer(view.Command) view.Offer { return view.Offer{} }

// tells adds an event, and drops old ones if there are more than ten.
func (d *desk) tells(e view.Event) {
	d.number++
	e.Number = d.number
	d.snap.Events = append(d.snap.Events[max(0, len(d.snap.Events)-9):len(d.snap.Events):len(d.snap.Events)], e)
}

func (d *desk) chatter(n int) {
	for range n {
		d.tells(view.Event{Kind: view.EventInfo, Text: "something"})
	}
}

// newDesk is a source with a past, and a screen that looks at it.
func newDesk() (*desk, *Screen) {
	d := &desk{snap: view.Snapshot{Phase: view.PhaseTraining, Accepts: []view.CommandKind{view.Pause}}}
	d.chatter(3)
	return d, NewScreen(draw.NewTheme(&strings.Builder{}, false, true), d, 7)
}

var setLR = view.Command{Kind: view.Set, Run: 1, Setting: "lr", Value: 0.2}

func wantSent(t *testing.T, s *Screen, n int) {
	t.Helper()
	if got := len(s.Sent()); got != n {
		t.Errorf("%d commands are on their way, want %d", got, n)
	}
}

// A command is on its way from the moment the source takes it until the event
// with its identity comes, however many snapshots that takes.
func TestCommandIsOnItsWayUntilItIsAnswered(t *testing.T) {
	d, s := newDesk()
	if !s.Send(setLR) || !s.Send(view.Command{Kind: view.Pause, Run: 1}) {
		t.Fatal("the source does not take a command")
	}
	if a, b := d.asked[0].ID, d.asked[1].ID; a == b || a == 0 || a>>32 != 7 {
		t.Errorf("the commands of viewer 7 are called %d and %d", a, b)
	}
	for range 3 {
		d.chatter(1)
		s.Pull()
		wantSent(t, s, 2)
	}
	d.tells(view.Event{Kind: view.EventPause, Command: d.asked[1].ID})
	s.Pull()
	wantSent(t, s, 1)
	d.tells(view.Event{Command: d.asked[0].ID + 1<<32}) // another viewer's
	s.Pull()
	wantSent(t, s, 1)
	d.tells(view.Event{Kind: view.EventSetting, Command: d.asked[0].ID})
	s.Pull()
	wantSent(t, s, 0)
	if s.Flash.Text != "" {
		t.Errorf("what was carried out is shown as %q", s.Flash.Text)
	}
}

// What the source has against a command at once is shown and kept for the log.
func TestRefusedAtOnce(t *testing.T) {
	d, s := newDesk()
	d.refuses = errors.New("no such run")
	if s.Send(setLR) {
		t.Error("a refused command counts as taken")
	}
	wantSent(t, s, 0)
	if s.Flash.Text != "no such run" || !s.Flash.Bad || len(s.Notes) != 1 || s.Notes[0].Kind != view.EventFailed {
		t.Errorf("shown %+v, noted %+v", s.Flash, s.Notes)
	}
}

// What was taken may still be refused; its reason is shown, without what a
// terminal would take for more than text.
func TestRefusedLater(t *testing.T) {
	d, s := newDesk()
	s.Send(setLR)
	s.Send(setLR)
	d.tells(view.Event{Kind: view.EventRefused, Text: "not now", Command: d.asked[0].ID})
	d.tells(view.Event{Kind: view.EventRefused, Text: "the run\x1b[31m has ended", Command: d.asked[1].ID})
	s.Pull()
	wantSent(t, s, 0)
	if s.Flash.Text != "the run has ended" || !s.Flash.Bad {
		t.Errorf("shown: %+v, want the latest reason", s.Flash)
	}
	s.Flash = Flash{}
	s.Pull()
	if s.Flash.Text != "" {
		t.Error("an answer is heard twice")
	}
	d.tells(view.Event{Kind: view.EventRefused, Text: "another viewer's", Command: 1})
	s.Pull()
	if s.Flash.Text != "" {
		t.Errorf("shown: %q, which was said to another viewer", s.Flash.Text)
	}
}

// Where events were dropped before they were seen, an answer may have been
// among them: nothing is waited for that may have come. What is still there is heard.
func TestEventsDroppedUnseen(t *testing.T) {
	d, s := newDesk()
	s.Send(setLR)
	d.tells(view.Event{Command: d.asked[0].ID})
	d.chatter(9)
	s.Pull()
	wantSent(t, s, 0)

	s.Send(setLR)
	s.Send(setLR)
	d.tells(view.Event{Command: d.asked[1].ID})
	d.chatter(9)
	d.tells(view.Event{Kind: view.EventRefused, Text: "too late", Command: d.asked[2].ID})
	s.Pull()
	wantSent(t, s, 0)
	if s.Flash.Text != "too late" {
		t.Errorf("the reason that can still be read is not shown: %+v", s.Flash)
	}

	s.Send(setLR)
	d.chatter(10) // so many that the oldest is the first not seen yet
	s.Pull()
	wantSent(t, s, 1)
}

// A key pressed again goes on from what the setting will be.
func TestComing(t *testing.T) {
	d, s := newDesk()
	coming := func(run int, setting string, want float64) {
		t.Helper()
		if got := s.Coming(run, setting, 0.1); got != want {
			t.Errorf("%s of run %d will be %v, want %v", setting, run, got, want)
		}
	}
	coming(1, "lr", 0.1)
	s.Send(setLR)
	coming(1, "lr", 0.2)
	coming(2, "lr", 0.1)
	coming(1, "batch", 0.1)
	again := setLR
	again.Value = 0.4
	s.Send(again)
	coming(1, "lr", 0.4)
	d.tells(view.Event{Command: d.asked[0].ID})
	s.Pull()
	coming(1, "lr", 0.4)
	d.tells(view.Event{Kind: view.EventRefused, Text: "too large", Command: d.asked[1].ID})
	s.Pull()
	coming(1, "lr", 0.1)
}

func TestAccepts(t *testing.T) {
	d, s := newDesk()
	for phase, want := range map[view.Phase]bool{view.PhaseLoading: false, view.PhaseTraining: true, view.PhaseEnded: true, view.PhaseFailed: false} {
		d.snap.Phase = phase
		s.Pull()
		if s.Ready() != want || s.Accepts(view.Pause) != want || s.Accepts(view.Stop) {
			t.Errorf("in phase %d: ready %t, takes pause %t, takes stop %t", phase, s.Ready(), s.Accepts(view.Pause), s.Accepts(view.Stop))
		}
	}
}

// A key that sends commands has a meaning where the source takes any of them,
// and before that is known.
func TestTakes(t *testing.T) {
	d, s := newDesk() // which takes pause
	looks, pauses, stops, either := &Binding{}, &Binding{Sends: []view.CommandKind{view.Pause}},
		&Binding{Sends: []view.CommandKind{view.Stop}}, &Binding{Sends: []view.CommandKind{view.Stop, view.Pause}}
	for b, want := range map[*Binding]bool{looks: true, pauses: true, stops: false, either: true} {
		if got := s.Takes(b); got != want {
			t.Errorf("a key that sends %v: %v, want %v", b.Sends, got, want)
		}
	}
	absent := &Binding{About: func() bool { return false }}
	if !s.Takes(absent) {
		t.Error("what is not there may come to a source that takes commands")
	}
	d.snap.Accepts = nil
	s.Pull()
	if s.Takes(absent) || !s.Takes(looks) {
		t.Error("what is not there does not come to a source that is only looked at")
	}
	d.snap.Phase = view.PhaseLoading
	s.Pull()
	if !s.Takes(stops) || !s.Takes(absent) {
		t.Error("it is not known yet what the source takes")
	}
}

// What is said fades with the ticks; what failed stays in the log, of which the
// oldest lines go.
func TestSaying(t *testing.T) {
	_, s := newDesk()
	s.Now = time.Unix(1000, 0)
	for say, lasts := range map[string]time.Duration{"say": 4 * time.Second, "warn": 4 * time.Second, "fail": 6 * time.Second} {
		map[string]func(){"say": func() { s.Say(say) }, "warn": func() { s.Warn(say) }, "fail": func() { s.Fail(errors.New(say)) }}[say]()
		s.Flash.Age(s.Now.Add(lasts))
		if s.Flash.Text != say || s.Flash.Bad != (say != "say") {
			t.Errorf("after %v %q has become %+v", lasts, say, s.Flash)
		}
		if s.Flash.Age(s.Now.Add(lasts + 1)); s.Flash.Text != "" {
			t.Errorf("after more than %v there is still %q", lasts, s.Flash.Text)
		}
	}
	for range 150 {
		s.Note(view.EventInfo, "line")
	}
	if len(s.Notes) != 100 || s.Noted != 151 || s.Notes[0].Text != "line" {
		t.Errorf("%d lines of %d, the first %q", len(s.Notes), s.Noted, s.Notes[0].Text)
	}
}

package clients

import (
	"strings"
	"testing"

	"optwatch/train/view"
	"optwatch/tui/runs"
)

func TestDropAndRejoin(t *testing.T) {
	src := &stub{snap: federated(2, 5)}
	b := newBench(src, 120, 40)
	b.press("5", "j", "d")
	wantAsked(t, src, view.Command{Kind: view.DropClient, Run: 2, Client: 1})
	wantSeen(t, b, "dropping…", "d rejoin c1")
	b.press("d") // before the run has come to it
	wantSeen(t, b, "d drop c1")
	if strings.Contains(b.view(), "dropping…") {
		t.Error("still dropping a client that was taken in again")
	}
	src.answer(view.EventSetting, "")
	b.look()
	src.asked, src.snap.Events = nil, nil
	b.press("d")
	src.changed(func(f *view.Federation) { f.Clients[1].State = view.ClientDropped })
	b.look()
	if strings.Contains(b.view(), "dropping…") {
		t.Error("still dropping a client that is dropped")
	}
	b.press("d", "end", "d") // c4 is dropped from the beginning
	wantAsked(t, src, view.Command{Kind: view.DropClient, Run: 2, Client: 1},
		view.Command{Kind: view.RejoinClient, Run: 2, Client: 1}, view.Command{Kind: view.RejoinClient, Run: 2, Client: 4})
	wantSeen(t, b, "joining…")
}

// What was asked for stays in sight until the source answers, whatever becomes
// of it. A command that is not taken was never on its way.
func TestPendingUntilAnswered(t *testing.T) {
	for _, answer := range []struct {
		kind view.EventKind
		text string
	}{{view.EventSetting, ""}, {view.EventRefused, "fedavg: c0 was the last"}} {
		src := &stub{snap: federated(1, 5)}
		b := newBench(src, 120, 40)
		b.press("5", "d")
		for range 3 {
			b.look()
			wantSeen(t, b, "dropping…")
		}
		src.answer(answer.kind, answer.text)
		b.look()
		if strings.Contains(b.view(), "dropping…") {
			t.Errorf("%q: a command that was answered is awaited", answer.text)
		}
		wantSeen(t, b, answer.text)
	}
	src := &stub{snap: federated(1, 5), err: errLast}
	b := newBench(src, 120, 40)
	b.press("5", "d")
	if !strings.Contains(b.footer(), "c0 is the last") || strings.Contains(b.view(), "dropping…") {
		t.Errorf("a refused command: %s", b.footer())
	}
}

func TestEpochsAndMu(t *testing.T) {
	src := &stub{snap: federated(1, 5)}
	src.changed(func(f *view.Federation) { f.Mu = 0.1 })
	b := newBench(src, 120, 40)
	b.press("5", "e")
	wantSeen(t, b, "local epochs of fedavg · now 5", "passes of a client over its data", "enter set · esc cancel")
	b.press("1", "2", "enter")
	wantAsked(t, src, view.Command{Kind: view.Set, Run: 1, Setting: epochs, Value: 12})
	wantSeen(t, b, "E 5→12…")
	b.press("u", "backspace", "0", ".", "2", "5", "enter")
	wantAsked(t, src, view.Command{Kind: view.Set, Run: 1, Setting: epochs, Value: 12}, view.Command{Kind: view.Set, Run: 1, Setting: mu, Value: 0.25})
	wantSeen(t, b, "E 5→12… · μ 0.1→0.25…")
	b.press("e", "8", "enter") // the later counts, and stands last
	wantSeen(t, b, "μ 0.1→0.25… · E 5→8…")
	if strings.Contains(b.view(), "12…") {
		t.Errorf("a change that was overtaken is awaited:\n%s", b.view())
	}
	b.press("e", "enter") // back to what it is, before it is another
	wantSeen(t, b, "μ 0.1→0.25…")
	if strings.Contains(b.view(), "E 5→") {
		t.Errorf("a change that was taken back is awaited:\n%s", b.view())
	}
	src.asked = nil
	src.changed(func(f *view.Federation) { f.Mu, f.Epochs = 0.25, 12 })
	b = newBench(src, 120, 40)
	if strings.Contains(b.view(), "→") {
		t.Errorf("pending though it is done:\n%s", b.view())
	}
	wantSeen(t, b, "E 12 · μ 0.25")
	b.press("5", "e", "enter")
	wantAsked(t, src)
	wantSeen(t, b, "E is 12 already")
	src.changed(func(f *view.Federation) { f.Mu = 1.0 / 3 }) // more digits than are shown
	b.look()
	b.press("u", "enter")
	wantAsked(t, src)
	wantSeen(t, b, "μ is 0.333333 already")
	b.press("e", "3", "esc")
	if wantAsked(t, src); b.Over != nil {
		t.Error("esc does not leave")
	}
}

// What cannot be is not sent, and said to be wrong as it is typed.
func TestValuesAreChecked(t *testing.T) {
	for _, test := range []struct {
		key, typed string
		ok         bool
	}{
		{"e", "0", false},
		{"e", "-3", false},
		{"e", "1001", false},
		{"e", "2.5", false},
		{"e", "x", false},
		{"e", "1000", true},
		{"e", "1", true},
		{"u", "-1", false},
		{"u", "nan", false},
		{"u", "inf", false},
		{"u", "1e999", false},
		{"u", "0", true},
		{"u", "1e-3", true},
	} {
		src := &stub{snap: federated(1, 5)}
		src.changed(func(f *view.Federation) { f.Mu = 0.1 })
		b := newBench(src, 120, 40)
		b.press("5", test.key)
		b.press(strings.Split(test.typed, "")...)
		if got := strings.Contains(b.view(), "want a"); got == test.ok {
			t.Errorf("%s %s: said to be wrong: %v", test.key, test.typed, got)
		}
		b.press("enter")
		if sent := len(src.asked) == 1; sent != test.ok || (b.Over == nil) != test.ok {
			t.Errorf("%s %s: sent %v, open %v", test.key, test.typed, src.asked, b.Over != nil)
		}
	}
}

// A key of the clients' pane that cannot work says why.
func TestKeysSayWhy(t *testing.T) {
	plain := federated(1, 5)
	plain.Runs = plain.Runs[:1]
	for _, key := range []string{"d", "e", "u", "5"} {
		b := newBench(&stub{snap: plain}, 120, 40)
		b.press(key)
		if got := b.footer(); !strings.Contains(got, "no run is federated") {
			t.Errorf("%s without a federation: %q", key, got)
		}
	}
	for _, key := range []string{"d", "e", "u"} {
		src := &stub{snap: federated(1, 5)}
		b := newBench(src, 120, 40)
		b.press(key)
		if got := b.footer(); !strings.Contains(got, "5 focuses the clients") {
			t.Errorf("%s elsewhere: %q", key, got)
		}
		src.snap.Runs[1].State = view.Budget
		b.press("5", key)
		if got := b.footer(); !strings.Contains(got, "fedavg has ended: r restarts it") {
			t.Errorf("%s after the end: %q", key, got)
		}
		src.snap.Accepts = nil // a replay
		b.Focus = 0
		b.press("5", key)
		if got := b.footer(); strings.Contains(got, "ended") || strings.Contains(got, "focuses") {
			t.Errorf("%s in a replay: %q", key, got)
		}
		wantAsked(t, src)
	}
	src := &stub{snap: federated(1, 5)}
	b := newBench(src, 120, 40)
	b.press("5", "u")
	if got := b.footer(); got != "fedavg has no μ: o switches to a strategy that has" || b.Over != nil {
		t.Errorf("u without μ: %q", got)
	}
}

// A key is offered where the source takes what it sends, and no other.
func TestKeysFollowTheSource(t *testing.T) {
	for _, test := range []struct {
		accepts []view.CommandKind
		want    string
	}{
		{nil, ""},
		{[]view.CommandKind{view.Pause}, ""},
		{[]view.CommandKind{view.Set}, "e epochs"},
		{[]view.CommandKind{view.DropClient}, "d drop c0"},
		{[]view.CommandKind{view.RejoinClient}, ""}, // nobody is left out
	} {
		src := &stub{snap: federated(1, 5)}
		src.snap.Accepts = test.accepts
		b := newBench(src, 120, 40)
		b.press("5")
		if got := b.footer(); got != test.want {
			t.Errorf("accepts %v: %q, want %q", test.accepts, got, test.want)
		}
	}
}

// In the pane the keys drive the run whose clients are shown.
func TestPaneSelectsItsRun(t *testing.T) {
	src := &stub{snap: federated(2, 5)}
	second := src.snap.Runs[2]
	second.ID, second.Name = 3, "fedprox"
	src.snap.Runs = append(src.snap.Runs, second)
	b := newBench(src, 120, 40)
	if b.run != 2 || b.Runs.Selected != 0 {
		t.Fatalf("shows the clients of run %d beside run %d", b.run, b.Runs.Selected)
	}
	b.press("5")
	b.Command(view.Command{Kind: view.Pause}, runs.Goes)
	wantAsked(t, src, view.Command{Kind: view.Pause, Run: 2})
	b.Focus = 2
	for _, step := range []struct {
		by   int
		want string
	}{{1, "─ fedprox · round 12/50"}, {-2, "─ fedavg · round 12/50"}} {
		b.Runs.Move(step.by)
		b.settle()
		wantSeen(t, b, step.want)
	}
}

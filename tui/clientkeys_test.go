package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"optwatch/train"
)

func TestDropAndRejoin(t *testing.T) {
	src := &stub{snap: federated(2, 40, 5)}
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "j", "d")
	wantAsked(t, src, train.Command{Kind: train.DropClient, Run: 2, Client: 1})
	wantSeen(t, m, "dropping…", "d rejoin c1")
	press(m, "d") // before the run has come to it
	wantSeen(t, m, "d drop c1")
	if strings.Contains(m.View(), "dropping…") {
		t.Error("still dropping a client that was taken in again")
	}
	src.asked = nil
	press(m, "d")
	src.changed(func(f *train.FederatedView) { f.Clients[1].State = train.ClientDropped })
	m.lookAgain()
	if len(m.asks) != 0 || strings.Contains(m.View(), "dropping…") {
		t.Error("still dropping a client that is dropped")
	}
	press(m, "d", "end", "d") // c4 is dropped from the beginning
	wantAsked(t, src, train.Command{Kind: train.DropClient, Run: 2, Client: 1},
		train.Command{Kind: train.RejoinClient, Run: 2, Client: 1}, train.Command{Kind: train.RejoinClient, Run: 2, Client: 4})
	wantSeen(t, m, "joining…")
}

// What was asked for stays in sight while the run has commands to carry out,
// and is given up when it was lost.
func TestPendingOfAClientFades(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "d")
	src.run(1).Pending = "changing"
	m.Update(tickMsg{m.chain, time.Unix(9, 0)})
	wantSeen(t, m, "dropping…")
	src.run(1).Pending = ""
	m.Update(tickMsg{m.chain, time.Unix(10, 0)})
	if strings.Contains(m.View(), "dropping…") {
		t.Error("a lost command is awaited for ever")
	}
	src.err = errors.New("fedavg: c0 is the last")
	press(m, "d")
	if !strings.Contains(footerWords(m), "c0 is the last") || strings.Contains(m.View(), "dropping…") {
		t.Errorf("a refused command: %s", footerWords(m))
	}
}

func TestEpochsAndMu(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.changed(func(f *train.FederatedView) { f.Mu = 0.1 })
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "e")
	wantSeen(t, m, "local epochs of fedavg now 5", "enter set")
	press(m, "1", "2", "enter")
	wantAsked(t, src, train.Command{Kind: train.SetEpochs, Run: 1, Value: 12})
	wantSeen(t, m, "E 5→12…")
	press(m, "u", "backspace", "0", ".", "2", "5", "enter")
	wantAsked(t, src, train.Command{Kind: train.SetEpochs, Run: 1, Value: 12}, train.Command{Kind: train.SetMu, Run: 1, Value: 0.25})
	wantSeen(t, m, "E 5→12… · μ 0.1→0.25…")
	src.changed(func(f *train.FederatedView) { f.Mu, f.Epochs = 0.25, 12 })
	m.lookAgain()
	if strings.Contains(m.View(), "→") {
		t.Errorf("pending though it is done:\n%s", m.View())
	}
	wantSeen(t, m, "E 12 · μ 0.25")
	src.asked = nil
	press(m, "e", "enter")
	wantAsked(t, src)
	wantSeen(t, m, "E is 12 already")
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
		src := &stub{snap: federated(1, 40, 5)}
		src.changed(func(f *train.FederatedView) { f.Mu = 0.1 })
		m := newFederatedModel(src, 120, 40)
		press(m, "5", test.key)
		press(m, strings.Split(test.typed, "")...)
		if got := strings.Contains(m.View(), "want a"); got == test.ok {
			t.Errorf("%s %s: said to be wrong: %v", test.key, test.typed, got)
		}
		press(m, "enter")
		if sent := len(src.asked) == 1; sent != test.ok || (m.over == nil) != test.ok {
			t.Errorf("%s %s: sent %v, open %v", test.key, test.typed, src.asked, m.over != nil)
		}
	}
}

// A key of the clients' pane that cannot work says why.
func TestKeysOfClientsSayWhy(t *testing.T) {
	plain := &stub{snap: sample(1, 40)}
	for _, key := range []string{"d", "e", "u", "5"} {
		m := newFederatedModel(plain, 120, 40)
		press(m, key)
		if got := footerWords(m); !strings.Contains(got, "no run is federated") {
			t.Errorf("%s without a federation: %q", key, got)
		}
	}
	for _, key := range []string{"d", "e", "u"} {
		src := &stub{snap: federated(1, 40, 5)}
		m := newFederatedModel(src, 120, 40)
		press(m, key)
		if got := footerWords(m); !strings.Contains(got, "5 focuses the clients") {
			t.Errorf("%s elsewhere: %q", key, got)
		}
		src.run(1).State = train.Budget
		press(m, "5", key)
		if got := footerWords(m); !strings.Contains(got, "fedavg has ended: r restarts it") {
			t.Errorf("%s after the end: %q", key, got)
		}
		src.snap.Accepts = nil // a replay
		press(m, "3", "5", key)
		if got := footerWords(m); strings.Contains(got, "ended") || strings.Contains(got, "focuses") {
			t.Errorf("%s in a replay: %q", key, got)
		}
		wantAsked(t, src)
	}
	src := &stub{snap: federated(1, 40, 5)}
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "u")
	if got := footerWords(m); !strings.Contains(got, "fedavg has no μ") || m.over != nil {
		t.Errorf("u without μ: %q", got)
	}
}

// In the pane the keys drive the run whose clients are shown.
func TestPaneSelectsItsRun(t *testing.T) {
	src := &stub{snap: federated(2, 40, 5)}
	second := src.snap.Runs[2]
	second.ID, second.Name = 3, "fedprox"
	src.snap.Runs = append(src.snap.Runs, second)
	m := newFederatedModel(src, 120, 40)
	if m.roster.run != 2 || m.selected != 0 {
		t.Fatalf("shows the clients of run %d beside run %d", m.roster.run, m.selected)
	}
	press(m, "5", " ")
	wantAsked(t, src, train.Command{Kind: train.Pause, Run: 2})
	press(m, "3", "j")
	wantSeen(t, m, "─ fedprox · round 12/50")
	press(m, "k", "k")
	wantSeen(t, m, "─ fedavg · round 12/50")
}

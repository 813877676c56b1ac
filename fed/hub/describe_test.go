package hub

import (
	"crypto/ed25519"
	"math"
	"testing"
	"time"

	"optwatch/fed/wire"
	"optwatch/train/view"
)

// What a client does follows from when it was heard of, and of what.
func TestDescribe(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	ms := newMembers(nil, 20, func() time.Time { return now }, func([]keptMember) error { return nil }, func(k int, _ ed25519.PublicKey) string { return number(k) }, func(int) {})
	tr := &transport{hub: &Hub{members: ms}}
	ask := func(k int) {
		a := &asked{id: "ask"}
		a.ask.Task.Client = k
		if tr.round == nil {
			tr.round = &round{}
		}
		tr.round.order = append(tr.round.order, a)
	}
	ago := func(seconds float64) time.Time { return now.Add(-time.Duration(seconds * float64(time.Second))) }
	var want []view.ClientState
	add := func(m Member, state string, asked bool, does view.ClientState) {
		k := len(want)
		key := make(ed25519.PublicKey, ed25519.PublicKeySize)
		key[0] = byte(k)
		m.Client, m.Accepted = k, state == wire.Accepted
		if !m.Accepted {
			m.Client = -1
		}
		ms.by[string(key)] = &member{Member: m, key: key, client: k, state: state}
		if asked {
			ask(k)
		}
		want = append(want, does)
	}
	add(Member{Name: "lab", Host: "box", Version: "0.1.0", Load: "gpu 7 %", Heard: ago(1), RoundTrip: 2 * time.Millisecond, Up: 5, Down: 7, Doing: "ask"}, wire.Accepted, true, view.ClientTraining)
	add(Member{Heard: ago(1), Doing: "ask", Sending: true}, wire.Accepted, true, view.ClientSending)
	add(Member{Heard: ago(1), Sent: "ask"}, wire.Accepted, true, view.ClientSending)
	add(Member{Heard: ago(7), Doing: "ask"}, wire.Accepted, true, view.ClientSilent)
	add(Member{Heard: ago(31), Doing: "ask"}, wire.Accepted, true, view.ClientGone)
	add(Member{Heard: ago(31)}, wire.Accepted, false, view.ClientGone)
	add(Member{Heard: ago(7)}, wire.Accepted, false, view.ClientTraining)
	add(Member{Heard: ago(0.1), Since: ago(2), Back: true}, wire.Accepted, true, view.ClientRejoining)
	add(Member{Heard: ago(0.1), Since: ago(2), Back: true, Doing: "ask"}, wire.Accepted, true, view.ClientTraining)
	add(Member{Heard: ago(0.1), Since: ago(20), Back: true}, wire.Accepted, true, view.ClientTraining)
	add(Member{}, wire.Accepted, true, view.ClientGone) // known, and not there yet since the coordinator is
	add(Member{Heard: ago(1)}, wire.Waiting, false, view.ClientWaiting)
	want = append(want, view.ClientAbsent)

	clients := make([]view.Client, len(want)+1)
	for k := range clients {
		clients[k] = view.Client{ID: k, State: view.ClientTraining}
	}
	clients[len(want)].State = view.ClientDropped
	tr.Describe(clients)
	for k, state := range want {
		if clients[k].State != state {
			t.Errorf("client %d is %v, want %v", k, clients[k].State, state)
		}
	}
	if s := clients[len(want)].State; s != view.ClientDropped {
		t.Errorf("one that is dropped is %v", s)
	}
	if got, want := clients[0].Machine, (view.Machine{Name: "lab", Host: "box", Version: "0.1.0", Load: "gpu 7 %", RoundTrip: 0.002, Heard: 1, Up: 5, Down: 7}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if m := clients[len(want)-1].Machine; !math.IsNaN(m.Heard) || !math.IsNaN(m.RoundTrip) {
		t.Errorf("of one that is not there: %+v", m)
	}
}

// One that was heard of before, and then not for a while, has come back.
func TestBack(t *testing.T) {
	m, at := &member{}, time.Unix(1000, 0)
	for _, c := range []struct {
		after time.Duration
		back  bool
	}{{0, false}, {time.Second, false}, {quiet + time.Second, true}, {time.Second, true}} {
		at = at.Add(c.after)
		if m.heard(at); m.Back != c.back {
			t.Errorf("at %v: back %t, want %t", at, m.Back, c.back)
		}
	}
}

package clients

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
)

// remote puts the clients of a stub's federations on machines of their own.
func remote(s *stub) *stub {
	s.changed(func(f *view.Federation) {
		for i := range f.Clients {
			f.Clients[i].Machine = view.Machine{
				Name: fmt.Sprintf("site-%d", i), Host: fmt.Sprintf("box%d", i), Version: "0.1.0", RoundTrip: 0.0021 * float64(1+i%500), Heard: float64(i % 90),
				Up: 62_800 * int64(1+i%7), Down: 125_600 * int64(1+i%11),
			}
		}
	})
	return s
}

// Clients on machines of their own are told by these, as far as there is room;
// who a client is and what it does always.
func TestMachineColumns(t *testing.T) {
	b := newBench(remote(&stub{snap: federated(1, 5)}), 200, 20)
	wantSeen(t, b, "client host", "trip heard up down version", "c3 site-3@box3", "8.4 ms 3 s 251 kB 502 kB 0.1.0")
	for w := 38; w < 220; w++ {
		row := b.newTable(b.shown(), w).row(&b.federation.Clients[1], w)
		if got := strings.TrimRight(ansi.Strip(row), " "); !strings.HasSuffix(got, "training") || !strings.Contains(got, "1/5") || w >= 58 && !strings.Contains(got, "site-1@box1") {
			t.Errorf("%d columns: %q", w, got)
		}
	}
	b = newBench(&stub{snap: federated(1, 5)}, 200, 20)
	if s := b.view(); strings.Contains(s, "host") || strings.Contains(s, "trip") || strings.Contains(s, "version") {
		t.Errorf("clients of one process have machines:\n%s", s)
	}
}

// What a client on another machine does, and since when nothing is known of it.
func TestMachineStates(t *testing.T) {
	b := newBench(remote(&stub{snap: federated(1, 5)}), 160, 40)
	for _, c := range []struct {
		state view.ClientState
		heard float64
		want  string
	}{
		{view.ClientTraining, 0.4, "training"},
		{view.ClientSending, 0.4, "sending"},
		{view.ClientSilent, 7.2, "silent 7 s"},
		{view.ClientGone, 185, "gone 3:05"},
		{view.ClientGone, nan, "gone"},
		{view.ClientRejoining, 0, "rejoining"},
		{view.ClientWaiting, 0, "waiting"},
		{view.ClientAbsent, nan, "absent"},
		{view.ClientAbsent + 1, nan, "—"},
	} {
		k := b.federation.Clients[1]
		k.State, k.Heard = c.state, c.heard
		if got, _ := b.state(&k, 20); got != c.want {
			t.Errorf("state %d, heard of %g s ago: %q, want %q", c.state, c.heard, got, c.want)
		}
	}
}

// The orders by what is known of machines are there where clients have some.
func TestSortMachines(t *testing.T) {
	src := remote(&stub{snap: federated(1, 4)})
	src.changed(func(f *view.Federation) {
		for i, m := range []view.Machine{{RoundTrip: 2, Heard: nan, Up: 1}, {RoundTrip: nan, Heard: 5, Up: 3}, {RoundTrip: 9, Heard: 1, Up: 2, Down: 9}, {RoundTrip: 2, Heard: 7}} {
			f.Clients[i].Machine = m
		}
	})
	b := newBench(src, 100, 20)
	b.press("5", "S", "S", "S", "S", "S")
	for _, want := range []struct{ order, name string }{
		{"c2 c0 c3 c1", "by round trip"}, {"c3 c1 c2 c0", "by last heard"}, {"c2 c1 c0 c3", "by bytes"}, {"c0 c1 c2 c3", ""},
	} {
		b.press("S")
		if got := strings.Join(shownClients(b), " "); got != want.order {
			t.Errorf("%s: got %s, want %s", want.name, got, want.order)
		}
		wantSeen(t, b, want.name)
	}
	b.press("S", "S", "S", "S", "S", "S")
	src.snap = federated(1, 4)
	b.look()
	if b.sorted != byClient {
		t.Error("clients of one process are sorted by their machines")
	}
}

// What the selected client's machine does stands in a line, where it tells that.
func TestLoad(t *testing.T) {
	src := remote(&stub{snap: federated(1, 5)})
	src.changed(func(f *view.Federation) { f.Clients[1].Load = "gpu 71 % · 64 °C\x1b[1m · cpu 94 %" })
	b := newBench(src, 100, 20)
	b.press("5")
	if strings.Contains(b.view(), "cpu") {
		t.Error("the load of a client that is not selected")
	}
	b.press("j")
	wantSeen(t, b, "c1 site-1@box1 gpu 71 % · 64 °C · cpu 94 %")
	checkSize(t, b, "with a load")
}

// 1,000 clients on machines of their own scroll and sort.
func TestManyMachines(t *testing.T) {
	b := newBench(remote(&stub{snap: federated(2, 1000)}), 118, 24)
	b.press("5", "S", "S", "S", "S", "S", "S")
	if got := shownClients(b); len(got) != b.Page() || got[0] != "c499" || got[1] != "c999" || got[2] != "c498" {
		t.Errorf("by round trip: shown %v", got)
	}
	b.press("pgdown")
	checkSize(t, b, "scrolled")
}

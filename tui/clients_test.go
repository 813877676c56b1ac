package tui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/tui/draw"
)

func sizeMsg(w, h int) tea.Msg { return tea.WindowSizeMsg{Width: w, Height: h} }

func TestClientGoldens(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {64, 20}, {80, 24}, {100, 36}, {120, 30}, {120, 40}} {
		m := newFederatedModel(&stub{snap: federated(3, 120, 5)}, size[0], size[1])
		press(m, "5", "j")
		golden(t, fmt.Sprintf("clients-%dx%d.txt", size[0], size[1]), m.View())
	}
	src := &stub{snap: federated(3, 120, 1000)}
	src.changed(func(f *train.FederatedView) {
		f.Privacy, f.Refused, f.Attempt = hopeless(), []train.Refusal{{Reason: "late", Count: 1204}, {Reason: "not finite", Count: 3}}, 2
		for i := range f.Clients {
			for k := range 10 {
				f.Clients[i].Classes[k] = (37*i + 53*k) % 97 * ((i + k) % 3)
			}
		}
	})
	m := newFederatedModel(src, 160, 50)
	press(m, "5", "S", "S")
	golden(t, "clients-1000.txt", m.View())
	golden(t, "clients-ascii.txt", asciiOf(src))
}

func asciiOf(src train.Source) string {
	m := newFederatedModelWith(src, 120, 40, termenv.Ascii, true, true)
	press(m, "5", "d", "end")
	return m.View()
}

// Every screen with clients is exactly W×H, whatever they are.
func TestEverySizeWithClients(t *testing.T) {
	for _, clients := range []int{0, 1, 10, 1000} {
		src := &stub{snap: federated(3, 40, clients)}
		src.changed(func(f *train.FederatedView) {
			f.Privacy, f.Refused = hopeless(), []train.Refusal{{Reason: "late", Count: 2}}
		})
		m := newFederatedModelWith(src, 80, 24, termenv.ANSI256, false, false)
		for w := 1; w <= 220; w += 1 + w/6 {
			for h := 1; h <= 70; h += 1 + h/5 {
				m.Update(sizeMsg(w, h))
				for p := range panes {
					m.focus = p
					m.settle()
					checkSize(t, m, w, h, fmt.Sprintf("%d clients, pane %d", clients, p))
				}
			}
		}
	}
}

// wildFederation is a federation with numbers and texts that nobody should send.
func wildFederation(r *rand.Rand) *train.FederatedView {
	values := []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 0.92}
	pick := func() float64 { return values[r.IntN(len(values))] }
	texts := []string{"", "late", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining"}
	text := func() string { return texts[r.IntN(len(texts))] }
	f := &train.FederatedView{
		Strategy: text(), Partition: text(), Round: r.IntN(1e6) - 5, Limit: r.IntN(2) * 50, Underway: r.IntN(2) == 0, Attempt: r.IntN(4),
		Cohort: r.IntN(20), Answered: r.IntN(20), Epochs: r.IntN(1002) - 1, Mu: pick(), Bytes: r.Int64(),
		Refused: []train.Refusal{{Reason: text(), Count: r.IntN(5)}, {Reason: text(), Count: r.IntN(1e9)}},
	}
	classes := r.IntN(40)
	for i := range r.IntN(40) {
		c := train.ClientView{
			ID: i * r.IntN(1e6), Examples: r.IntN(1e9), State: train.ClientState(r.IntN(12) - 1), Reason: text(), Done: r.Int64N(100) - 10,
			Work: r.Int64N(90) - 10, Loss: pick(), Drift: pick(), Time: pick(), Slowness: pick(),
		}
		for range classes {
			c.Classes = append(c.Classes, r.IntN(9)*r.IntN(2)-1)
		}
		f.Clients = append(f.Clients, c)
	}
	if r.IntN(2) == 0 {
		f.Privacy = &train.PrivacyView{
			Unit: text(), Epsilon: pick(), Delta: pick(), Budget: pick(), Clip: pick(), Noise: pick(), Clipped: pick(), SNR: pick(), Void: text(), Reproduced: true,
		}
	}
	return f
}

func TestWildFederationsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 400 {
		w, h := 1+r.IntN(200), 1+r.IntN(60)
		s := wild(r)
		for k := range s.Runs {
			if r.IntN(2) == 0 {
				s.Runs[k].Federated = wildFederation(r)
			}
			for j := range s.Runs[k].Curve {
				s.Runs[k].Curve[j].Rounds, s.Runs[k].Curve[j].Bytes = r.Int64N(1e6)-9, r.Int64N(1e12)-9
			}
		}
		for k := train.DropClient; k <= train.SetMu; k++ {
			s.Accepts = append(s.Accepts, k)
		}
		src := &stub{snap: s}
		m := newFederatedModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		keys := strings.Split("5 5 5 d e u S S j k pgdown end home pgup enter esc t t t h l z L = v / m", " ")
		for range 8 {
			press(m, keys[r.IntN(len(keys))])
			checkSize(t, m, w, h, fmt.Sprint("wild federation ", i))
			if s := ansi.Strip(m.View()); strings.ContainsAny(s, "\x1b\t\r") {
				t.Fatalf("a control character on the screen: %q", s)
			}
		}
	}
}

// shownClients are the clients on the screen, from the top.
func shownClients(m *model) []string {
	q, _ := m.lay.find(paneClients)
	var out []string
	for _, s := range m.drawClients(q)[1:] {
		word, _, _ := strings.Cut(strings.Trim(ansi.Strip(s), "│▸ "), " ")
		if id := strings.TrimPrefix(word, "c"); id != word && strings.Trim(id, "0123456789") == "" {
			out = append(out, word)
		}
	}
	return out
}

func TestClientsScroll(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(2, 40, 1000)}, 120, 40)
	press(m, "5")
	rows := m.clientRows()
	if got := shownClients(m); len(got) != rows || got[0] != "c0" {
		t.Fatalf("%d rows, shown %v", rows, got)
	}
	wantSeen(t, m, fmt.Sprintf("1–%d of 1 000", rows))
	press(m, "pgdown", "pgdown", "j")
	if got := shownClients(m); m.roster.selected != 2*rows+1 || got[rows-1] != "c"+strconv.Itoa(2*rows+1) {
		t.Errorf("selected %d, shown %v", m.roster.selected, got)
	}
	press(m, "end", "j", "pgdown")
	if got := shownClients(m); m.roster.selected != 999 || got[rows-1] != "c999" {
		t.Errorf("at the end: selected %d, shown %v", m.roster.selected, got)
	}
	wantSeen(t, m, fmt.Sprintf("%d–1 000 of 1 000", 1001-rows))
	press(m, "pgup", "k", "home", "k")
	if got := shownClients(m); m.roster.selected != 0 || got[0] != "c0" {
		t.Errorf("back: selected %d, shown %v", m.roster.selected, got)
	}
	// Where all are seen, no place is said.
	m = newFederatedModel(&stub{snap: federated(2, 40, 5)}, 120, 40)
	if strings.Contains(m.View(), " of 5 ─╯") {
		t.Error("a place though all are in sight")
	}
}

// S sorts by each quantity in turn: the largest first, the unknown last, equal
// ones as they are numbered; the selected client stays the selected one.
func TestClientsSort(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.changed(func(f *train.FederatedView) {
		for i, c := range []train.ClientView{
			{State: train.ClientTraining, Loss: nan, Drift: 2, Time: 1, Examples: 10},
			{State: train.ClientAccepted, Loss: 3, Drift: 2, Time: 4, Examples: 30},
			{State: train.ClientFailed, Loss: 5, Drift: nan, Time: 2, Examples: 20},
			{State: train.ClientTraining, Loss: 1, Drift: 7, Time: nan, Examples: 30},
			{State: train.ClientDropped, Loss: 3, Drift: 1, Time: 3, Examples: 40},
		} {
			c.ID, c.Classes = i, f.Clients[i].Classes
			f.Clients[i] = c
		}
	})
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "j", "j", "j")
	for _, want := range []struct{ order, name string }{
		{"c2 c0 c3 c1 c4", "by state"},
		{"c2 c1 c4 c3 c0", "by loss"},
		{"c3 c0 c1 c4 c2", "by drift"},
		{"c1 c4 c2 c0 c3", "by time"},
		{"c4 c1 c3 c2 c0", "by data"},
		{"c0 c1 c2 c3 c4", ""},
	} {
		press(m, "S")
		if got := strings.Join(shownClients(m), " "); got != want.order {
			t.Errorf("%s: got %s, want %s", want.name, got, want.order)
		}
		wantSeen(t, m, want.name)
		if m.roster.selected != 3 || m.roster.client().ID != 3 {
			t.Errorf("%s: client %d is selected", want.name, m.roster.selected)
		}
	}
	// The selection follows its client while it moves under it.
	press(m, "S", "S")
	src.changed(func(f *train.FederatedView) { f.Clients[3].Loss = 99 })
	m.lookAgain()
	if m.roster.at != 0 || m.roster.client().ID != 3 {
		t.Errorf("row %d, client %d", m.roster.at, m.roster.client().ID)
	}
	if m.sorted != asBegun {
		t.Error("the standings are sorted with the clients")
	}
}

// While the clients move in their order the rows that are watched stay where
// they are; a key brings the selected client back into sight.
func TestLiveOrderIsCalm(t *testing.T) {
	src := &stub{snap: federated(2, 40, 1000)}
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "pgdown", "S", "S")
	chosen := m.roster.selected
	for i := range 20 {
		src.changed(func(f *train.FederatedView) { f.Clients[chosen].Loss = float64(i % 3) })
		m.lookAgain()
		if m.roster.top != 0 || m.roster.selected != chosen {
			t.Fatalf("look %d: from row %d, client %d is selected", i, m.roster.top, m.roster.selected)
		}
	}
	if got := shownClients(m); got[0] == "c0" || len(got) != m.clientRows() {
		t.Errorf("shown %v", got)
	}
	wantSeen(t, m, fmt.Sprintf("d drop c%d", chosen))
	press(m, "z", "z")
	if m.roster.top != 0 {
		t.Error("zooming scrolls to what was out of sight")
	}
	inSight := func(what string) {
		t.Helper()
		if got, want := strings.Join(shownClients(m), " ")+" ", fmt.Sprintf("c%d ", m.roster.selected); !strings.Contains(got, want) {
			t.Errorf("%s: %s is not among %s", what, want, got)
		}
	}
	src.changed(func(f *train.FederatedView) { f.Clients[chosen].Loss = 0.001 })
	m.lookAgain()
	press(m, "k")
	if m.roster.top == 0 {
		t.Error("a key does not scroll to what it selects")
	}
	inSight("after k")
	for _, h := range []int{24, 50, 12, 40} {
		m.Update(sizeMsg(120, h))
		inSight(fmt.Sprint("height ", h))
	}
}

// Unknown is said to be so, and what takes no part has no bar.
func TestClientRows(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	m := newFederatedModel(src, 160, 40)
	row := func(c train.ClientView) string {
		m.lookAgain()
		return strings.Join(strings.Fields(ansi.Strip(m.newCrewTable(&m.snap.Runs[1], m.snap.Runs[1].Federated, 100).row(&c, 100))), " ")
	}
	base := train.ClientView{ID: 4, Examples: 6350, Classes: []int{0, 5, 5, 0, 0, 0, 0, 0, 0, 0}, Work: 500, Done: 300, Loss: 0.0341, Drift: 0.77, Time: 1.03}
	for _, test := range []struct {
		change func(*train.ClientView)
		want   string
	}{
		{func(c *train.ClientView) { c.State = train.ClientTraining }, "c4 1 2 6 350 █████████▌ 3/5 0.034 0.77 1.03× training"},
		{func(c *train.ClientView) { c.State, c.Done = train.ClientSent, 500 }, "c4 1 2 6 350 ████████████████ 5/5 0.034 0.77 1.03× sent"},
		{func(c *train.ClientView) { c.State, c.Done = train.ClientTraining, 0 }, "c4 1 2 6 350 0/5 0.034 0.77 1.03× training"},
		{func(c *train.ClientView) { c.State, c.Reason = train.ClientRejected, "not\x1b[2J finite" }, "c4 1 2 6 350 █████████▌ 3/5 0.034 0.77 1.03× rejected: not finite"},
		{func(c *train.ClientView) { c.State, c.Loss, c.Drift, c.Time = train.ClientDropped, nan, inf, nan }, "c4 1 2 6 350 · — — — — dropped"},
		{func(c *train.ClientView) { c.State, c.Work = train.ClientSelected, 0 }, "c4 1 2 6 350 · — 0.034 0.77 1.03× selected"},
		{func(c *train.ClientView) { c.State, c.Done, c.Loss = train.ClientLate, 900, 1e-9 }, "c4 1 2 6 350 ████████████████ 5/5 1e-9 0.77 1.03× late"},
	} {
		c := base
		test.change(&c)
		if got := row(c); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// Where there is room, how a client fared in all rounds is shown too.
func TestWideClients(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5)}
	src.changed(func(f *train.FederatedView) { f.Clients[1].Accepted, f.Clients[1].Refused = 1234, 17 })
	m := newFederatedModel(src, 120, 40)
	if press(m, "5"); strings.Contains(m.View(), "1 234") {
		t.Error("counts where there is no room for reasons")
	}
	press(m, "z")
	wantSeen(t, m, "averaged  refused", "1 234")
	f := src.snap.Runs[1].Federated
	for w := 40; w < 140; w++ { // whatever fell away, what stands there stands whole
		table := m.newCrewTable(&src.snap.Runs[1], f, w)
		if got := strings.TrimRight(table.row(&f.Clients[1], w), " "); !strings.HasSuffix(got, "training") || !strings.Contains(got, "1/5") {
			t.Errorf("%d columns: %q", w, got)
		}
	}
}

// Few classes are named, many drawn as levels, very many counted.
func TestClassColumn(t *testing.T) {
	s := sample(1, 2)
	m := newTestModel(&stub{snap: s}, 80, 24)
	for _, test := range []struct {
		names       []string
		held        []int
		title, want string
	}{
		{nil, nil, "", ""},
		{[]string{"0", "1", "2"}, []int{4, 0, 7}, "classes", "0 2"},
		{[]string{"0", "1"}, []int{0, 0}, "classes", draw.Unknown},
		{[]string{"shirt\x1b[1m", "boot"}, []int{1, 1}, "classes", "shirt boot"},
		{strings.Split("0123456789", ""), []int{9, 9, 5, 1, 0, 9, 9, 3, 1, 4}, "0123456789", "▇▇▄▁ ▇▇▃▁▄"},
		{strings.Fields("ankle-boots sandals-with-straps"), []int{1, 1}, "c…", "▇▇"},
		{make([]string, 30), []int{1, 0, 1, 1, 1, 1, 1}, "classes", "6 of 30"},
	} {
		s.Data.Classes = test.names
		c := train.ClientView{Classes: test.held}
		col := m.classColumn([]train.ClientView{c})
		if col.title != test.title || col.width == 0 != (test.title == "") {
			t.Errorf("%v: column %q of width %d", test.names, col.title, col.width)
		}
		if col.width > 0 && col.text(&c) != test.want {
			t.Errorf("%v: %q, want %q", test.names, col.text(&c), test.want)
		}
	}
}

// The pane is found by its number, by tab and by its tab, and only where it is.
func TestFocusOfClients(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(2, 40, 5)}, 80, 24)
	wantSeen(t, m, "1 validation accuracy % 2 f − f* · 5 clients")
	press(m, "4", "tab")
	if m.focus != paneClients {
		t.Errorf("tab from the log goes to pane %d", m.focus)
	}
	wantSeen(t, m, "─ 5 fedavg · round 12/50")
	press(m, "tab")
	if m.focus != paneLeft {
		t.Errorf("tab from the clients goes to pane %d", m.focus)
	}
	press(m, "shift+tab", "3")
	wantSeen(t, m, "─ 5 fedavg · round 12/50") // it stays in front until a chart is
	press(m, "2")
	wantSeen(t, m, "2 f − f* 1 validation accuracy % · 5 clients")
	m.Update(sizeMsg(64, 20))
	wantSeen(t, m, " 5 clients ")
	m.Update(sizeMsg(44, 20))
	press(m, "5")
	wantSeen(t, m, " 1  2  3  4 [5 clients]")
	press(m, "z")
	m.Update(sizeMsg(120, 40))
	if len(m.lay.panes) != 1 || len(shownClients(m)) != 5 {
		t.Errorf("z: %+v", m.lay.panes)
	}
	m = newFederatedModel(&stub{snap: sample(2, 40)}, 60, 20)
	press(m, "4", "tab")
	if m.focus != paneLeft || strings.Contains(m.View(), "clients") {
		t.Errorf("clients though no run is federated: pane %d\n%s", m.focus, m.View())
	}
}

func TestFilterWithoutFederation(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(2, 40, 5)}, 120, 40)
	press(m, "5", "/", "s", "g", "d", "enter", "d", "e", "j", "end", "S")
	wantSeen(t, m, "no federated run matches the filter")
	checkSize(t, m, 120, 40, "filtered")
	press(m, "esc")
	wantSeen(t, m, "─ fedavg · round 12/50")
}

func TestClientsWithoutColour(t *testing.T) {
	src := &stub{snap: federated(2, 40, 12)}
	src.changed(func(f *train.FederatedView) {
		f.Privacy, f.Refused = hopeless(), []train.Refusal{{Reason: "late", Count: 2}}
	})
	colour := newFederatedModelWith(src, 120, 40, termenv.ANSI256, false, false)
	table := colour.newCrewTable(&src.snap.Runs[2], src.snap.Runs[2].Federated, 80)
	for state, bar := range map[train.ClientState]string{train.ClientTraining: "\x1b[38;5;36m█", train.ClientSent: "\x1b[38;5;23m█"} {
		if got := table.row(&train.ClientView{State: state, Done: 5, Work: 10}, 80); !strings.Contains(got, bar) {
			t.Errorf("the bar of one that is %s: %q", state, got)
		}
	}
	for _, ascii := range []bool{false, true} {
		m := newFederatedModelWith(src, 120, 40, termenv.ANSI256, ascii, true)
		for _, keys := range [][]string{{"5"}, {"d"}, {"e"}, {"7"}, {"x"}, {"enter", "esc"}, {"t", "t", "t", "t", "h"}} {
			press(m, keys...)
			s := m.View()
			for _, code := range sgrCodes(s) {
				if code != "0" && code != "1" && code != "7" {
					t.Fatalf("after %v: SGR %q is a colour", keys, code)
				}
			}
			if i := strings.IndexFunc(ansi.Strip(s), func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }); ascii && i >= 0 {
				t.Fatalf("after %v: %q is not ASCII", keys, ansi.Strip(s)[i:i+4])
			}
			if ascii && strings.Contains(s, "?  ") {
				t.Errorf("after %v: a character without a substitute:\n%s", keys, s)
			}
		}
	}
}

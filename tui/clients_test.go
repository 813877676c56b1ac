package tui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
)

func TestClientGoldens(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {64, 20}, {80, 24}, {100, 36}, {120, 30}, {120, 40}} {
		m := newTestModel(newFederated(federated(3, 120, 5)), size[0], size[1])
		press(m, "5", "j")
		golden(t, fmt.Sprintf("clients-%dx%d.txt", size[0], size[1]), m.View())
	}
	src := newFederated(federated(3, 120, 1000))
	src.changed(func(f *view.Federation) {
		f.Privacy, f.Refused, f.Attempt = hopeless(), []view.Refusal{{Reason: "late", Count: 1204}, {Reason: "not finite", Count: 3}}, 2
		for i := range f.Clients {
			for k := range 10 {
				f.Clients[i].Classes[k] = (37*i + 53*k) % 97 * ((i + k) % 3)
			}
		}
	})
	m := newTestModel(src, 160, 50)
	press(m, "5", "S", "S")
	golden(t, "clients-1000.txt", m.View())
	golden(t, "clients-ascii.txt", asciiOf(src))
}

func asciiOf(src view.Source) string {
	m := newTestModelWith(src, 120, 40, termenv.Ascii, true, true)
	press(m, "5", "d", "end")
	return m.View()
}

// Every screen with clients is exactly W×H, whatever they are.
func TestEverySizeWithClients(t *testing.T) {
	for _, clients := range []int{0, 1, 10, 1000} {
		src := newFederated(federated(3, 40, clients))
		src.changed(func(f *view.Federation) {
			f.Privacy, f.Refused = hopeless(), []view.Refusal{{Reason: "late", Count: 2}}
		})
		m := newTestModelWith(src, 80, 24, termenv.ANSI256, false, false)
		for w := 1; w <= 220; w += 1 + w/6 {
			for h := 1; h <= 70; h += 1 + h/5 {
				m.Update(sizeMsg(w, h))
				for p := range m.program.Panes() {
					m.Focus = p
					m.fit()
					checkSize(t, m, w, h, fmt.Sprintf("%d clients, pane %d", clients, p))
				}
			}
		}
	}
}

// wildFederation is a federation with numbers and texts that nobody should send.
func wildFederation(r *rand.Rand) *view.Federation {
	values := []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 0.92}
	pick := func() float64 { return values[r.IntN(len(values))] }
	texts := []string{"", "late", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining"}
	text := func() string { return texts[r.IntN(len(texts))] }
	f := &view.Federation{
		Strategy: text(), Partition: text(), Round: r.IntN(1e6) - 5, Limit: r.IntN(2) * 50, Underway: r.IntN(2) == 0, Attempt: r.IntN(4),
		Cohort: r.IntN(20), Answered: r.IntN(20), Epochs: r.IntN(1002) - 1, Mu: pick(), Bytes: r.Int64(),
		Refused: []view.Refusal{{Reason: text(), Count: r.IntN(5)}, {Reason: text(), Count: r.IntN(1e9)}},
	}
	classes := r.IntN(40)
	for i := range r.IntN(40) {
		c := view.Client{
			ID: i * r.IntN(1e6), Examples: r.IntN(1e9), State: view.ClientState(r.IntN(12) - 1), Reason: text(), Done: r.Int64N(100) - 10,
			Work: r.Int64N(90) - 10, Loss: pick(), Drift: pick(), Time: pick(), Slowness: pick(),
		}
		for range classes {
			c.Classes = append(c.Classes, r.IntN(9)*r.IntN(2)-1)
		}
		f.Clients = append(f.Clients, c)
	}
	if r.IntN(2) == 0 {
		f.Privacy = &view.Privacy{
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
		src := newFederated(s)
		m := newTestModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
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
func shownClients(m *shell) []string {
	var out []string
	for _, s := range linesOf(m, paneClients) {
		word, _, _ := strings.Cut(strings.Trim(ansi.Strip(s), "│▸ "), " ")
		if id := strings.TrimPrefix(word, "c"); id != word && strings.Trim(id, "0123456789") == "" {
			out = append(out, word)
		}
	}
	return out
}

// The pane is found by its number, by tab and by its tab, and only where it is.
func TestFocusOfClients(t *testing.T) {
	m := newTestModel(newFederated(federated(2, 40, 5)), 80, 24)
	wantSeen(t, m, "1 validation accuracy % · 2 f − f* · 5 clients")
	press(m, "4", "tab")
	if m.Focus != paneClients {
		t.Errorf("tab from the log goes to pane %d", m.Focus)
	}
	wantSeen(t, m, "─ 5 fedavg · round 12/50")
	press(m, "tab")
	if m.Focus != leftChart {
		t.Errorf("tab from the clients goes to pane %d", m.Focus)
	}
	press(m, "shift+tab", "3")
	wantSeen(t, m, "─ 5 fedavg · round 12/50") // it stays in front until a chart is
	press(m, "2")
	wantSeen(t, m, "2 f − f* · 1 validation accuracy % · 5 clients")
	m.Update(sizeMsg(64, 20))
	wantSeen(t, m, " 5 clients ")
	m.Update(sizeMsg(44, 20))
	press(m, "5")
	wantSeen(t, m, " 1 acc  2 f − f*  3 runs  4 log [5 clients]")
	press(m, "z")
	m.Update(sizeMsg(120, 40))
	if len(m.lay.Panes) != 1 || len(shownClients(m)) != 5 {
		t.Errorf("z: %+v", m.lay.Panes)
	}
	m = newTestModel(newFederated(sample(2, 40)), 60, 20)
	press(m, "4", "tab")
	if m.Focus != leftChart || strings.Contains(m.View(), "clients") {
		t.Errorf("clients though no run is federated: pane %d\n%s", m.Focus, m.View())
	}
}

// A filter that no federation passes leaves the pane empty, and esc brings it back.
func TestFilterWithoutFederation(t *testing.T) {
	m := newTestModel(newFederated(federated(2, 40, 5)), 120, 40)
	press(m, "5", "/", "s", "g", "d", "enter", "d", "e", "j", "end", "S")
	wantSeen(t, m, "no federated run matches the filter")
	checkSize(t, m, 120, 40, "filtered")
	press(m, "esc")
	wantSeen(t, m, "─ fedavg · round 12/50")
}

// The keys of the pane are told to the source, and are pending in it until they
// are answered.
func TestKeysOfClientsAreSent(t *testing.T) {
	src := newFederated(federated(2, 40, 5))
	src.quiet = true
	m := newTestModel(src, 120, 40)
	press(m, "5", "j", "d")
	wantSeen(t, m, "dropping…", "d rejoin c1")
	press(m, "e")
	wantSeen(t, m, "epochs of fedavg · now 5", "enter set")
	press(m, "1", "2", "enter")
	wantSeen(t, m, "E 5→12…")
	wantAsked(t, src, view.Command{Kind: view.DropClient, Run: 2, Client: 1}, view.Command{Kind: view.Set, Run: 2, Setting: "epochs", Value: 12})
	for _, id := range src.ids {
		src.answer(id)
	}
	src.changed(func(f *view.Federation) { f.Epochs, f.Clients[1].State = 12, view.ClientDropped })
	again(m)
	if strings.Contains(m.View(), "→") || strings.Contains(m.View(), "dropping…") {
		t.Errorf("pending though it is done:\n%s", m.View())
	}
	wantSeen(t, m, "E 12 ·", "d rejoin c1")
}

// A federated run shows its round in the standings while it runs.
func TestStandingOfAFederation(t *testing.T) {
	src := newFederated(federated(1, 40, 5))
	src.run(1).Activity = "client 3"
	m := newTestModel(src, 120, 40)
	wantSeen(t, m, "fedavg    ▶ round 12", "▶ 2  0:41")
	src.run(1).State = view.Paused
	again(m)
	wantSeen(t, m, "fedavg    ‖ paused", "▶ 1  ‖ 1  0:41")
	src.run(1).State, src.run(1).Pending = view.Running, view.Changing
	again(m)
	wantSeen(t, m, "fedavg    ▶ changing…")
}

func TestClientsWithoutColour(t *testing.T) {
	src := newFederated(federated(2, 40, 12))
	src.changed(func(f *view.Federation) {
		f.Privacy, f.Refused = hopeless(), []view.Refusal{{Reason: "late", Count: 2}}
	})
	for _, ascii := range []bool{false, true} {
		m := newTestModelWith(src, 120, 40, termenv.ANSI256, ascii, true)
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

// hopeless is privacy whose noise drowns the signal.
func hopeless() *view.Privacy {
	return &view.Privacy{
		Unit: "client", Clients: true, Epsilon: 3.2, Delta: 1e-5, Budget: 8, Clip: 1, Noise: 6, Clipped: 0.4, SNR: 0.02, Reproduced: true,
	}
}

package tui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// typing types a text, each character on its own.
func typing(m *shell, text string) {
	for _, r := range text {
		press(m, string(r))
	}
}

// first is what the palette has selected.
func first(m *shell) string {
	p := m.Over.(*palette)
	all := p.found()
	if len(all) == 0 {
		return ""
	}
	return all[p.at].Name
}

// Every action that can be done now is in the palette, and nothing else, with the
// keys that do it.
func TestPaletteHasWhatCanBeDone(t *testing.T) {
	for _, keys := range [][]string{{}, {"3"}, {"4", "z"}, {"h"}, {" "}} {
		m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
		press(m, keys...)
		want := map[string]bool{}
		for _, b := range m.Keys.ValidIn(m.program.Ground(), pane.Everywhere) {
			for _, a := range b.Actions() {
				want[a.Name] = a.Name != "palette" && a.Name != "quit-now"
			}
		}
		press(m, ":")
		for _, f := range m.Over.(*palette).found() {
			if !want[f.Name] {
				t.Errorf("after %v: %s is listed, twice or though it cannot be done", keys, f.Name)
			}
			want[f.Name] = false
		}
		for name, missing := range want {
			if missing {
				t.Errorf("after %v: %s is not listed", keys, name)
			}
		}
	}
}

// What one wants to do is found by the words for it, by its letters, by its name and
// by its key.
func TestPaletteFinds(t *testing.T) {
	for typed, want := range map[string]string{
		"pause": "pause", "pause all": "pause-all", "lr": "lr-up", "learning": "lr-up", "log x": "log-x", "logarithmic x": "log-x", "optimizer": "switch",
		"optmizer": "switch", "switch": "switch", "L": "log-x", "o": "switch", "bd": "batch-down", "add": "add", "quit": "quit", "QUIT": "quit",
		"diagn": "pane-7", "branch": "branch", "zoom pane": "zoom", "filter": "filter", "smooth": "smooth", "hide": "hide", "compare": "cursor-left",
	} {
		m := newTestModel(&stub{snap: examined()}, 120, 40)
		press(m, ":")
		typing(m, typed)
		if got := first(m); got != want && (want != "lr-up" || got != "lr-down") {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	m := newTestModel(newFederated(federated(3, 40, 4)), 120, 40)
	press(m, "1", ":")
	typing(m, "drop client") // which can be done among the clients
	if got := first(m); got != "pane-5" {
		t.Errorf("from the charts, dropping a client finds %q, want the way to the clients", got)
	}
	m = newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, ":")
	typing(m, "xyzzy")
	wantSeen(t, m, "no action that can be done now")
	before := m.View()
	if press(m, "enter", "down", "pgdown"); m.View() != before {
		t.Error("a key acts on nothing")
	}
}

// enter does what is selected, as its key would, and esc does nothing.
func TestPaletteDoes(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "j", ":")
	typing(m, "pause sel")
	press(m, "enter")
	wantAsked(t, src, view.Command{Kind: view.Pause, Run: 1})
	if m.Over != nil {
		t.Error("the palette stays")
	}
	press(m, ":")
	typing(m, "batch")
	press(m, "down", "enter")
	if n := len(src.asked); n != 2 || src.asked[1].Setting != "batch" {
		t.Errorf("asked for %v", src.asked)
	}
	press(m, ":")
	typing(m, "optimizer")
	if press(m, "enter"); m.Over == nil || m.Over.Mode() != "optimizer picker" {
		t.Error("the palette does not open the picker")
	}
	press(m, "esc", ":")
	typing(m, "help")
	if press(m, "esc"); m.Over != nil {
		t.Error("esc does not close it")
	}
	press(m, ":")
	typing(m, "quit")
	if press(m, "enter"); !m.quitting() {
		t.Error("quit does not ask")
	}
}

// What can no longer be done leaves the palette.
func TestPaletteFollowsTheSource(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	press(m, ":")
	typing(m, "pause sel")
	if first(m) != "pause" {
		t.Fatalf("selected %q", first(m))
	}
	src.run(0).State = view.Budget
	tick(m, time.Unix(1, 0))
	press(m, "enter")
	wantAsked(t, src)
}

// Every program has a palette, of what it can do.
func TestPaletteOfEachProgram(t *testing.T) {
	studies := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, false, false)
	press(studies, ":")
	typing(studies, "next study")
	if got := first(studies); got != "next" {
		t.Errorf("studies: %q", got)
	}
	before := studies.View()
	if press(studies, "enter"); studies.Over != nil || studies.View() == before {
		t.Error("studies: the palette does nothing")
	}
	alone, _ := newAlone(gpus(2, 300), 120, 40)
	press(alone, ":")
	typing(alone, "next dev")
	press(alone, "enter")
	wantSeen(t, alone, "▸ 1 H200")
	tape := newPlayer()
	replayed := newTestModel(tape, 120, 40)
	press(replayed, ":")
	typing(replayed, "half as fast")
	press(replayed, "enter")
	if tape.tape.Speed != 2 {
		t.Errorf("a recording is played %g× as fast", tape.tape.Speed)
	}
}

// At 120 columns no action is cut, and at any size the selected one is told whole.
func TestPaletteTellsWhole(t *testing.T) {
	m := newTestModel(&stub{snap: federated(1, 40, 5), parts: federatedCatalogue()}, 120, 40)
	press(m, "5", ":")
	for range m.Over.(*palette).found() {
		if s := strings.Join(m.Over.Draw(120, 38), "\n"); strings.Contains(s, "…") {
			t.Fatalf("cut:\n%s", s)
		}
		press(m, "down")
	}
	m.Update(sizeMsg(40, 12))
	for range m.Over.(*palette).found() {
		doc := m.Over.(*palette).found()[m.Over.(*palette).at].Doc
		text := ansi.Strip(strings.Join(m.Over.Draw(40, 10), " "))
		for word := range strings.FieldsSeq(doc) {
			if !strings.Contains(text, word) {
				t.Errorf("%q lacks %q:\n%s", doc, word, m.View())
			}
		}
		press(m, "down")
	}
}

// / in the help shows the keys that a text is said of; enter keeps them, esc shows all.
func TestHelpSearch(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 60)
	press(m, "?", "/")
	typing(m, "log x")
	wantSeen(t, m, "linear or logarithmic x-axis")
	if seen(m, "checkpoint") || seen(m, "pause or resume") {
		t.Errorf("keys of which that is not said:\n%s", m.View())
	}
	press(m, "enter")
	wantSeen(t, m, "with \"log x\"", "linear or logarithmic x-axis")
	press(m, "/", "esc")
	wantSeen(t, m, "pause or resume", "linear or logarithmic x-axis")
	press(m, "/")
	typing(m, "no such key")
	wantSeen(t, m, "no key here has that")
	press(m, "enter", "esc")
	if m.Over != nil {
		t.Error("esc does not close the help")
	}
}

// The help begins with the keys of the pane that has the focus, and so does the footer
// after those that drive what is selected.
func TestHelpAndFooterFollowTheFocus(t *testing.T) {
	m := newTestModel(&stub{snap: federated(1, 40, 5), parts: federatedCatalogue()}, 120, 40)
	for key, want := range map[string][2]string{
		"1": {"here: curves", "m metric"}, "3": {"here: runs", "a add"}, "4": {"here: log", "j k ↑ ↓"}, "5": {"here: clients", "d drop"},
	} {
		press(m, key)
		at := strings.Index(footerWords(m), want[1])
		if tab := strings.Index(footerWords(m), "z zoom"); at < 0 || tab >= 0 && tab < at {
			t.Errorf("after %s the footer is %q, want %q early", key, footerWords(m), want[1])
		}
		press(m, "?")
		if lines := strings.Split(ansi.Strip(m.View()), "\n"); !strings.Contains(lines[2], want[0]) {
			t.Errorf("after %s the help begins with %q, want %q", key, lines[2], want[0])
		}
		press(m, "esc")
	}
}

// openings are what lies over the screen, by the keys that open it.
var openings = map[string][]string{
	"palette": {":", "p", "a", "u", "s"}, "help-search": {"?", "/", "l", "o", "g"}, "hints": nil,
}

// over is a screen with something over it.
func over(s view.Source, what string, w, h int, p termenv.Profile, ascii, mono bool) *shell {
	m := newTestModelWith(s, w, h, p, ascii, mono)
	m.hinting = what == "hints"
	press(m, openings[what]...)
	return m
}

func TestOverlayGoldens(t *testing.T) {
	for what := range openings {
		for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
			for _, profile := range []termenv.Profile{termenv.ANSI256, termenv.Ascii} {
				name := fmt.Sprintf("%s-%dx%d.txt", what, size[0], size[1])
				if profile == termenv.ANSI256 {
					name = fmt.Sprintf("%s-%dx%d-colour.txt", what, size[0], size[1])
				}
				golden(t, name, over(&stub{snap: sample(4, 120)}, what, size[0], size[1], profile, false, false).View())
			}
		}
	}
}

// Whatever the size and whatever the source shows, what is laid over it is within it.
func TestOverlaysFitAnySize(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 3))
	for i := range 300 {
		b := newBeast(uint64(i))
		w, h := 1+r.IntN(300), 1+r.IntN(100)
		for what := range openings {
			m := over(b, what, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
			checkSize(t, m, w, h, what)
			press(m, "down", "pgdown")
			b.grow()
			tick(m, time.Unix(1, 0))
			w, h := 1+r.IntN(300), 1+r.IntN(100)
			m.Update(sizeMsg(w, h))
			checkSize(t, m, w, h, what+" after another size")
		}
	}
}

// FuzzInput types any keys and moves the mouse in any way over a source that says
// anything: the screen stays exact, and nothing panics. Each pair of bytes is an
// event; the first says which kind.
func FuzzInput(f *testing.F) {
	f.Add(uint64(1), []byte(":pause\r"))
	f.Add(uint64(2), []byte{250, 10, 251, 20, 252, 30, 253, 40, 254, 50, 255, 60})
	f.Add(uint64(3), []byte("?/log\rjjo\r/sgd\r1h5d=<q"))
	f.Add(uint64(1), []byte("X\xfdH\x88")) // refused in words that a terminal obeys, where the screen is too small
	keys := everyKey()
	f.Fuzz(func(t *testing.T, seed uint64, input []byte) {
		if len(input) > 200 {
			return
		}
		b := newBeast(seed)
		w, h := 40+b.IntN(120), 12+b.IntN(40)
		m := newTestModelWith(b, w, h, termenv.ANSI256, false, seed%2 == 0)
		m.hinting = seed%3 == 0
		for i, c := range input {
			switch next := int(input[(i+1)%len(input)]); {
			case c < 240:
				press(m, keys[int(c)%len(keys)])
			case c < 252:
				x, y := (next*7+i)%(w+2)-1, (next*3+int(c))%(h+2)-1
				a := tea.MouseAction(next % 3)
				point(m, x, y, a, []tea.MouseButton{tea.MouseButtonLeft, tea.MouseButtonNone, tea.MouseButtonWheelUp, tea.MouseButtonWheelDown, tea.MouseButtonRight}[next%5])
				if a == tea.MouseActionRelease {
					click(m, x, y)
				}
			case c < 254:
				w, h = 1+(next*2+i)%220, 1+next%70
				m.Update(sizeMsg(w, h))
			default:
				b.grow()
				tick(m, time.Unix(int64(i), 0))
			}
			checkSize(t, m, w, h, fmt.Sprintf("after %d events", i+1))
		}
		checkText(t, m, seed%2 == 0, "at the end")
	})
}

package member

import (
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/tui/draw"
)

var update = flag.Bool("update", false, "write the goldens")

var now = time.Unix(1_000_000, 0)

// training is a client in the middle of a round.
func training() *source {
	return &source{Status{
		Name: "lab-3", Server: "192.0.2.7:7422", State: "training", Works: true, Key: "9f2c-03aa-77e1-4b0d", Client: 3, Clients: 10,
		Data: "mnist, client 3's part of 50 000 examples", Heard: now.Add(-time.Second), RoundTrip: 2100 * time.Microsecond,
		Run: "1", Round: 12, Steps: 300, Of: 500, Epochs: 5, Loss: 0.3421, Sent: 11, Up: 690_800, Down: 753_600,
		Said: []string{"connected", "takes part as client 3"},
	}}
}

type source struct{ is Status }

func (s *source) Status() Status { return s.is }

func newTest(s Source, w, h int, p termenv.Profile, ascii bool) *screen {
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(p)
	m := newScreen(s, draw.ThemeOf(renderer, ascii, p == termenv.Ascii), 10)
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(tickMsg(now))
	return m
}

func press(m *screen, key string) tea.Cmd {
	msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
	if key == "esc" {
		msg = tea.KeyMsg{Type: tea.KeyEsc}
	}
	_, cmd := m.Update(msg)
	return cmd
}

// The screen of a client in the middle of a round, and of one that waits, at the sizes of
// all screens, in colours and in none.
func TestGoldens(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}, {30, 6}} {
		for end, profile := range map[string]termenv.Profile{"": termenv.Ascii, "-colour": termenv.ANSI256} {
			s := training()
			m := newTest(s, size[0], size[1], profile, false)
			for i, loss := range []float64{2.1, 1.4, 0.9, 0.6, 0.45, 0.38} {
				s.is.Round, s.is.Loss = 13+i, loss
				m.Update(tickMsg(now))
			}
			golden(t, fmt.Sprintf("training-%dx%d%s.txt", size[0], size[1], end), m.View())
			golden(t, fmt.Sprintf("waiting-%dx%d%s.txt", size[0], size[1], end), newTest(waiting(), size[0], size[1], profile, false).View())
		}
	}
	m := newTest(waiting(), 80, 24, termenv.Ascii, true)
	press(m, "q")
	golden(t, "waiting-ascii.txt", m.View())
}

// waiting is a client that nobody has let in yet, of a coordinator that is silent.
func waiting() *source {
	is := training().is
	return &source{Status{
		Name: is.Name, Server: is.Server, State: "waiting to be accepted", Waits: true, Key: is.Key, Client: -1, Loss: math.NaN(),
		Trouble: "the server is there, the coordinator does not answer",
	}}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// Every screen is exactly W×H, whatever a server says.
func TestEverySize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60)}
	text := func() string { return texts[r.IntN(len(texts))] }
	numbers := []float64{0, -1, 1e300, -1e300, math.NaN(), math.Inf(1), 0.3}
	for i := range 600 {
		s := &source{Status{
			Name: text(), Server: text(), State: text(), Trouble: text(), Key: text(), Data: text(), Client: r.IntN(5) - 2, Clients: r.IntN(9) - 3,
			Works: i%2 == 0, Waits: i%3 == 0, Away: i%5 == 0, Heard: now.Add(time.Duration(r.Int64() - r.Int64())), RoundTrip: time.Duration(r.Int64() - r.Int64()),
			Run: text(), Round: r.IntN(9) - 2, Steps: r.IntN(99) - 9, Of: r.IntN(60) - 9, Epochs: r.IntN(9) - 2, Loss: numbers[r.IntN(len(numbers))],
			Sent: r.IntN(9) - 2, Up: r.Int64() - r.Int64(), Down: r.Int64() - r.Int64(), Said: []string{text(), text(), text()},
		}}
		w, h := 1+r.IntN(200), 1+r.IntN(60)
		m := newTest(s, w, h, termenv.ANSI256, i%4 == 0)
		for range 3 {
			s.is.Round, s.is.Loss = s.is.Round+1, numbers[r.IntN(len(numbers))]
			m.Update(tickMsg(now))
		}
		if i%7 == 0 {
			press(m, "q")
		}
		lines := strings.Split(m.View(), "\n")
		if len(lines) != h {
			t.Fatalf("%d lines in %d×%d", len(lines), w, h)
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n != w {
				t.Fatalf("a line of %d columns in %d×%d: %q", n, w, h, line)
			}
			if strings.ContainsAny(ansi.Strip(line), "\x1b\t\r") {
				t.Fatalf("a control character: %q", line)
			}
		}
	}
}

// q says what leaving means, and a second one leaves.
func TestQuit(t *testing.T) {
	m := newTest(training(), 120, 24, termenv.Ascii, false)
	if cmd := press(m, "q"); cmd != nil {
		t.Fatal("it leaves without a word")
	}
	if s := m.View(); !strings.Contains(s, "rounds wait for c3 until it comes back by the same line") {
		t.Errorf("it does not say what leaving means:\n%s", s)
	}
	if press(m, "esc"); strings.Contains(m.View(), "rounds wait") {
		t.Error("esc does not stay")
	}
	press(m, "q")
	if cmd := press(m, "q"); cmd == nil || cmd() != (tea.QuitMsg{}) {
		t.Error("the second q does not leave")
	}
	if _, cmd := m.Update(tea.KeyMsg{Type: tea.KeyCtrlC}); cmd == nil || cmd() != (tea.QuitMsg{}) {
		t.Error("ctrl+c does not leave")
	}
}

// A round has one place in the sparkline, with its latest loss.
func TestLosses(t *testing.T) {
	s := training()
	m := newTest(s, 80, 24, termenv.Ascii, false)
	for round := range 2 * mostLosses {
		for _, loss := range []float64{3, math.NaN(), float64(round)} {
			s.is.Round, s.is.Loss = round+1, loss
			m.Update(tickMsg(now))
		}
	}
	if n := len(m.losses); n != mostLosses || m.losses[n-1] != 2*mostLosses-1 || m.losses[n-2] != 2*mostLosses-2 {
		t.Errorf("%d losses, the last of them %g", n, m.losses[n-1])
	}
}

// A server that was not heard for a while stands out.
func TestUnheard(t *testing.T) {
	s := training()
	s.is.Heard = now.Add(-75 * time.Second)
	m := newTest(s, 80, 24, termenv.Ascii, false)
	if !strings.Contains(m.View(), "heard 1:15 ago") {
		t.Errorf("it is not said when it was heard:\n%s", m.View())
	}
}

package tui

import (
	"fmt"
	"io"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// point is an event of the mouse.
func point(m *shell, x, y int, a tea.MouseAction, b tea.MouseButton) tea.Cmd {
	_, cmd := m.Update(tea.MouseMsg{X: x, Y: y, Action: a, Button: b})
	return cmd
}

// click is a press and a release in one cell.
func click(m *shell, x, y int) tea.Cmd {
	point(m, x, y, tea.MouseActionPress, tea.MouseButtonLeft)
	return point(m, x, y, tea.MouseActionRelease, tea.MouseButtonNone)
}

func wheel(m *shell, x, y int, up bool) {
	b := tea.MouseButtonWheelDown
	if up {
		b = tea.MouseButtonWheelUp
	}
	point(m, x, y, tea.MouseActionPress, b)
}

// where is the cell in which a text begins on the screen.
func where(t *testing.T, m *shell, text string) (x, y int) {
	t.Helper()
	for y, row := range strings.Split(ansi.Strip(m.View()), "\n") {
		if before, _, found := strings.Cut(row, text); found {
			return ansi.StringWidth(before), y
		}
	}
	t.Fatalf("the screen does not show %q:\n%s", text, m.View())
	return 0, 0
}

// A click focuses what it hits, selects a run, and presses the keys of the footer.
func TestClicks(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	x, y := where(t, m, "svrg     ")
	click(m, x, y)
	if m.Focus != paneRuns || raceOf(m).Selected != 2 {
		t.Errorf("a click on svrg: focus %d, run %d", m.Focus, raceOf(m).Selected)
	}
	x, y = where(t, m, "space pause")
	click(m, x, y)
	wantAsked(t, src, view.Command{Kind: view.Pause, Run: 2})
	x, y = where(t, m, "[ ] lr")
	click(m, x+2, y)
	if n := len(src.asked); n != 2 || src.asked[1].Kind != view.Set || src.asked[1].Value <= 0.02 {
		t.Errorf("a click on ] asks for %v", src.asked)
	}
	if x, y = where(t, m, "? help"); m.Over != nil {
		t.Fatal("something is open")
	}
	if click(m, x, y); m.Over == nil {
		t.Error("a click on the footer's help opens none")
	}
	from := m.View()
	if wheel(m, 60, 20, false); m.View() == from {
		t.Error("the wheel does not scroll the help")
	}
	x, y = where(t, m, "esc close")
	if click(m, x, y); m.Over != nil {
		t.Error("a click on the footer does not close the help")
	}
	if click(m, 60, 0); m.Over != nil || m.Focus != paneRuns {
		t.Error("a click on the header does something")
	}
	point(m, 5, 5, tea.MouseActionPress, tea.MouseButtonRight)
	point(m, 5, 5, tea.MouseActionRelease, tea.MouseButtonRight)
	if m.Focus != paneRuns {
		t.Error("another button focuses")
	}
}

// A click on a chart that has the focus puts the value cursor there; the wheel zooms
// about the pointer, in and out again; a drag pans.
func TestMouseOnCharts(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	place, _ := m.lay.Find(rightChart)
	x, y := place.X+place.W*2/3, place.Y+5
	click(m, x, y)
	if m.Focus != rightChart || strings.Contains(m.View(), "values near") {
		t.Errorf("the first click: focus %d\n%s", m.Focus, m.View())
	}
	click(m, x, y)
	wantSeen(t, m, "values near")
	row := []rune(strings.Split(ansi.Strip(m.View()), "\n")[y+1])
	if got := string(row[x]); got != "┊" && !strings.ContainsAny(got, "─═┄╭╮╰╯╔╗╚╝║│") {
		t.Errorf("the value cursor is not in column %d: %q", x, string(row))
	}
	press(m, "esc")
	whole := m.View()
	wheel(m, x, y, true)
	wantSeen(t, m, "zoomed")
	zoomed := m.View()
	drag := func(by int) {
		point(m, x, y, tea.MouseActionPress, tea.MouseButtonLeft)
		point(m, x+by, y, tea.MouseActionMotion, tea.MouseButtonLeft)
		point(m, x+by, y, tea.MouseActionRelease, tea.MouseButtonNone)
	}
	if drag(5); m.View() == zoomed || strings.Contains(m.View(), "values near") {
		t.Errorf("a drag does not pan:\n%s", m.View())
	}
	drag(-200)
	if drag(4); m.View() == zoomed {
		t.Error("a drag back does nothing")
	}
	point(m, x+9, y, tea.MouseActionMotion, tea.MouseButtonNone) // with no button down
	for range 5 {
		wheel(m, x, y, false)
	}
	if m.View() != whole {
		t.Errorf("the wheel does not zoom out again:\n%s", m.View())
	}
}

// The wheel scrolls what is under it, and leaves the focus where it is.
func TestWheelOverTheLog(t *testing.T) {
	m := newTestModel(logOf(40), 120, 40)
	focus := m.Focus
	place, _ := m.lay.Find(paneLog)
	wheel(m, place.X+3, place.Y+1, true)
	wheel(m, place.X+3, place.Y+1, true)
	wantSeen(t, m, "2 newer")
	if m.Focus != focus {
		t.Error("the wheel moves the focus")
	}
}

// A click selects a line of the log, and another opens it.
func TestClickOnTheLog(t *testing.T) {
	m := newTestModel(logOf(40), 120, 40)
	place, _ := m.lay.Find(paneLog)
	click(m, place.X+3, place.Y+1)
	selected := strings.Split(ansi.Strip(m.View()), "\n")[place.Y+1]
	if m.Focus != paneLog || !strings.Contains(selected, "▸") {
		t.Errorf("the line is not selected: %q", selected)
	}
	click(m, place.X+3, place.Y+1)
	if m.Over == nil {
		t.Error("the selected line is not opened")
	}
}

// Where one pane is seen at a time, a click on a tab shows another.
func TestClickOnATab(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 60, 20)
	for _, want := range []struct {
		text string
		pane int
	}{{"4 log", paneLog}, {"3 runs", paneRuns}} {
		x, y := where(t, m, want.text)
		if click(m, x+2, y); m.Focus != want.pane {
			t.Errorf("a click on %q focuses %d", want.text, m.Focus)
		}
	}
}

// A click on an action of the palette does it.
func TestClickInThePalette(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, ":", "p", "a", "u", "s", "e")
	x, y := where(t, m, "pause all runs")
	click(m, x, y)
	if m.Over != nil || len(src.asked) != 3 {
		t.Errorf("asked for %v", src.asked)
	}
}

// A click on the strip of a recording goes to the moment there.
func TestClickOnTheStripOfARecording(t *testing.T) {
	p := newPlayer()
	m := newTestModel(p, 120, 40)
	y := 38
	for x, want := range map[int]float64{8: 0, 118: 341, 63: 170} {
		p.asked = nil
		click(m, x, y)
		if len(p.asked) != 1 || p.asked[0].Kind != view.Seek || p.asked[0].Value < want-2 || p.asked[0].Value > want+2 {
			t.Errorf("a click in column %d asks for %v, want %g s", x, p.asked, want)
		}
	}
}

// The wheel selects another study.
func TestMouseOnStudies(t *testing.T) {
	m := newTestStudies(&shelf{found()}, 160, 50, termenv.Ascii, false, false)
	place, seen := m.lay.Find(0)
	if !seen {
		t.Fatal("no list of studies")
	}
	before := m.View()
	wheel(m, place.X+3, place.Y+2, false)
	after := m.View()
	if after == before {
		t.Error("the wheel selects no other study")
	}
	if click(m, place.X+3, place.Y+1); m.View() == after {
		t.Error("a click selects no study")
	}
}

// The mouse does nothing on a screen too small to see it, nor outside of the screen.
func TestMouseOutside(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 39, 12)
	focus := m.Focus
	for _, at := range [][2]int{{5, 5}, {5, 11}, {-1, 3}, {300, 3}, {3, 300}} {
		click(m, at[0], at[1])
		wheel(m, at[0], at[1], true)
	}
	if m.Focus != focus || m.Over != nil {
		t.Error("a click on a screen too small does something")
	}
}

// Clicks select clients and devices as they are seen.
func TestClicksInPanes(t *testing.T) {
	m := newTestModel(&stub{snap: federated(1, 40, 5), parts: federatedCatalogue()}, 120, 40)
	x, y := where(t, m, "c2 ")
	click(m, x, y)
	if m.Focus != paneClients {
		t.Errorf("focus %d", m.Focus)
	}
	wantSeen(t, m, "▸ c2")
	m, _ = newWatching(gpus(2, 300), 120, 40)
	press(m, "6")
	x, y = where(t, m, "1 H200")
	click(m, x, y)
	wantSeen(t, m, "▸ 1 H200")
}

// What the mouse does is heard over any line, and only where it is wanted.
func TestMouseOfASession(t *testing.T) {
	const asked = "\x1b[?1002h"
	c := dial(t, newLive(2), Size{120, 40}, "TERM=xterm-256color")
	await(t, c.terminal, "quit")
	if !strings.Contains(c.String(), asked) {
		t.Error("the terminal is not asked to tell of the mouse")
	}
	m := newTestModel(newLive(2), 120, 40)
	x, y := where(t, m, "? help")
	fmt.Fprintf(c.keys, "\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1)
	await(t, c.terminal, "here: ")
	io.WriteString(c.keys, "?qq")
	c.wantEnded(t)
	if !strings.Contains(c.String(), "\x1b[?1002l") {
		t.Error("the mouse is not given back")
	}

	in, keys := io.Pipe()
	out, ended := &terminal{}, make(chan error, 1)
	go func() {
		ended <- Run(t.Context(), newLive(2), Terminal{Input: in, Output: out, Size: Size{120, 40}, Resized: make(chan Size), Environ: []string{"TERM=xterm"}, NoMouse: true})
	}()
	await(t, out, "quit")
	keys.Close()
	if err := <-ended; err != nil || strings.Contains(out.String(), asked) {
		t.Errorf("without a mouse: %v", err)
	}
}

// The screen asks for the mouse again after it was suspended.
func TestMouseAfterSuspension(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 80, 24)
	for _, pointed := range []bool{true, false} {
		m.pointed = pointed
		_, cmd := m.Update(resumedMsg{})
		if got := asksFor(cmd, fmt.Sprintf("%T", tea.EnableMouseCellMotion())); got != pointed {
			t.Errorf("pointed %v: asked again is %v", pointed, got)
		}
	}
}

// asksFor says whether a command of those in a batch gives a message of a type; ticks
// are not waited for.
func asksFor(cmd tea.Cmd, kind string) bool {
	batch, ok := cmd().(tea.BatchMsg)
	return ok && fmt.Sprintf("%T", batch[len(batch)-1]()) == kind
}

// The hints of the first start go with the first key, which does what it does.
func TestHints(t *testing.T) {
	for _, away := range []func(*shell){func(m *shell) { press(m, "3") }, func(m *shell) { click(m, 60, 0) }} {
		m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
		m.hinting = true
		wantSeen(t, m, "to begin with", "finds every action", "shows all keys", "tab, click")
		tick(m, m.Now)
		wantSeen(t, m, "to begin with")
		if away(m); seen(m, "to begin with") {
			t.Error("the hints stay")
		}
	}
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	m.hinting = true
	if press(m, "4"); m.Focus != paneLog {
		t.Error("the key that takes the hints away does nothing else")
	}
}

var _ pane.Chooser = (*palette)(nil)

package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
)

// session is a screen on a terminal that is far away.
type session struct {
	*terminal
	keys   *io.PipeWriter
	sizes  chan Size
	ended  chan error
	hangUp context.CancelFunc
}

func dial(t *testing.T, src view.Source, s Size, environ ...string) *session {
	t.Helper()
	ctx, hangUp := context.WithCancel(context.Background())
	t.Cleanup(hangUp)
	in, keys := io.Pipe()
	c := &session{&terminal{}, keys, make(chan Size), make(chan error, 1), hangUp}
	go func() {
		c.ended <- Run(ctx, src, Terminal{Input: in, Output: c, FPS: 50, Size: s, Resized: c.sizes, Environ: environ})
	}()
	return c
}

func (c *session) wantEnded(t *testing.T) {
	t.Helper()
	select {
	case err := <-c.ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it goes on")
	}
	if !strings.Contains(c.String(), leaveAltScreen) {
		t.Error("the terminal is not restored")
	}
}

// frame is the first one that was sent, as rows without inks.
func (c *session) frame() []string {
	rows := strings.Split(c.String(), "\r\n")
	for i := range rows {
		rows[i] = ansi.Strip(rows[i])
	}
	return rows
}

func (c *session) wantSize(t *testing.T, want Size) {
	t.Helper()
	await(t, c.terminal, "quit")
	rows := c.frame()
	if len(rows) < want.Height {
		t.Fatalf("%d rows, want %d", len(rows), want.Height)
	}
	for i, s := range rows[:want.Height-1] {
		if n := ansi.StringWidth(s); n != want.Width {
			t.Fatalf("row %d has %d columns, want %d: %q", i, n, want.Width, s)
		}
	}
}

// A screen is as large as its terminal, and becomes so under way.
func TestSessionFollowsItsSize(t *testing.T) {
	c := dial(t, newLive(2), Size{100, 30}, "TERM=xterm-256color")
	c.wantSize(t, Size{100, 30})
	c.sizes <- Size{31, 9}
	await(t, c.terminal, "have 31×9")
	c.sizes <- Size{} // which some terminals say
	c.sizes <- Size{30, 10}
	await(t, c.terminal, "have 30×10")
	c.sizes <- Size{120, 40}
	await(t, c.terminal, "gradient evaluations")
	io.WriteString(c.keys, "qq")
	c.wantEnded(t)
}

// Colours are those of the terminal, whatever this process has.
func TestSessionColours(t *testing.T) {
	for _, test := range []struct {
		environ      []string
		colour, bold bool
	}{
		{[]string{"TERM=xterm-256color"}, true, true},
		{[]string{"TERM=dumb", "TERM=xterm-256color"}, true, true},
		{[]string{"TERM=xterm-256color", "NO_COLOR=1"}, false, true},
		{[]string{"TERM=dumb"}, false, false},
		{[]string{"TERM="}, false, false},
	} {
		c := dial(t, newLive(2), Size{80, 24}, test.environ...)
		await(t, c.terminal, "quit")
		c.keys.Close()
		c.wantEnded(t)
		if got := strings.Contains(c.String(), "\x1b[38;5;"); got != test.colour {
			t.Errorf("%v: colours %v, want %v", test.environ, got, test.colour)
		}
		if got := strings.Contains(c.String(), "\x1b[1m"); got != test.bold {
			t.Errorf("%v: bold %v, want %v", test.environ, got, test.bold)
		}
	}
}

// A terminal is restored too where the screen cannot begin, since what reads its
// keys cannot be made, as where no files are left to the process.
func TestTerminalIsRestoredAfterAFalseStart(t *testing.T) {
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	out := &terminal{}
	if err := Run(t.Context(), newLive(1), Terminal{Input: in, Output: out}); err == nil {
		t.Fatal("keys are read from a closed file")
	}
	if !strings.Contains(out.String(), leaveAltScreen) {
		t.Errorf("the terminal is not restored: %q", out)
	}
}

// Two look at one source at once, each as it likes: what one does with the
// screen the other does not see, and each ends by itself.
func TestSessionsAreIndependent(t *testing.T) {
	src := newLive(2)
	large := dial(t, src, Size{120, 40}, "TERM=xterm-256color")
	small := dial(t, src, Size{60, 20}, "TERM=dumb")
	large.wantSize(t, Size{120, 40})
	small.wantSize(t, Size{60, 20})
	io.WriteString(small.keys, "?")
	await(t, small.terminal, "here: curves")
	io.WriteString(small.keys, "?q")
	await(t, small.terminal, "stop all and quit")
	io.WriteString(small.keys, "q")
	small.wantEnded(t)
	io.WriteString(large.keys, " ")
	await(t, large.terminal, "paused")
	if strings.Contains(large.String(), "here: curves") {
		t.Error("one sees the help of the other")
	}
	if strings.Contains(small.String(), "\x1b[38;5;") || !strings.Contains(large.String(), "\x1b[38;5;") {
		t.Error("the colours of one are those of the other")
	}
	large.keys.Close()
	large.wantEnded(t)
}

// A line that drops ends the screen, however it drops.
func TestSessionEndsWithItsLine(t *testing.T) {
	for what, drop := range map[string]func(*session){
		"end of input":    func(c *session) { c.keys.Close() },
		"error of input":  func(c *session) { c.keys.CloseWithError(errors.New("reset by peer")) },
		"context":         func(c *session) { c.hangUp() },
		"sizes and input": func(c *session) { close(c.sizes); c.keys.Close() },
	} {
		c := dial(t, newLive(1), Size{80, 24}, "TERM=xterm-256color")
		await(t, c.terminal, "quit")
		drop(c)
		t.Log(what)
		c.wantEnded(t)
	}
}

// frail panics when it is looked at, some looks after the first.
type frail struct {
	*live
	after int
}

func (f *frail) Snapshot() *view.Snapshot {
	if f.after--; f.after < 0 {
		panic("drawing went wrong")
	}
	return f.live.Snapshot()
}

// What panics ends its own screen, from the first look on; others go on.
func TestPanicStaysInItsSession(t *testing.T) {
	src := newLive(2)
	other := dial(t, src, Size{80, 24}, "TERM=dumb")
	await(t, other.terminal, "quit")
	for _, after := range []int{0, 1, 5} {
		c := dial(t, &frail{newLive(1), after}, Size{80, 24}, "TERM=dumb")
		if err := <-c.ended; !errors.Is(err, tea.ErrProgramPanic) {
			t.Errorf("after %d looks it ended with %v", after, err)
		}
	}
	io.WriteString(other.keys, " ")
	await(t, other.terminal, "paused")
	other.keys.Close()
	other.wantEnded(t)
}

// A screen that waits until all has stopped closes with the source.
func TestSessionStopsAndSaves(t *testing.T) {
	src := &obedient{live: newLive(2)}
	c := dial(t, src, Size{80, 24}, "TERM=dumb")
	await(t, c.terminal, "quit")
	io.WriteString(c.keys, "q")
	await(t, c.terminal, "leave it running")
	io.WriteString(c.keys, "s")
	c.wantEnded(t)
}

// obedient is a source that ends some looks after it was asked to.
type obedient struct {
	*live
	looks int
}

func (s *obedient) Snapshot() *view.Snapshot {
	v := s.live.Snapshot()
	v.Leaving = view.LeavesGoing
	v.Accepts = append(v.Accepts[:len(v.Accepts):len(v.Accepts)], view.Finish)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) > 0 {
		if s.looks++; s.looks > 3 {
			v.Phase = view.PhaseEnded
		}
	}
	return v
}

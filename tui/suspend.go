package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
)

// A program that is stopped loses its terminal to a shell, which gives it settings
// of its own and prints on it. ctrl+z gives it back properly before; after a stop
// that could not be seen coming all that is left is to take it anew.

// wokenMsg says that the process goes on after a stop that did not come from here.
type wokenMsg struct{}

// awaken tells a program whenever the process goes on after it was stopped, unless
// the stop was its own. It ends with ctx.
func awaken(ctx context.Context, p *tea.Program, own *atomic.Bool) {
	woken := make(chan os.Signal, 1)
	notifyWoken(woken)
	defer signal.Stop(woken)
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
			if !own.Load() {
				p.Send(wokenMsg{})
			}
		}
	}
}

// suspension is a stop as a command that has the terminal while it runs: before it
// Bubble Tea gives the terminal back, and after it takes it anew.
type suspension struct {
	says string // on the shell's screen
	own  *atomic.Bool
	out  io.Writer
}

// Run stops the process and those that were started with it. It returns once it
// goes on, or at once where no shell is there that could continue it.
func (s *suspension) Run() error {
	s.own.Store(true) // until the screen is back: the signal that woke the process is heard elsewhere too
	_, err := fmt.Fprintln(s.out, "optwatch: "+s.says)
	if err == nil {
		err = stopProcess()
	}
	return err
}

// SetStdin is for commands that read.
func (s *suspension) SetStdin(io.Reader) {}

// SetStdout is where it says what is stopped.
func (s *suspension) SetStdout(w io.Writer) { s.out = w }

// SetStderr is for commands that complain.
func (s *suspension) SetStderr(io.Writer) {}

// nap is a stop that is over: taking the terminal anew is all of it.
type nap struct{}

func (nap) Run() error          { return nil }
func (nap) SetStdin(io.Reader)  {}
func (nap) SetStdout(io.Writer) {}
func (nap) SetStderr(io.Writer) {}

// canSuspend says whether ctrl+z can stop what shows this screen.
func (m *shell) canSuspend() bool {
	if m.far {
		return m.stopFar != nil
	}
	return stoppable
}

// suspend stops what shows the screen, until its shell lets it go on. What trains
// in a process of its own trains meanwhile; what trains in this one stops too.
func (m *shell) suspend(string) tea.Cmd {
	if m.far {
		return func() tea.Msg { m.stopFar(); return nil }
	}
	says := "the screen is suspended: fg shows it again"
	if m.Snap.Leaving == view.LeavesEnded {
		says = "suspended, and training in this process with it: fg goes on with both"
	}
	stopped := func(err error) tea.Msg { return resumedMsg{err} }
	return tea.Exec(&suspension{says: says, own: &m.stopped}, stopped)
}

// resumedMsg says that the screen is back after ctrl+z, or why it could not go.
type resumedMsg struct{ err error }

// resumed looks at the source at once: what has happened meanwhile is not news.
func (m *shell) resumed(r resumedMsg) tea.Cmd {
	m.stopped.Store(false)
	if r.err != nil {
		m.Fail(r.err)
	}
	m.Now = time.Now()
	m.Pull()
	m.program.Follow()
	if m.pointed && !m.far { // Bubble Tea takes the terminal anew without it
		return tea.Batch(m.arm(), tea.EnableMouseCellMotion)
	}
	return m.arm()
}

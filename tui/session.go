package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"optwatch/tui/cells"
)

// show is a program on its terminal until the user quits, the terminal hangs up
// or ctx ends. Many may be shown in one process: what decides how one looks is
// its own.
func (m *shell) show(ctx context.Context, o Terminal) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	m.Now = time.Now()
	m.open(o)
	m.recall(o)
	defer m.keep(o)
	m.tellLacks(o)
	out, thin := cells.To(o.Output)
	if m.thin = thin; synchronizes(o.environ()) {
		thin.Ask()
	}
	options := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithInput(o.Input), tea.WithOutput(out),
		tea.WithAltScreen(), tea.WithFPS(120), tea.WithoutSignalHandler(),
	}
	if !o.NoMouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	if o.far() {
		options = append(options, tea.WithInput(&wire{o.Input, hangUp}))
	}
	if o.Environ != nil {
		options = append(options, tea.WithEnvironment(o.Environ))
	}
	p := tea.NewProgram(m, options...)
	go resize(ctx, p, o.Resized)
	if !o.far() {
		go awaken(ctx, p, &m.stopped)
	}
	_, err := p.Run()
	if err != nil && !errors.Is(err, tea.ErrProgramKilled) { // it could not begin, and has left the terminal half made
		_ = p.ReleaseTerminal()
	}
	if errors.Is(err, tea.ErrProgramPanic) || ctx.Err() == nil {
		return err
	}
	return nil
}

// open gives the screen the size of the terminal, if it has one.
func (m *shell) open(o Terminal) {
	size := o.Size
	if f, ok := o.Output.(*os.File); ok && !o.far() {
		size.Width, size.Height, _ = term.GetSize(f.Fd())
	}
	if size.Width > 0 && size.Height > 0 {
		m.w, m.h = size.Width, size.Height
		m.fit()
	}
}

// resize tells a program of the sizes of its terminal. It ends with them or with ctx.
func resize(ctx context.Context, p *tea.Program, sizes <-chan Size) {
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-sizes:
			if !open {
				return
			}
			p.Send(tea.WindowSizeMsg(s))
		}
	}
}

// wire is the input of a terminal that is far away: once it has ended, nobody is
// there any more. A terminal that is here may have none and be looked at.
type wire struct {
	io.Reader
	hangUp func()
}

// Read reads keys.
func (r *wire) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		r.hangUp()
	}
	return n, err
}

// caught makes an error of a panic before the program had its terminal; what
// panics on the screen, bubbletea catches. One screen fails, not the process.
func caught(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v\n%s", tea.ErrProgramPanic, r, debug.Stack())
	}
}

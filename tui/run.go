package tui

import (
	"context"
	"errors"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/tui/draw"
)

// Options are what the screen needs to know.
type Options struct {
	Source    train.Source
	Catalogue optimizers.Catalogue // what the picker and the recipes offer
	Input     io.Reader            // the terminal
	Output    io.Writer
	FPS       int    // snapshots a second while anything moves; 0 for 10
	ASCII     bool   // nothing but ASCII characters
	NoColor   bool   // no colours; bold and reversed text stay
	Version   string // of the program
}

// Run shows the screen until the user quits or ctx ends, which both give nil.
// The terminal is as it was afterwards, also if drawing panicked.
func Run(ctx context.Context, o Options) error {
	m := newModel(o, draw.NewTheme(o.Output, o.ASCII, o.NoColor))
	return m.show(ctx, o.Input, o.Output)
}

// show is a model on its terminal until the user quits or ctx ends.
func (m *model) show(ctx context.Context, in io.Reader, out io.Writer) error {
	if f, ok := out.(*os.File); ok {
		if w, h, err := term.GetSize(f.Fd()); err == nil && w > 0 && h > 0 {
			m.w, m.h = w, h
			m.settle()
		}
	}
	p := tea.NewProgram(m,
		tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out),
		tea.WithAltScreen(), tea.WithFPS(120), tea.WithoutSignalHandler())
	_, err := p.Run()
	if errors.Is(err, tea.ErrProgramPanic) || ctx.Err() == nil {
		return err
	}
	return nil
}

package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// wroteMsg says how writing the screen went.
type wroteMsg struct {
	path string
	err  error
}

// writeWord is the footer's word for writing the screen, in the programs that
// have room for it.
func (m *shell) writeWord() string {
	if p, ok := m.program.(pane.Roomy); ok {
		return p.WriteWord()
	}
	return ""
}

// mayWrite says whether the screen may be written to a file: it is one of the
// machine that trains, on which who may only look changes nothing.
func (m *shell) mayWrite() bool { return !m.ReadOnly() }

// writeScreen writes the screen as plain text beside where the program that
// trains was started, off the screen's own path.
func (m *shell) writeScreen(string) tea.Cmd {
	rows := strings.Split(ansi.Strip(m.View()), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	text := strings.Join(rows, "\n") + "\n"
	name := fmt.Sprintf("optwatch-%s.txt", strings.ReplaceAll(draw.Clock(m.Snap.Elapsed), ":", "-"))
	if here, err := os.Getwd(); err == nil && m.far {
		name = filepath.Join(here, name)
	}
	return func() tea.Msg { return writeNew(name, text) }
}

// mostNamesakes is how many screens of one second can be written in one folder.
const mostNamesakes = 1000

// writeNew writes a file that is not there yet: where one of its name is, of this
// screen or of another, it gets a number.
func writeNew(name, text string) tea.Msg {
	first, err := name, error(fs.ErrExist)
	var f *os.File
	for n := 2; errors.Is(err, fs.ErrExist) && n <= mostNamesakes; n++ {
		if f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err != nil {
			name = fmt.Sprintf("%s-%d.txt", strings.TrimSuffix(first, ".txt"), n)
		}
	}
	if err != nil {
		return wroteMsg{first, err}
	}
	_, err = f.WriteString(text)
	if e := f.Close(); err == nil {
		err = e
	}
	return wroteMsg{name, err}
}

func (m *shell) wrote(w wroteMsg) {
	if w.err != nil {
		m.Fail(w.err)
		return
	}
	m.Say("the screen is in " + w.path)
	m.Note(view.EventInfo, "the screen was written to "+w.path)
}

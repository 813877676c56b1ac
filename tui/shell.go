package tui

import (
	"io"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/tui/cells"
	"optwatch/tui/pane"
)

// shell is the model of one program on one terminal.
type shell struct {
	*pane.Screen
	program pane.Program
	version string
	far     bool        // the terminal is not that of this process
	stopFar func()      // stops what shows the screen there; nil where that cannot be
	stopped atomic.Bool // by ctrl+z here
	thin    *cells.Output
	guest   bool      // whoever looks is on another machine
	folder  string    // where files are written for them; "" for that of this process
	environ []string  // of the terminal
	output  io.Writer // to the terminal

	w, h     int
	lay      pane.Layout // follows from the rest, after every message
	tooSmall bool

	fps         int
	chain       int  // the only chain of ticks that is still heard
	brisk       bool // it ticks fps times a second
	interrupted bool // ctrl+c was the latest key
	pointed     bool // the terminal tells of the mouse
	pointer     pointer
	hinting     bool // how one begins is told, until a key or a click
}

// newShell is a program on a screen of a usual size.
func newShell(s *pane.Screen, p pane.Program, o Terminal) *shell {
	m := &shell{
		Screen: s, program: p, version: o.Version, pointed: !o.NoMouse, hinting: o.Hints, far: o.Environ != nil, stopFar: o.Suspend,
		guest: o.Guest, folder: o.Folder, environ: o.environ(), output: o.Output, w: 80, h: 24, fps: 10,
	}
	m.pointer.shell = m
	if o.FPS > 0 {
		m.fps = o.FPS
	}
	parts := [][]pane.Binding{m.keys(), p.Keys()}
	for _, q := range p.Panes() {
		parts = append(parts, q.Keys())
	}
	s.Keys = pane.NewTable(parts...).Changed(o.Keys)
	m.fit()
	return m
}

// Init starts the chain of ticks.
func (m *shell) Init() tea.Cmd { return m.arm() }

// Update takes a message in.
func (m *shell) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 {
			m.w, m.h = msg.Width, msg.Height
		}
	case tickMsg:
		cmd = m.ticked(msg)
	case tea.KeyMsg:
		cmd = m.typed(msg)
	case tea.MouseMsg:
		cmd = m.pointer.event(msg)
	case wokenMsg:
		cmd = tea.Batch(tea.Exec(nap{}, nil), m.resumed(resumedMsg{}))
	case resumedMsg:
		cmd = m.resumed(msg)
	case wroteMsg:
		m.wrote(msg)
	case copiedMsg:
		m.copied(msg)
	default:
		m.answered(msg)
	}
	m.Heed()
	m.fit()
	if m.finished() {
		cmd = tea.Quit
	}
	return m, cmd
}

// fit makes what was chosen fit what is there.
func (m *shell) fit() {
	m.program.Follow()
	if m.tooSmall = m.w < pane.MinWidth || m.h < pane.MinHeight; m.tooSmall {
		m.lay = pane.Layout{}
	} else {
		m.lay = m.program.Arrange(m.w, m.h)
	}
	for i, p := range m.program.Panes() {
		place, seen := m.lay.Find(i)
		p.Settle(place, seen)
	}
}

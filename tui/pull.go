package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// tickMsg is a tick of a chain. Of all chains only the latest is heard, so
// that there is never more than one.
type tickMsg struct {
	chain int
	at    time.Time
}

// arm starts a new chain of ticks, which silences the one before.
func (m *shell) arm() tea.Cmd {
	m.chain++
	return m.next()
}

// next is the tick after this one: soon while anything moves.
func (m *shell) next() tea.Cmd {
	m.brisk = m.program.Moving()
	every := time.Second
	if m.brisk {
		every /= time.Duration(m.fps)
	}
	chain := m.chain
	return tea.Tick(every, func(t time.Time) tea.Msg { return tickMsg{chain, t} })
}

// ticked takes a new snapshot and asks for the next tick.
func (m *shell) ticked(t tickMsg) tea.Cmd {
	if t.chain != m.chain {
		return nil
	}
	m.Now = t.at
	m.Flash.Age(m.Now)
	if m.Flash.Text == "" {
		m.interrupted = false
	}
	m.Pull()
	m.program.Follow()
	return m.next()
}

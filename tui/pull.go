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

// sharedFrames is how many snapshots a second all who look at one source draw
// together: each costs the training half a millisecond.
const sharedFrames = 40

// next is the tick after this one: soon while anything moves.
func (m *shell) next() tea.Cmd {
	m.brisk = m.program.Moving()
	every := time.Second
	if m.brisk {
		every = m.pause()
	}
	chain := m.chain
	return tea.Tick(every, func(t time.Time) tea.Msg { return tickMsg{chain, t} })
}

// pause is the time between snapshots while anything moves: longer where many look.
func (m *shell) pause() time.Duration {
	share := time.Second * time.Duration(len(m.Snap.People)) / sharedFrames
	return min(time.Second, max(share, time.Second/time.Duration(m.fps)))
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

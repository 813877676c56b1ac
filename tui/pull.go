package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
)

// tickMsg is a tick of a chain. Of all chains only the latest is heard, so
// that there is never more than one.
type tickMsg struct {
	chain int
	at    time.Time
}

// arm starts a new chain of ticks, which silences the one before.
func (m *model) arm() tea.Cmd {
	m.chain++
	return m.next()
}

// next is the tick after this one: soon while anything moves.
func (m *model) next() tea.Cmd {
	m.brisk = m.moving()
	every := time.Second
	if m.brisk {
		every /= time.Duration(m.fps)
	}
	chain := m.chain
	return tea.Tick(every, func(t time.Time) tea.Msg { return tickMsg{chain, t} })
}

// ticked takes a new snapshot and asks for the next tick.
func (m *model) ticked(t tickMsg) tea.Cmd {
	if t.chain != m.chain {
		return nil
	}
	m.now = t.at
	m.flash.age(m.now)
	m.sets = slices.DeleteFunc(m.sets, func(s setting) bool { return s.until.Before(m.now) })
	if m.flash.text == "" {
		m.interrupted = false
	}
	m.pull()
	return m.next()
}

// pull looks at the source.
func (m *model) pull() {
	m.snap = m.source.Snapshot()
	m.base = baselineOf(m.snap)
	m.regroup()
}

// moving says whether the next snapshot is likely to differ.
func (m *model) moving() bool {
	s := m.snap
	if m.desk != nil {
		return m.desk.left() > 0
	}
	if m.alone {
		return !s.Devices.Ended
	}
	if s.Phase == train.PhaseLoading || s.Optimum.State == train.OptimumSearching && s.Phase == train.PhaseTraining {
		return true
	}
	for i := range s.Runs {
		if r := &s.Runs[i]; r.State == train.Running || r.Pending != "" {
			return true
		}
	}
	return false
}

// send asks the source for a change, and says whether it is taken; what the
// source has against it is shown.
func (m *model) send(c train.Command) bool {
	err := m.source.Do(c)
	if err != nil {
		m.fail(err)
	}
	return err == nil
}

// fail shows an error for some seconds and keeps it in the log.
func (m *model) fail(err error) {
	m.flash = flash{text: err.Error(), bad: true, until: m.now.Add(6 * time.Second)}
	m.note(train.EventFailed, err.Error())
}

// say shows a line for some seconds.
func (m *model) say(text string) {
	m.flash = flash{text: text, until: m.now.Add(4 * time.Second)}
}

// warn says for some seconds why a key does nothing. It is no event.
func (m *model) warn(text string) {
	m.flash = flash{text: text, bad: true, until: m.now.Add(4 * time.Second)}
}

// note puts a line of the screen's own into the log.
func (m *model) note(kind train.EventKind, text string) {
	m.notes = append(m.notes, train.Event{Elapsed: m.snap.Elapsed, Kind: kind, Text: text})
	m.noted++
	if len(m.notes) > 100 {
		m.notes = m.notes[1:]
	}
}

// flash is a line that stands in the footer for some seconds. Its time is that
// of the ticks.
type flash struct {
	text  string
	bad   bool
	until time.Time
}

func (f *flash) age(now time.Time) {
	if f.until.Before(now) {
		*f = flash{}
	}
}

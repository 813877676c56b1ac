package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Quitting asks while anything goes on. What the first answer does is the
// source's: what outlives its viewers is left running, so that whoever types q
// twice loses nothing, and what does not is stopped. Where the source can stop
// and save everything, that is an answer too, and the screen stays until it is done.

// quitting says whether the question is open.
func (m *shell) quitting() bool {
	q, asked := m.Over.(*pane.Question)
	return asked && q.In == pane.Quitting
}

// askQuit quits at once where nobody need be asked.
func (m *shell) askQuit(string) tea.Cmd {
	text, _ := m.program.Leaves()
	if text == "" || m.quitting() || m.stopping() != nil {
		return tea.Quit
	}
	m.Over = &pane.Question{Screen: m.Screen, Text: text, In: pane.Quitting}
	return nil
}

// quitWord is the answer that quits.
func (m *shell) quitWord() string {
	_, answer := m.program.Leaves()
	if answer == "" {
		answer = "quit"
	}
	return answer
}

// interrupt quits at the second ctrl+c in a row.
func (m *shell) interrupt(string) tea.Cmd {
	if m.interrupted {
		return tea.Quit
	}
	m.interrupted = true
	text := "ctrl+c again quits"
	if m.Snap.Leaving == view.LeavesGoing || m.Snap.Leaving == view.LeavesWatching {
		if _, answer := m.program.Leaves(); answer != "" {
			text += ": " + answer
		}
	}
	m.Flash = pane.Flash{Text: text, Until: m.Now.Add(4 * time.Second)}
	return nil
}

// stopping is the overlay while the source stops everything.
type stopping struct {
	*shell
	command uint64 // that asked for it
}

// Mode is where its keys are.
func (*stopping) Mode() pane.Mode { return pane.Stopping }

// Draw says what is waited for.
func (s *stopping) Draw(w, _ int) []string {
	inner := min(w-4, 60)
	text, title := "All runs are being stopped and saved.", "stopping…"
	if s.Snap.Leaving == view.LeavesWatching {
		text, title = "The watch is being ended and saved.", "ending…"
	}
	var lines []string
	for _, text := range draw.Wrap(text+" The screen closes once that is done.", inner-4) {
		lines = append(lines, "  "+text)
	}
	return draw.Box{Title: title, Focused: true}.Draw(s.Theme, lines, inner+2, len(lines)+2)
}

func (m *shell) stopping() *stopping {
	s, _ := m.Over.(*stopping)
	return s
}

// canFinish says whether the question is open and the source can stop and save.
func (m *shell) canFinish() bool { return m.quitting() && m.Accepts(view.Finish) }

// finishWord is the answer that has it do so.
func (m *shell) finishWord() string {
	if m.Snap.Leaving == view.LeavesWatching {
		return "end the watch"
	}
	return "stop and save"
}

// finish asks the source for that.
func (m *shell) finish() {
	m.Close()
	if !m.Send(view.Command{Kind: view.Finish}) {
		return
	}
	sent := m.Sent()
	m.Over = &stopping{m, sent[len(sent)-1].ID}
}

// finished says whether the screen may close, as all has stopped that it waits
// for, or about which it asks whoever has quit. If the source has refused, the
// screen is as before.
func (m *shell) finished() bool {
	if m.quitting() {
		text, _ := m.program.Leaves()
		return text == ""
	}
	s := m.stopping()
	if s == nil {
		return false
	}
	if slices.ContainsFunc(m.Snap.Events, func(e view.Event) bool { return e.Command == s.command && e.Kind == view.EventRefused }) {
		m.Close()
		return false
	}
	return m.Snap.Phase == view.PhaseEnded || m.Snap.Phase == view.PhaseFailed
}

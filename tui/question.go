package tui

import (
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
	"optwatch/tui/draw"
)

// question is an overlay that asks before something that cannot be undone.
type question struct {
	text     string
	quitting bool
	yes      []train.Command
}

func (q *question) mode() mode {
	if q.quitting {
		return inQuit
	}
	return inAsk
}

// draw shows the question and its answers, which are in the key table.
func (q *question) draw(m *model, w, _ int) []string {
	t := m.theme
	inner := min(w-4, 60)
	answers := draw.NewLine(inner)
	for _, h := range m.hints(q.mode()) {
		answers.Gap(2).Put(t.Strong, h.key).Gap(1).Put(t.Dim, h.word).Gap(1)
	}
	var lines []string
	for _, s := range draw.Wrap(q.text, inner-4) {
		lines = append(lines, "  "+s)
	}
	lines = append(lines, "", answers.Text())
	inner = min(inner, draw.Width(lines)+2)
	return draw.Box{Title: "?", Focused: true}.Draw(t, lines, inner+2, len(lines)+2)
}

func (m *model) close() { m.over = nil }

func (m *model) answerYes() {
	q := m.over.(*question)
	m.close()
	m.hold()
	for _, c := range q.yes {
		m.send(c)
	}
}

func (m *model) askStop() {
	q := &question{text: "Stop " + m.subject() + " at step " + draw.Grouped(m.run().Step) + "? Its curve stays."}
	if m.groups.whole {
		q.text = "Stop all runs of " + m.subject() + "? Their curves stay."
	}
	for _, r := range m.targets() {
		if goes(r) {
			q.yes = append(q.yes, train.Command{Kind: train.Stop, Run: r.ID})
		}
	}
	m.over = q
}

// askRestart restarts what has ended, and asks where anything has not.
func (m *model) askRestart() {
	runs := m.targets()
	if !slices.ContainsFunc(runs, goes) {
		m.command(train.Restart, func(*train.RunView) bool { return true })
		return
	}
	q := &question{text: "Restart " + m.subject() + " from the beginning? Its " + draw.Grouped(m.run().Step) + " steps are lost."}
	if m.groups.whole {
		q.text = "Restart all runs of " + m.subject() + " from the beginning? Their steps are lost."
	}
	for _, r := range runs {
		q.yes = append(q.yes, train.Command{Kind: train.Restart, Run: r.ID})
	}
	m.over = q
}

// askQuit quits at once where nothing would be lost.
func (m *model) askQuit(string) tea.Cmd {
	q, asked := m.over.(*question)
	n := m.alive()
	text := strconv.Itoa(n) + " runs have not ended."
	if m.desk != nil {
		n, text = m.studiesLeft()
	} else if n == 1 {
		text = "One run has not ended."
	}
	if n == 0 || asked && q.quitting {
		return tea.Quit
	}
	m.over = &question{text: text, quitting: true}
	return nil
}

// interrupt quits at the second ctrl+c in a row.
func (m *model) interrupt(string) tea.Cmd {
	if m.interrupted {
		return tea.Quit
	}
	m.interrupted = true
	m.flash = flash{text: "ctrl+c again quits", until: m.now.Add(4 * time.Second)}
	return nil
}

package tui

import (
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
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
	answers := newLine(inner)
	for _, h := range m.hints(q.mode()) {
		answers.gap(2).put(t.strong, h.key).gap(1).put(t.dim, h.word).gap(1)
	}
	var lines []string
	for _, s := range wrap(q.text, inner-4) {
		lines = append(lines, "  "+s)
	}
	lines = append(lines, "", answers.b.String())
	inner = min(inner, blockWidth(lines)+2)
	return box{title: "?", focused: true}.draw(t, lines, inner+2, len(lines)+2)
}

func (m *model) close() { m.over = nil }

func (m *model) answerYes() {
	q := m.over.(*question)
	m.close()
	for _, c := range q.yes {
		m.send(c)
	}
}

func (m *model) askStop() {
	q := &question{text: "Stop " + m.subject() + " at step " + grouped(m.run().Step) + "? Its curve stays."}
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
	q := &question{text: "Restart " + m.subject() + " from the beginning? Its " + grouped(m.run().Step) + " steps are lost."}
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

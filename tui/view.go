package tui

import (
	"strconv"
	"strings"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// View is the screen: exactly w columns and h rows.
func (m *shell) View() string {
	if m.w < 1 || m.h < 1 {
		return ""
	}
	s := strings.Join(m.rows(), "\n")
	if m.Theme.ASCII {
		return draw.ToASCII(s)
	}
	return s
}

// rows are those of the screen.
func (m *shell) rows() []string {
	if m.tooSmall {
		return m.drawTooSmall()
	}
	rows := make([]string, m.h)
	rows[0] = m.program.Header(m.w)
	m.drawBody(rows)
	switch {
	case m.Over != nil:
		m.drawOver(rows)
	case m.hinting && m.Ready():
		m.drawHints(rows)
	}
	rows[m.h-1] = m.drawFooter(m.w)
	return rows
}

func (m *shell) drawBody(rows []string) {
	if !m.Ready() {
		copy(rows[1:], m.drawLoading(m.w, m.h-2))
		return
	}
	panes := m.program.Panes()
	for _, q := range m.lay.Panes {
		for i, s := range panes[q.Pane].Draw(q.Place) {
			rows[q.Y+i] += s
		}
	}
	for _, r := range m.lay.Rows {
		rows[r.Y] = r.Draw(m.w)
	}
}

// drawOver lays the overlay over the middle of the body.
func (m *shell) drawOver(rows []string) {
	if block, x, y := m.overlay(); len(block) > 0 {
		draw.Overlay(rows[:m.h-1], block, x, y)
	}
}

// drawTooSmall says what is needed. Nothing but quitting works here, with its answers.
func (m *shell) drawTooSmall() []string {
	size := strconv.Itoa(pane.MinWidth) + "×" + strconv.Itoa(pane.MinHeight)
	have := ", have " + strconv.Itoa(m.w) + "×" + strconv.Itoa(m.h)
	text := []string{draw.FirstFit([]string{"need " + size + have, "need " + size, size}, m.w), "q quits"}
	switch {
	case m.quitting():
		text[1] = "q again: " + m.quitWord()
		if m.canFinish() {
			text = append(text, "s: "+m.finishWord())
		}
	case m.stopping() != nil:
		text[1] = "stopping, q leaves now"
	}
	if m.Flash.Text != "" {
		text[1] = draw.Clean(m.Flash.Text)
	}
	return draw.Block(text, m.w, m.h)
}

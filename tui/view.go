package tui

import (
	"strconv"
	"strings"

	"optwatch/tui/draw"
)

// View is the screen: exactly w columns and h rows.
func (m *model) View() string {
	if m.w < 1 || m.h < 1 {
		return ""
	}
	s := strings.Join(m.screen(), "\n")
	if m.theme.ASCII {
		return draw.ToASCII(s)
	}
	return s
}

// screen is the rows of the screen.
func (m *model) screen() []string {
	if m.lay.tooSmall {
		return m.drawTooSmall()
	}
	rows := make([]string, m.h)
	rows[m.lay.header.y] = m.drawHeader(m.w)
	m.drawBody(rows)
	if m.over != nil {
		m.drawOver(rows)
	}
	rows[m.lay.footer.y] = m.drawFooter(m.w)
	return rows
}

func (m *model) drawBody(rows []string) {
	if !m.ready() {
		copy(rows[1:], m.drawLoading(m.w, m.h-2))
		return
	}
	if m.desk != nil {
		m.drawStudies(rows)
		return
	}
	for _, q := range m.lay.panes {
		for i, s := range m.drawPane(q) {
			rows[q.y+i] += s
		}
	}
	if m.lay.tabs.h > 0 {
		rows[m.lay.tabs.y] = m.drawTabs(m.w)
	}
	if m.lay.brief.h > 0 {
		rows[m.lay.brief.y] = m.drawBrief(m.w)
	}
}

func (m *model) drawPane(q placed) []string {
	switch q.pane {
	case paneRuns:
		return m.drawRuns(q)
	case paneLog:
		return m.drawLog(q)
	case paneClients:
		return m.drawClients(q)
	case paneDevices:
		return m.drawDevices(q)
	case paneDiagnosis:
		return m.drawDiagnosis(q)
	}
	return m.drawCurves(q)
}

// drawOver lays the overlay over the middle of the body.
func (m *model) drawOver(rows []string) {
	body := rows[1 : m.h-1]
	block := m.over.draw(m, m.w, len(body))
	if len(block) == 0 {
		return
	}
	w := min(m.w, draw.Width(block))
	draw.Overlay(body, block, (m.w-w)/2, max(0, (len(body)-len(block))/2))
}

// drawTooSmall says what is needed. Nothing but quitting works here.
func (m *model) drawTooSmall() []string {
	size := strconv.Itoa(minWidth) + "×" + strconv.Itoa(minHeight)
	have := ", have " + strconv.Itoa(m.w) + "×" + strconv.Itoa(m.h)
	text := []string{draw.FirstFit([]string{"need " + size + have, "need " + size, size}, m.w), "q quits"}
	if q, ok := m.over.(*question); ok && q.quitting {
		text[1] = "q again: stop all and quit"
	}
	if m.flash.text != "" {
		text[1] = m.flash.text
	}
	return draw.Block(text, m.w, m.h)
}

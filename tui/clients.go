package tui

import "optwatch/tui/draw"

// drawClients draws the clients of a federated run: a row each, and under them
// what decentralising costs.
func (m *model) drawClients(q placed) []string {
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	r, f := m.find(m.roster.run), m.roster.view
	if r == nil || f == nil {
		lines := draw.Middle(m.theme.Dim.Paint("no federated run matches the filter"), w, h)
		if !q.boxed {
			return draw.Block(lines, w, h)
		}
		return draw.Box{Title: "clients", Focused: m.focus == paneClients}.Draw(m.theme, lines, q.w, q.h)
	}
	foot := m.footing(r, q, w)
	rows := max(0, h-m.clientHead(q)-len(foot))
	lines := make([]string, 0, h)
	if !q.boxed {
		lines = append(lines, m.clientTitle(r, f, w))
	}
	lines = append(lines, m.clientTable(r, f, w, rows)...)
	for len(lines) < h-len(foot) {
		lines = append(lines, "")
	}
	lines = append(lines, foot...)
	if !q.boxed {
		return draw.Block(lines, w, h)
	}
	return m.clientBox(q, r, f).Draw(m.theme, lines, q.w, q.h)
}

// clientHead is how many lines stand above the clients' rows.
func (m *model) clientHead(q placed) int {
	if q.boxed {
		return 1
	}
	return 2
}

// clientRows is how many clients are seen at once.
func (m *model) clientRows() int {
	q, seen := m.lay.find(paneClients)
	r := m.find(m.roster.run)
	if !seen || r == nil || m.roster.view == nil {
		return 1
	}
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	return max(1, h-m.clientHead(q)-len(m.footing(r, q, w)))
}

// clientHeight is how many rows of the screen the pane has a use for.
func (m *model) clientHeight() int {
	if !m.federated() {
		return 0
	}
	if m.roster.view == nil {
		return 5
	}
	n := len(m.roster.view.Clients) + 4
	if p := m.roster.view.Privacy; p != nil {
		n++
		if p.SNR < 1 {
			n++
		}
	}
	return n
}

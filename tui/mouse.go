package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// The mouse does nothing that no key does: a click focuses a pane and selects in it,
// or presses the key of the footer that it hits, the wheel scrolls, or zooms a chart,
// and a chart is dragged along its x-axis. Text is selected with shift held down,
// which terminals keep to themselves.

// pointer is the mouse on a screen.
type pointer struct {
	*shell
	held held
}

// held is where the left button went down.
type held struct {
	down    bool
	x, y    int // where the pointer was last
	pane    int // under it; -1 for none
	focused bool
	moved   bool
}

// event takes in what the mouse has done.
func (m *pointer) event(e tea.MouseMsg) tea.Cmd {
	switch {
	case m.tooSmall || e.X < 0 || e.Y < 0 || e.X >= m.w || e.Y >= m.h:
		return nil
	case e.Button == tea.MouseButtonWheelUp:
		return m.wheel(e.X, e.Y, -1)
	case e.Button == tea.MouseButtonWheelDown:
		return m.wheel(e.X, e.Y, 1)
	case e.Action == tea.MouseActionPress && e.Button == tea.MouseButtonLeft:
		m.hinting = m.hinting && !m.Ready()
		m.grab(e.X, e.Y)
	case e.Action == tea.MouseActionMotion && m.held.down:
		m.drag(e.X, e.Y)
	case e.Action == tea.MouseActionRelease && m.held.down:
		return m.release(e.X, e.Y)
	}
	return nil
}

// under is the pane in a cell and its place; -1 where none is.
func (m *pointer) under(x, y int) (int, pane.Place) {
	if m.Ready() && m.Over == nil {
		for _, q := range m.lay.Panes {
			if q.Has(x, y) {
				return q.Pane, q.Place
			}
		}
	}
	return -1, pane.Place{}
}

// grab focuses the pane under the pointer.
func (m *pointer) grab(x, y int) {
	m.interrupted = false
	at, _ := m.under(x, y)
	m.held = held{down: true, x: x, y: y, pane: at, focused: at == m.Focus}
	if at >= 0 {
		m.Flash = pane.Flash{}
		m.Focus = at
		m.program.Follow()
	}
}

// drag moves what is seen in the pane in which the button went down.
func (m *pointer) drag(x, y int) {
	by := x - m.held.x
	m.held.moved = m.held.moved || by != 0 || y != m.held.y
	m.held.x, m.held.y = x, y
	if at := m.held.pane; at >= 0 && by != 0 {
		place, seen := m.lay.Find(at)
		if d, ok := m.program.Panes()[at].(pane.Dragger); ok && seen {
			d.Drag(place, by)
		}
	}
}

// release is the end of a click, unless the pointer was moved meanwhile.
func (m *pointer) release(x, y int) tea.Cmd {
	was := m.held
	m.held = held{}
	if was.moved || x != was.x || y != was.y {
		return nil
	}
	if y == m.h-1 {
		return m.clickFooter(x)
	}
	if m.Over != nil {
		return m.clickOver(x, y)
	}
	for _, r := range m.lay.Rows {
		if r.Y == y && r.Click != nil && m.Ready() {
			r.Click(x, m.w)
			return m.acted(nil)
		}
	}
	at, place := m.under(x, y)
	if at < 0 || at != was.pane {
		return nil
	}
	if c, ok := m.program.Panes()[at].(pane.Clicker); ok {
		c.Click(place, x, y, was.focused)
		m.program.Follow()
	}
	return nil
}

// wheel scrolls what is under the pointer, be it focused or not.
func (m *pointer) wheel(x, y, by int) tea.Cmd {
	if m.Over != nil {
		if s, ok := m.Over.(pane.Scroller); ok {
			s.Scroll(by)
		}
		return nil
	}
	at, place := m.under(x, y)
	if at < 0 {
		return nil
	}
	switch p := m.program.Panes()[at].(type) {
	case pane.Wheeler:
		p.Wheel(place, x, by)
	case pane.Pager:
		p.Move(by)
	}
	m.program.Follow()
	return nil
}

// overlay is what lies over the screen as it is drawn, and where.
func (m *shell) overlay() (block []string, x, y int) {
	high := m.h - 2
	block = m.Over.Draw(m.w, high)
	return block, (m.w - min(m.w, draw.Width(block))) / 2, 1 + max(0, (high-len(block))/2)
}

// clickOver chooses in what lies over the screen.
func (m *pointer) clickOver(x, y int) tea.Cmd {
	c, ok := m.Over.(pane.Chooser)
	block, left, top := m.overlay()
	if !ok || y < top || y >= top+len(block) || x < left || x >= left+draw.Width(block) {
		return nil
	}
	if key := c.Choose(x-left, y-top); key != "" {
		return m.pressNamed(key)
	}
	return nil
}

// clickFooter presses the key of the footer in a column. Where a word has several
// keys, it is the one that is hit.
func (m *pointer) clickFooter(x int) tea.Cmd {
	_, at := m.footer(m.w)
	for i, h := range m.fitting(m.hints(), m.w-at) {
		if i > 0 {
			at += 3
		}
		if x >= at && x < at+width(h) {
			return m.pressNamed(keyAt(h.Key, x-at))
		}
		at += width(h)
	}
	return nil
}

// keyAt is the key in a column of keys as people write them; the first beside them.
func keyAt(shown string, column int) string {
	names := strings.Fields(shown)
	end := 0
	for _, name := range names {
		if end += ansi.StringWidth(name) + 1; column < end-1 {
			return name
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// pressNamed presses a key by its name, as people write it or as bubbletea does, if
// it is in the table.
func (m *pointer) pressNamed(name string) tea.Cmd {
	for _, b := range m.Keys.ValidIn(m.modes()...) {
		for _, key := range b.Keys {
			if key == name || pane.KeyName(key) == name {
				m.Flash = pane.Flash{}
				return m.acted(b.Press(key))
			}
		}
	}
	return nil
}

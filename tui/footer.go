package tui

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// drawFooter shows the keys that are valid now, or for some seconds what went
// wrong. With nothing over the screen the last two keys always stay: help and quit.
func (m *shell) drawFooter(w int) string {
	t := m.Theme
	l := draw.NewLine(w)
	if w >= 60 {
		l.Gap(1)
	}
	if m.Flash.Text != "" {
		k := t.Warn
		if m.Flash.Bad {
			k = t.Bad
		}
		return l.Put(k, draw.Short(draw.Clean(m.Flash.Text), w-2)).String()
	}
	for i, h := range m.fitting(m.Keys.Hints(m.modes()...), w-l.At()) {
		if i > 0 {
			l.Put(t.Faint, " · ")
		}
		l.Put(t.Strong, h.Key).Gap(1).Put(t.Dim, h.Word)
	}
	return l.String()
}

// fitting are the hints that fit, from the first on.
func (m *shell) fitting(hints []pane.Hint, w int) []pane.Hint {
	pinned := 0
	if m.Over == nil && !m.tooSmall {
		pinned = 2
	}
	first := len(hints) - min(pinned, len(hints))
	out, last := make([]pane.Hint, 0, len(hints)), hints[first:]
	room := w + 3
	for _, h := range last {
		room -= width(h) + 3
	}
	for _, h := range hints[:first] {
		if room >= width(h)+3 {
			out = append(out, h)
			room -= width(h) + 3
		}
	}
	return append(out, last...)
}

func width(h pane.Hint) int { return ansi.StringWidth(h.Key) + 1 + ansi.StringWidth(h.Word) }

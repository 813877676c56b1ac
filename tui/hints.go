package tui

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// drawHints lays how one begins over the lower right corner of the body: three
// hints, which go with the first key or click, and take none away.
func (m *shell) drawHints(rows []string) {
	t := m.Theme
	focus := []string{"focuses another pane: the keys below are its own", "goes to another pane"}
	keys := "tab"
	if m.pointed {
		keys = "tab, click"
	}
	hints := []struct {
		keys  string
		texts []string
	}{
		{":", []string{"finds every action by what it does, with its key", "finds every action by name", "finds actions"}},
		{"?", []string{"shows all keys, those of the focused pane first", "shows all keys"}},
		{keys, focus},
	}
	inner := min(m.w-2, 64)
	var lines []string
	for _, h := range hints {
		l := draw.NewLine(inner)
		l.Gap(1).Put(t.Strong, h.keys).Tab(2 + ansi.StringWidth(keys)).Gap(1)
		lines = append(lines, l.Put(t.Text, draw.FirstFit(h.texts, l.Left()-1)).String())
	}
	b := draw.Box{Title: "to begin with", Right: draw.FirstFit([]string{"any key goes on; this is shown once", "any key goes on"}, inner-4), Focused: true}
	block := b.Draw(t, lines, inner+2, len(lines)+2)
	draw.Overlay(rows[:m.h-1], block, max(0, m.w-inner-2), max(1, m.h-1-len(block)))
}

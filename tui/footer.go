package tui

import (
	"slices"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// drawFooter shows the keys that are valid now, or for some seconds what is said.
func (m *shell) drawFooter(w int) string {
	t := m.Theme
	l := draw.NewLine(w)
	said, keys := m.footer(w)
	if w >= 60 {
		l.Gap(1)
	}
	ink := t.Warn
	if m.Flash.Bad {
		ink = t.Bad
	}
	for i, h := range m.fitting(m.hints(), w-l.Put(ink, said).Tab(keys).At()) {
		if i > 0 {
			l.Put(t.Faint, " · ")
		}
		l.Put(t.Strong, h.Key).Gap(1).Put(t.Dim, h.Word)
	}
	return l.String()
}

// footer is what is said in the footer and the column at which its keys begin. What is
// said takes the place of the keys of the screen; those of what lies over it stay where
// there is room beside it.
func (m *shell) footer(w int) (said string, keys int) {
	if w >= 60 {
		keys = 1
	}
	if m.Flash.Text == "" {
		return "", keys
	}
	if said = m.Flash.In(w - 2); m.Over == nil {
		return said, w
	}
	return said, keys + ansi.StringWidth(said) + 3
}

// hints are those of the keys that are valid now, of the focused pane first.
func (m *shell) hints() []pane.Hint {
	hints := pane.HintsOf(m.hereFirst(m.Keys.ValidIn(m.modes()...)))
	if h, ok := m.Over.(pane.Hinter); ok && !m.tooSmall {
		hints = slices.Insert(hints, 0, h.Hint())
	}
	return hints
}

// topic is what the keys of the focused pane are about, and what it is called.
func (m *shell) topic() (t pane.Topic, name string) {
	if p, ok := m.program.(pane.Topical); ok && m.Ready() {
		return p.Topic()
	}
	return "", ""
}

// here says whether a key does something in the focused pane.
func (m *shell) here(b *pane.Binding) bool {
	if b.Here != nil {
		return m.Ready() && b.Here()
	}
	t, _ := m.topic()
	return t != "" && b.Topic == t
}

// driving is the rank of the first key that drives neither what is selected nor a
// recording, and jumping that of the first after those that go to a pane. Of the keys
// of the focused pane some come before these, so that all that there is to look at is
// named beside them.
const driving, jumping, before = 40, 70, 2

// hereFirst puts the keys of the focused pane before others, but those that drive
// what is selected, as they do from every pane, and those that the terminal is for last.
func (m *shell) hereFirst(all []*pane.Binding) []*pane.Binding {
	var groups [6][]*pane.Binding
	for _, b := range all {
		at := 4
		switch {
		case b.In == pane.Everywhere:
			at = 5
		case b.Rank < driving:
			at = 0
		case m.here(b) && len(groups[1]) < before:
			at = 1
		case m.here(b):
			at = 3
		case b.Topic == pane.OnPanes && b.Rank < jumping:
			at = 2
		}
		groups[at] = append(groups[at], b)
	}
	return slices.Concat(groups[:]...)
}

// fitting are the hints that fit, from the first on. With nothing over the screen
// those of the help and of quitting always stay, and that of the palette where
// there is room.
func (m *shell) fitting(hints []pane.Hint, w int) []pane.Hint {
	if w <= 0 {
		return nil
	}
	pinned := 0
	if m.Over == nil && !m.tooSmall {
		if pinned = 3; w < 60 {
			pinned = 2
		}
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

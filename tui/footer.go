package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// drawFooter shows the keys that are valid now, or for some seconds what went
// wrong. On the main screen the last two keys always stay: help and quit.
func (m *model) drawFooter(w int) string {
	t := m.theme
	l := draw.NewLine(w)
	if w >= 60 {
		l.Gap(1)
	}
	if m.flash.text != "" {
		k := t.Warn
		if m.flash.bad {
			k = t.Bad
		}
		return l.Put(k, draw.Short(draw.Clean(m.flash.text), w-2)).String()
	}
	for i, h := range m.fitting(m.hints(m.mode()), w-l.At()) {
		if i > 0 {
			l.Put(t.Faint, " · ")
		}
		l.Put(t.Strong, h.key).Gap(1).Put(t.Dim, h.word)
	}
	return l.String()
}

// fitting are the hints that fit, from the first on.
func (m *model) fitting(hints []hint, w int) []hint {
	pinned := 0
	if m.mode() == m.ground() {
		pinned = 2
	}
	first := len(hints) - min(pinned, len(hints))
	out, last := make([]hint, 0, len(hints)), hints[first:]
	room := w + 3
	for _, h := range last {
		room -= h.width() + 3
	}
	for _, h := range hints[:first] {
		if room >= h.width()+3 {
			out = append(out, h)
			room -= h.width() + 3
		}
	}
	return append(out, last...)
}

// hint is a key and its word in the footer.
type hint struct{ key, word string }

func (h hint) width() int { return ansi.StringWidth(h.key) + 1 + ansi.StringWidth(h.word) }

// hints are those of the bindings of a context that are valid now.
func (m *model) hints(in mode) []hint {
	var out []hint
	for i := range m.table {
		b := &m.table[i]
		if b.in != in || b.when != nil && !b.when(m) {
			continue
		}
		word := b.foot
		if b.word != nil {
			word = b.word(m)
		}
		if word != "" {
			out = append(out, hint{strings.TrimSpace(b.show), word})
		}
	}
	return out
}

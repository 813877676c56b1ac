package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// helpScreen lists the keys of the program, those not valid now dimmed.
type helpScreen struct {
	*shell
	from, rows int
}

// Mode is where the help's own keys are.
func (*helpScreen) Mode() pane.Mode { return pane.Help }

func (m *shell) openHelp() { m.Over = &helpScreen{shell: m} }

// Draw shows as many of the lines as fit.
func (h *helpScreen) Draw(w, high int) []string {
	lines := h.helpLines(min(w-2, 100))
	h.rows = len(lines)
	rows := min(high-2, len(lines))
	h.from = max(0, min(h.from, len(lines)-rows))
	b := draw.Box{Title: "keys", Focused: true}
	if h.version != "" {
		b.Beside = "optwatch " + h.version
	}
	if rest := len(lines) - rows - h.from; rest > 0 {
		b.Right = strconv.Itoa(rest) + " more below"
	}
	return b.Draw(h.Theme, lines[h.from:h.from+rows], min(w, 102), rows+2)
}

func (m *shell) helpLines(w int) []string {
	t := m.Theme
	keys := 0
	for i := range m.Keys {
		if m.helped(&m.Keys[i]) {
			keys = max(keys, ansi.StringWidth(m.Keys[i].Show))
		}
	}
	var lines []string
	for i := range m.Keys {
		b := &m.Keys[i]
		if !m.helped(b) {
			continue
		}
		key, doc := t.Strong, t.Text
		if !b.Valid() {
			key, doc = t.Faint, t.Faint
		}
		for i, s := range draw.Wrap(b.Doc, max(8, w-keys-4)) {
			l := draw.NewLine(w)
			l.Gap(1)
			if i == 0 {
				l.Put(key, b.Show)
			}
			lines = append(lines, l.Tab(keys+3).Put(doc, s).String())
		}
	}
	return append(append(lines, ""), m.program.Signs(w)...)
}

// helped says whether the help lists a binding: those of this screen, without
// those that drive what the source does not let itself be driven.
func (m *shell) helped(b *pane.Binding) bool {
	return (b.In == pane.Everywhere || m.Keys.Reached(b, m.grounds()...)) && m.Takes(b)
}

func (m *shell) scrollHelp(key string) {
	h := m.Over.(*helpScreen)
	step := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 8, "pgup": -8}[key]
	h.from = max(0, min(h.from+step, h.rows-1))
}

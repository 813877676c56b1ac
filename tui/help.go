package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// helpScreen lists the keys of the main screen, those not valid now dimmed.
type helpScreen struct{ from, rows int }

func (*helpScreen) mode() mode { return inHelp }

func (m *model) openHelp() { m.over = &helpScreen{} }

func (h *helpScreen) draw(m *model, w, high int) []string {
	lines := m.helpLines(min(w-2, 100))
	h.rows = len(lines)
	rows := min(high-2, len(lines))
	h.from = max(0, min(h.from, len(lines)-rows))
	b := box{title: "keys", focused: true}
	if m.version != "" {
		b.beside = "optwatch " + m.version
	}
	if rest := len(lines) - rows - h.from; rest > 0 {
		b.right = strconv.Itoa(rest) + " more below"
	}
	return b.draw(m.theme, lines[h.from:h.from+rows], min(w, 102), rows+2)
}

func (m *model) helpLines(w int) []string {
	t := m.theme
	keys := 0
	for _, b := range m.table {
		if m.helped(&b) {
			keys = max(keys, ansi.StringWidth(b.show))
		}
	}
	var lines []string
	for _, b := range m.table {
		if !m.helped(&b) {
			continue
		}
		key, doc := t.strong, t.text
		if b.when != nil && !b.when(m) {
			key, doc = t.faint, t.faint
		}
		for i, s := range wrap(b.doc, max(8, w-keys-4)) {
			l := newLine(w)
			l.gap(1)
			if i == 0 {
				l.put(key, b.show)
			}
			lines = append(lines, l.tab(keys+3).put(doc, s).String())
		}
	}
	return append(lines, m.signLines(w)...)
}

// helped says whether the help lists a binding.
func (m *model) helped(b *binding) bool { return b.in == everywhere || b.in == m.ground() }

// signLines explain the signs on the charts.
func (m *model) signLines(w int) []string {
	gpu := newLine(w)
	gpu.gap(1)
	for _, s := range deviceSigns {
		gpu.put(m.theme.text, string(s.glyph)).gap(1).put(m.theme.dim, s.name).gap(3)
	}
	if m.desk != nil {
		return nil
	}
	if m.alone {
		return []string{"", gpu.String()}
	}
	l := newLine(w)
	l.gap(1)
	for _, s := range signs[:3] {
		l.put(m.theme.text, string(s.glyph)).gap(1).put(m.theme.dim, s.name).gap(3)
	}
	l.put(m.theme.text, "┈").gap(1).put(m.theme.dim, "at the optimum").gap(3)
	l.put(m.theme.text, string([]rune{offBelow, offAbove})).gap(1).put(m.theme.dim, "off scale")
	seeds := newLine(w)
	seeds.gap(1).put(m.theme.text, string(m.theme.shade)).gap(1)
	seeds.put(m.theme.dim, "spread of the seeds about their median: lowest to highest, from 5 seeds on the quartiles")
	lines := []string{"", l.String(), seeds.String()}
	if m.snap.Devices != nil {
		lines = append(lines, gpu.String())
	}
	return lines
}

func (m *model) scrollHelp(key string) {
	h := m.over.(*helpScreen)
	step := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 8, "pgup": -8}[key]
	h.from = max(0, min(h.from+step, h.rows-1))
}

package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/chart"
	"optwatch/tui/draw"
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
	b := draw.Box{Title: "keys", Focused: true}
	if m.version != "" {
		b.Beside = "optwatch " + m.version
	}
	if rest := len(lines) - rows - h.from; rest > 0 {
		b.Right = strconv.Itoa(rest) + " more below"
	}
	return b.Draw(m.theme, lines[h.from:h.from+rows], min(w, 102), rows+2)
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
		key, doc := t.Strong, t.Text
		if b.when != nil && !b.when(m) {
			key, doc = t.Faint, t.Faint
		}
		for i, s := range draw.Wrap(b.doc, max(8, w-keys-4)) {
			l := draw.NewLine(w)
			l.Gap(1)
			if i == 0 {
				l.Put(key, b.show)
			}
			lines = append(lines, l.Tab(keys+3).Put(doc, s).String())
		}
	}
	return append(lines, m.signLines(w)...)
}

// helped says whether the help lists a binding.
func (m *model) helped(b *binding) bool { return b.in == everywhere || b.in == m.ground() }

// signLines explain the signs on the charts.
func (m *model) signLines(w int) []string {
	gpu := draw.NewLine(w)
	gpu.Gap(1)
	for _, s := range deviceSigns {
		gpu.Put(m.theme.Text, string(s.glyph)).Gap(1).Put(m.theme.Dim, s.name).Gap(3)
	}
	if m.desk != nil {
		return []string{"", m.figureSigns(w)}
	}
	if m.alone {
		return []string{"", gpu.String()}
	}
	l := draw.NewLine(w)
	l.Gap(1)
	for _, s := range signs[:4] {
		l.Put(m.theme.Text, string(s.glyph)).Gap(1).Put(m.theme.Dim, s.name).Gap(3)
	}
	l.Put(m.theme.Text, "┈").Gap(1).Put(m.theme.Dim, "at the optimum").Gap(3)
	l.Put(m.theme.Text, string([]rune{chart.Below, chart.Above})).Gap(1).Put(m.theme.Dim, "off scale")
	seeds := draw.NewLine(w)
	seeds.Gap(1).Put(m.theme.Text, string(m.theme.Shade)).Gap(1)
	seeds.Put(m.theme.Dim, "spread of the seeds about their median: lowest to highest, from 5 seeds on the quartiles")
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

package tui

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// drawTabs names the panes where only one is shown.
func (m *model) drawTabs(w int) string {
	t := m.theme
	l := draw.NewLine(w)
	names := m.tabNames(w)
	for p := range panes {
		if !m.has(p) {
			continue
		}
		k := t.Dim
		if p == m.focus {
			k = t.Chosen
		}
		label := " " + strconv.Itoa(int(p)+1) + " "
		if names[p] != "" {
			label += names[p] + " "
		}
		if t.Chosen.On == "" && p == m.focus {
			label = "[" + label[1:utf8.RuneCountInString(label)-1] + "]"
		}
		l.Put(k, label)
	}
	return l.String()
}

// tabNames are as long as there is room for; where there is little, only the
// focused pane has one.
func (m *model) tabNames(w int) [panes]string {
	var names [panes]string
	for p := range panes {
		names[p] = m.paneName(p)
	}
	width := func() int {
		n := 0
		for p, s := range names {
			if m.has(pane(p)) {
				n += utf8.RuneCountInString(s) + 4
			}
		}
		return n
	}
	if width() > w {
		names[0], names[1] = brief(names[0]), brief(names[1])
	}
	if width() > w {
		for p := range names {
			if pane(p) != m.focus {
				names[p] = ""
			}
		}
	}
	return names
}

// brief is a metric's name in a word or two.
func brief(title string) string {
	return strings.NewReplacer("validation accuracy %", "val acc", "test accuracy %", "test acc", "best so far", "best",
		"best known", "best", "gradient norm", "grad norm").Replace(title)
}

// drawBrief is the selected run in a line: at the value cursor if it is on.
func (m *model) drawBrief(w int) string {
	t := m.theme
	l := draw.NewLine(w)
	if m.run() == nil {
		return l.Put(t.Dim, m.noRuns()).String()
	}
	e := m.entry()
	r, p, seen := m.stands(e)
	if !seen {
		p = nowhere()
	}
	glyph, word, k := m.stateOfEntry(e)
	b := m.brush(r)
	if m.look.probe {
		glyph, k = "┊", t.Focus
	}
	states := []string{glyph + " " + word, glyph}
	if m.look.probe {
		states = []string{"┊ " + m.cursorText(), "┊ " + m.cursorValue(), "┊"}
	}
	head := []metricID{headline(m.snap), suboptimality}
	pieces := []draw.Piece{
		{Ink: t.Strong, Texts: []string{strings.TrimSpace(e.name()), draw.Clean(r.Name), draw.Short(draw.Clean(r.Name), 12)}},
		{Ink: k, Texts: states, Turn: 2},
		{Ink: t.Text, Texts: []string{m.briefText(head[0], p)}, Turn: 1},
		{Ink: t.Text, Texts: []string{m.briefText(head[1], p)}, Turn: 3},
		{Ink: t.Dim, Texts: []string{"lr " + draw.Number(r.LR, 3)}, Turn: 4},
	}
	// What is said of a state is less than its sign and the metric beside it.
	pieces[0].Texts = []string{draw.FirstFit(pieces[0].Texts, w-l.At()-6-ansi.StringWidth(glyph+pieces[2].Texts[0])-4)}
	l.Put(t.Strong, " ▸").Gap(1).Put(b.Ink, b.Flat+b.Flat).Gap(1)
	for i, q := range draw.Pieces(pieces, w-l.At(), 2) {
		if i > 0 {
			l.Gap(2)
		}
		l.Put(q.Ink, q.Texts[0])
	}
	return l.String()
}

// briefText is a metric's value in the selected run's line.
func (m *model) briefText(id metricID, p train.Point) string {
	switch id {
	case valAccuracy:
		return draw.Percent(p.ValAccuracy)
	case testAccuracy:
		return draw.Percent(p.TestAccuracy)
	case suboptimality:
		return m.gapText(p)
	}
	return draw.Precise(p.Loss)
}

package tui

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
)

// drawTabs names the panes where only one is shown.
func (m *model) drawTabs(w int) string {
	t := m.theme
	l := newLine(w)
	names := m.tabNames(w)
	for p := range panes {
		if !m.has(p) {
			continue
		}
		k := t.dim
		if p == m.focus {
			k = t.chosen
		}
		label := " " + strconv.Itoa(int(p)+1) + " "
		if names[p] != "" {
			label += names[p] + " "
		}
		if t.chosen.on == "" && p == m.focus {
			label = "[" + label[1:utf8.RuneCountInString(label)-1] + "]"
		}
		l.put(k, label)
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
	l := newLine(w)
	if m.run() == nil {
		return l.put(t.dim, m.noRuns()).String()
	}
	e := m.entry()
	r, p, seen := m.stands(e)
	if !seen {
		p = nowhere()
	}
	glyph, word, k := m.stateOfEntry(e)
	b := m.brush(r)
	if m.look.probe {
		glyph, k = "┊", t.focus
	}
	states := []string{glyph + " " + word, glyph}
	if m.look.probe {
		states = []string{"┊ " + m.cursorText(), "┊ " + m.cursorValue(), "┊"}
	}
	head := []metricID{headline(m.snap), suboptimality}
	pieces := []piece{
		{ink: t.strong, texts: []string{strings.TrimSpace(e.name()), clean(r.Name), short(clean(r.Name), 12)}},
		{ink: k, texts: states, turn: 2},
		{ink: t.text, texts: []string{m.briefText(head[0], p)}, turn: 1},
		{ink: t.text, texts: []string{m.briefText(head[1], p)}, turn: 3},
		{ink: t.dim, texts: []string{"lr " + number(r.LR, 3)}, turn: 4},
	}
	// What is said of a state is less than its sign and the metric beside it.
	pieces[0].texts = []string{firstThatFits(pieces[0].texts, w-l.at-6-ansi.StringWidth(glyph+pieces[2].texts[0])-4)}
	l.put(t.strong, " ▸").gap(1).put(b.ink, b.flat+b.flat).gap(1)
	for i, q := range whole(pieces, w-l.at, 2) {
		if i > 0 {
			l.gap(2)
		}
		l.put(q.ink, q.texts[0])
	}
	return l.String()
}

// briefText is a metric's value in the selected run's line.
func (m *model) briefText(id metricID, p train.Point) string {
	switch id {
	case valAccuracy:
		return percent(p.ValAccuracy)
	case testAccuracy:
		return percent(p.TestAccuracy)
	case suboptimality:
		return m.gapText(p)
	}
	return lossText(p.Loss)
}

// piece is a text for a line in which there may be no room for it: its
// versions, the longest first, and when its turn comes, from 0 on.
type piece struct {
	ink   ink
	texts []string
	turn  int
}

// whole are the pieces that fit into w columns with some between, in their
// order: none is cut. Each takes the longest of its versions that is left room
// for when its turn comes.
func whole(pieces []piece, w, between int) []piece {
	fits := make([]string, len(pieces))
	w += between
	last := 0
	for _, q := range pieces {
		last = max(last, q.turn)
	}
	for turn := range last + 1 {
		for i, q := range pieces {
			if q.turn != turn {
				continue
			}
			for _, s := range q.texts {
				if n := ansi.StringWidth(s) + between; n <= w {
					fits[i] = s
					w -= n
					break
				}
			}
		}
	}
	var out []piece
	for i, q := range pieces {
		if fits[i] != "" {
			out = append(out, piece{ink: q.ink, texts: fits[i : i+1]})
		}
	}
	return out
}

package tui

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// drawTabs names the panes where only one is shown.
func (m *model) drawTabs(w int) string {
	t := m.theme
	l := newLine(w)
	names := m.tabNames(w)
	for p := range panes {
		k := t.dim
		if p == m.focus {
			k = t.chosen
		}
		label := " " + strconv.Itoa(int(p)+1) + " " + names[p] + " "
		if t.chosen.on == "" && p == m.focus {
			label = "[" + label[1:utf8.RuneCountInString(label)-1] + "]"
		}
		l.put(k, label)
	}
	return l.String()
}

// tabNames are as long as there is room for.
func (m *model) tabNames(w int) [panes]string {
	names := [panes]string{metrics[m.shows(paneLeft)].title(m.snap), metrics[m.shows(paneRight)].title(m.snap), "runs", "log"}
	n := 0
	for _, s := range names {
		n += utf8.RuneCountInString(s) + 4
	}
	if n > w {
		names[0], names[1] = brief(names[0]), brief(names[1])
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
	r := m.run()
	if r == nil {
		return l.put(t.dim, m.noRuns()).String()
	}
	glyph, word, k := m.stateOf(r)
	b := t.run(r.ID)
	p := r.Last
	if m.look.probe {
		p, _ = m.probed(r)
		glyph, word, k = "┊", m.cursorText(), t.focus
	}
	l.put(t.strong, " ▸").gap(1).put(b.ink, b.flat+b.flat).gap(1).put(t.strong, clean(r.Name)).gap(2).put(k, glyph+" "+word).gap(2)
	for _, id := range []metricID{headline(m.snap), suboptimality} {
		text := lossText(p.Loss)
		switch id {
		case valAccuracy:
			text = percent(p.ValAccuracy)
		case testAccuracy:
			text = percent(p.TestAccuracy)
		case suboptimality:
			text = m.gapText(p)
		}
		l.put(t.text, text).gap(2)
	}
	if lr := "lr " + number(r.LR, 3); l.at+len(lr) <= w {
		l.put(t.dim, lr)
	}
	return l.String()
}

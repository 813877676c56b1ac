package tui

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// View is the screen: exactly w columns and h rows.
func (m *model) View() string {
	if m.w < 1 || m.h < 1 {
		return ""
	}
	s := strings.Join(m.screen(), "\n")
	if m.theme.ascii {
		return toASCII(s)
	}
	return s
}

// screen is the rows of the screen.
func (m *model) screen() []string {
	if m.lay.tooSmall {
		return m.drawTooSmall()
	}
	rows := make([]string, m.h)
	rows[m.lay.header.y] = m.drawHeader(m.w)
	m.drawBody(rows)
	if m.over != nil {
		m.drawOver(rows)
	}
	rows[m.lay.footer.y] = m.drawFooter(m.w)
	return rows
}

func (m *model) drawBody(rows []string) {
	if !m.ready() {
		copy(rows[1:], m.drawLoading(m.w, m.h-2))
		return
	}
	for _, q := range m.lay.panes {
		for i, s := range m.drawPane(q) {
			rows[q.y+i] += s
		}
	}
	if m.lay.tabs.h > 0 {
		rows[m.lay.tabs.y] = m.drawTabs(m.w)
	}
	if m.lay.brief.h > 0 {
		rows[m.lay.brief.y] = m.drawBrief(m.w)
	}
}

func (m *model) drawPane(q placed) []string {
	switch q.pane {
	case paneRuns:
		return m.drawRuns(q)
	case paneLog:
		return m.drawLog(q)
	}
	return m.drawCurves(q)
}

// drawOver lays the overlay over the middle of the body.
func (m *model) drawOver(rows []string) {
	body := rows[1 : m.h-1]
	block := m.over.draw(m, m.w, len(body))
	if len(block) == 0 {
		return
	}
	w := min(m.w, blockWidth(block))
	overlayAt(body, block, (m.w-w)/2, max(0, (len(body)-len(block))/2))
}

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

// drawTooSmall says what is needed. Nothing but quitting works here.
func (m *model) drawTooSmall() []string {
	text := []string{
		"need " + strconv.Itoa(minWidth) + "×" + strconv.Itoa(minHeight) + ", have " + strconv.Itoa(m.w) + "×" + strconv.Itoa(m.h),
		"q quits",
	}
	if q, ok := m.over.(*question); ok && q.quitting {
		text[1] = "q again: stop all and quit"
	}
	if m.flash.text != "" {
		text[1] = m.flash.text
	}
	return fitBlock(text, m.w, m.h)
}

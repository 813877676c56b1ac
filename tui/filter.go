package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
)

// filterLine is the overlay in which the filter is typed. It works as it is typed.
type filterLine struct{ input }

func (*filterLine) mode() mode { return inFilter }

func (m *model) openFilter() {
	text := []rune(m.filter)
	m.over = &filterLine{input{text, len(text)}}
}

func (f *filterLine) typed(m *model, k tea.KeyMsg) {
	f.input.typed(k)
	m.filter = f.String()
}

func (m *model) clearFilter() {
	m.filter = ""
	m.close()
}

// passes says whether a run's name or recipe contains the filter.
func (m *model) passes(r *train.RunView) bool {
	return m.filter == "" || contains(r.Name, m.filter) || contains(r.Recipe, m.filter)
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func (f *filterLine) draw(m *model, w, _ int) []string {
	inner := min(w-2, 50)
	l := newLine(inner)
	l.gap(1)
	f.input.draw(m.theme, l, inner-2)
	return box{title: "filter runs", focused: true}.draw(m.theme, []string{l.String()}, inner+2, 3)
}

package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
	"optwatch/tui/draw"
)

// filterLine is the overlay in which the filter is typed. It works as it is typed.
type filterLine struct{ draw.Input }

func (*filterLine) mode() mode { return inFilter }

func (m *model) openFilter() {
	text := []rune(m.filter)
	m.over = &filterLine{draw.Input{Text: text, At: len(text)}}
}

func (f *filterLine) typed(m *model, k tea.KeyMsg) {
	f.Input.Typed(k)
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
	l := draw.NewLine(inner)
	l.Gap(1)
	f.Input.Draw(m.theme, l, inner-2)
	return draw.Box{Title: "filter runs", Focused: true}.Draw(m.theme, []string{l.String()}, inner+2, 3)
}

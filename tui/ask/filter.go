package ask

import (
	tea "github.com/charmbracelet/bubbletea"

	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// filterLine is the overlay in which the filter is typed. It works as it is typed.
type filterLine struct {
	*runs.Runs
	draw.Input
}

const filtering pane.Mode = "filter"

// Mode is where the filter's keys are.
func (*filterLine) Mode() pane.Mode { return filtering }

// Filter asks which runs are to be shown.
func Filter(q *runs.Runs) {
	text := []rune(q.Filter)
	q.Over = &filterLine{q, draw.Input{Text: text, At: len(text)}}
}

// Typed takes a key in.
func (f *filterLine) Typed(k tea.KeyMsg) {
	f.Input.Typed(k)
	f.Filter = f.Input.String()
}

func filterKeys(q *runs.Runs) []pane.Binding {
	return []pane.Binding{
		{In: filtering, Rank: 1200, Name: "keep", Keys: []string{"enter"}, Show: "enter", Foot: "keep", Doc: "keep the filter", Do: pane.Does(q.Close)},
		{In: filtering, Rank: 1210, Name: "clear", Keys: []string{"esc"}, Show: "esc", Foot: "clear", Doc: "show all runs", Do: pane.Does(func() { q.Filter = ""; q.Close() })},
	}
}

// Draw shows the text being typed.
func (f *filterLine) Draw(w, _ int) []string {
	inner := min(w-2, 50)
	l := draw.NewLine(inner)
	l.Gap(1)
	f.Input.Draw(f.Theme, l, inner-2)
	return draw.Box{Title: "filter runs", Focused: true}.Draw(f.Theme, []string{l.String()}, inner+2, 3)
}

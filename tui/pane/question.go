package pane

import "optwatch/tui/draw"

// Question is an overlay that asks before something that cannot be undone.
type Question struct {
	*Screen
	Text string
	In   Mode   // Asked or Quitting
	Yes  func() // of Asked
}

// Mode is where the answers are.
func (q *Question) Mode() Mode { return q.In }

// Draw shows the question and its answers, which are in the key table. Where
// there is little room, the answers stay.
func (q *Question) Draw(w, h int) []string {
	inner := min(w-4, 60)
	answers := q.answers(inner)
	var lines []string
	for _, s := range draw.Wrap(q.Text, inner-4) {
		lines = append(lines, "  "+s)
	}
	if most := max(0, h-3-len(answers)); len(lines) > most {
		lines = lines[:most]
	}
	lines = append(append(lines, ""), answers...)
	inner = min(inner, draw.Width(lines)+2)
	return draw.Box{Title: "?", Focused: true}.Draw(q.Theme, lines, inner+2, len(lines)+2)
}

// answers are in a line if they fit into w columns, else below each other.
func (q *Question) answers(w int) []string {
	hints := q.Keys.Hints(q.In)
	line := draw.NewLine(4 * w)
	lines := make([]string, len(hints))
	for i, h := range hints {
		line.Gap(2).Put(q.Theme.Strong, h.Key).Gap(1).Put(q.Theme.Dim, h.Word).Gap(1)
		lines[i] = draw.NewLine(w).Gap(2).Put(q.Theme.Strong, draw.Fit(h.Key, 3)).Gap(2).Put(q.Theme.Dim, h.Word).Text()
	}
	if line.At() <= w {
		return []string{line.Text()}
	}
	return lines
}

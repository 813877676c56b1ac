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

// Draw shows the question and its answers, which are in the key table.
func (q *Question) Draw(w, _ int) []string {
	t := q.Theme
	inner := min(w-4, 60)
	answers := draw.NewLine(inner)
	for _, h := range q.Keys.Hints(q.In) {
		answers.Gap(2).Put(t.Strong, h.Key).Gap(1).Put(t.Dim, h.Word).Gap(1)
	}
	var lines []string
	for _, s := range draw.Wrap(q.Text, inner-4) {
		lines = append(lines, "  "+s)
	}
	lines = append(lines, "", answers.Text())
	inner = min(inner, draw.Width(lines)+2)
	return draw.Box{Title: "?", Focused: true}.Draw(t, lines, inner+2, len(lines)+2)
}

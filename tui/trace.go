package tui

import (
	"optwatch/train"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// trace is the running mini-batch loss, which moves between the points: its
// mean in each column.
func (m *model) trace(r *train.RunView, c *chart.Plot, b draw.Brush) chart.Stroke {
	xs, ys := make([]float64, len(r.Trace)), make([]float64, len(r.Trace))
	for i, p := range r.Trace {
		xs[i] = m.place(r, along(r, train.Point{Step: p.Step, Evals: p.Evals, Elapsed: p.Elapsed}), c.X, c.Cols)
		ys[i] = p.Mean
	}
	return chart.Stroke{Rows: c.Means(xs, ys), Style: chart.Dotted, Colour: b.Faint}
}

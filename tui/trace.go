package tui

import (
	"math"

	"optwatch/train"
	"optwatch/tui/draw"
)

// dots is the style of traces: it leaves out the way between distant rows.
var dots = draw.LineStyle{Flat: "·", Upright: " ", DownRight: "·", DownLeft: "·", UpRight: "·", UpLeft: "·", Cap: "·"}

// trace is the running mini-batch loss, which moves between the points: its
// mean in each column.
func (m *model) trace(r *train.RunView, c *chart, b draw.Brush) stroke {
	at, n := make([]float64, c.cols), make([]float64, c.cols)
	for _, p := range r.Trace {
		if col, ok := columnAt(m.place(r, along(r, train.Point{Step: p.Step, Evals: p.Evals, Elapsed: p.Elapsed}), c.x, c.cols), c.cols); ok && draw.Known(p.Mean) {
			at[col] += p.Mean
			n[col]++
		}
	}
	for i := range at {
		row := math.Round(c.y.Cell(c.y.Of(at[i]/n[i]), c.rows))
		if !(row >= 0 && row < float64(c.rows)) {
			row = math.NaN()
		}
		at[i] = row
	}
	return stroke{at, dots, b.Faint}
}

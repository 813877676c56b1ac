package tui

import (
	"math"
	"sort"

	"optwatch/train"
)

// dots is the style of traces: it leaves out the way between distant rows.
var dots = lineStyle{"·", " ", "·", "·", "·", "·", "·"}

// trace is the running mini-batch loss, which moves between the points: its
// mean in each column.
func (m *model) trace(r *train.RunView, c *chart, b brush) stroke {
	at, n := make([]float64, c.cols), make([]float64, c.cols)
	for _, p := range r.Trace {
		if col, ok := columnAt(m.place(pointAt(r, p.Evals, p.Elapsed), c.x, c.cols), c.cols); ok && known(p.Mean) {
			at[col] += p.Mean
			n[col]++
		}
	}
	for i := range at {
		row := math.Round(c.y.cell(c.y.of(at[i]/n[i]), c.rows))
		if !(row >= 0 && row < float64(c.rows)) {
			row = math.NaN()
		}
		at[i] = row
	}
	return stroke{at, dots, b.faint}
}

// pointAt is where on its curve a run was at a number of evaluations.
func pointAt(r *train.RunView, evals int64, elapsed float64) train.Point {
	p := train.Point{Evals: evals, Elapsed: elapsed}
	i := sort.Search(len(r.Curve), func(i int) bool { return r.Curve[i].Evals >= evals })
	switch {
	case len(r.Curve) == 0:
	case i == len(r.Curve):
		p.Step = r.Curve[i-1].Step
	case i == 0 || r.Curve[i].Evals == r.Curve[i-1].Evals:
		p.Step = r.Curve[i].Step
	default:
		a, b := r.Curve[i-1], r.Curve[i]
		share := float64(evals-a.Evals) / float64(b.Evals-a.Evals)
		p.Step = a.Step + int64(share*float64(b.Step-a.Step))
	}
	return p
}

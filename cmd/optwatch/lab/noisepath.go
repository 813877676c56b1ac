package lab

import (
	"fmt"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// place is where on its way a run was looked at.
type place struct {
	steps int     // of the run; 0 at θ = 0
	time  float64 // the sum of their learning rates
	noise float64 // the part of gap that the noise of the batches makes: η·tr Σ/(4B)
	gap   float64 // f − f*
	gradients
}

// noisePath measures the noise along a run of SGD, and near the optimum.
func (s *session) noisePath(p *study.Page, b *train.Bench) ([]place, error) {
	p.Doing("measuring B_simple along a run of SGD")
	const batch = 64
	steps, optimum, lr := []int{0, 30, 60, 100, 180, 300, 560, 1000, 1800, 3000, 5600, 10_000}, b.Optimum().Value, 0.1*lrScale(b)
	end := int64(steps[len(steps)-1] * batch)
	t, err := b.Trial(fmt.Sprintf("sgd:lr=%.6g,batch=%d,sample=replace", lr, batch), s.Seed, end)
	if err != nil {
		return nil, err
	}
	var out []place
	for _, at := range steps {
		if at > 0 {
			if _, err := trials.Advance(p, t, int64(at*batch)); err != nil {
				return nil, err
			}
		}
		g := gradientsAt(b, t.Theta())
		out = append(out, place{steps: at, time: lr * float64(at), noise: lr * g.trace / (4 * batch), gap: g.loss - optimum, gradients: g})
	}
	near, err := s.approach(p, b)
	if err != nil {
		return nil, err
	}
	g := gradientsAt(b, near.Theta())
	out = append(out, place{gap: g.loss - optimum, gradients: g})
	showPath(p, out)
	return out, nil
}

// showPath shows the noise at all places, of which the last is near the
// optimum, and claims how it grows.
func showPath(p *study.Page, path []place) {
	table := study.Table{Name: "batch-noise", Title: "gradient noise along a run of SGD (B = 64), and near the optimum", Head: []string{"steps", "f − f*", "‖∇f‖²", "tr Σ", "B_simple"}}
	along, end := study.Series{Name: "along SGD", Slot: 0, Dots: true}, study.Series{Name: "where SVRG has come to", Slot: 2, Dots: true}
	for i, pl := range path {
		at := fmt.Sprint(pl.steps)
		if i == len(path)-1 {
			at = "SVRG"
		}
		table.Rows = append(table.Rows, []string{at, fmt.Sprintf("%.2e", pl.gap), fmt.Sprintf("%.2e", pl.square), fmt.Sprintf("%.3f", pl.trace), fmt.Sprintf("%.3g", pl.simple())})
		back, series := path[len(path)-1-i], &along // f − f* rises along the axis
		if i == 0 {
			series = &end
		}
		series.X, series.Y = append(series.X, back.gap), append(series.Y, back.simple())
	}
	p.Tabulate(table)
	p.Draw(study.Figure{
		Name: "batch-noise", Title: "the noise scale grows as the optimum comes near",
		X: study.Axis{Label: "f − f*", Log: true}, Y: study.Axis{Label: "B_simple", Log: true}, Series: []study.Series{along, end},
	})
	first, nearest := path[0], path[len(path)-1]
	p.Claim(study.Claim{
		Text:      "Near the optimum ‖∇f‖ vanishes and tr Σ does not, so that B_simple grows without bound (a hundredfold and more here)",
		Predicted: "more than 100 × that at θ = 0", Measured: fmt.Sprintf("%.3g at θ = 0, %.3g at f − f* = %.1e", first.simple(), nearest.simple(), nearest.gap),
		RefutedBy: "100 times that or less", Verdict: study.Judge(nearest.simple() > 100*first.simple()),
	})
}

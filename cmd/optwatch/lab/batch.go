package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/diagnosis"
	"optwatch/train/record"
)

// What a larger batch buys. The mean of B gradients drawn independently has
//
//	E‖g_B − ∇f‖² = tr Σ/B        and tr Σ/B·(n−B)/(n−1) without replacement
//
// so that a batch well below B_simple = tr Σ/‖∇f‖² is mostly noise, and one
// well above it mostly ∇f. With the learning rate tuned for each batch, the
// steps to a target are then
//
//	S(B) = S_min·(1 + B_crit/B)
//
// in proportion to 1/B up to the critical batch, and flat beyond.
//
// Reference: McCandlish, Kaplan, Amodei and the OpenAI Dota team, "An empirical model of large-batch training", 2018;
// Shallue et al., "Measuring the effects of data parallelism on neural network training", JMLR 20, 2019.
var batchSize = Experiment{
	Name:  "batch",
	Title: "What a larger batch buys, and up to where",
	About: "The variance of a mini-batch gradient falls like 1/B. Steps to a target fall with it as long as the batch is small beside the gradient noise scale; " +
		"beyond the critical batch more examples a step buy nothing. The learning rate is tuned for each batch. " +
		"A measured number passes if it lies within twice its 95 % interval of what is predicted, unless the claim says otherwise.",
	run: runBatch,
}

func runBatch(s *session, p *record.Page) error {
	p.Doing("reading the data")
	b, err := s.bench(assigned)
	if err != nil {
		return err
	}
	race := newRace(b, s.o.Quick)
	draws := drawPlan(b.Objective().Len(), s.o.Quick)
	work := &workload{page: p, total: float64(len(draws)) + raceWork*float64(len(race.batches))}
	if err := s.startNoise(p, b); err != nil {
		return err
	}
	if err := s.batchNoise(p, b, draws, work); err != nil {
		return err
	}
	path, err := s.noisePath(p, b)
	if err != nil {
		return err
	}
	return s.critical(p, b, race, path, work)
}

// startNoise compares tr Σ at θ = 0 with what follows from the data alone:
// there every residual is 1/K but at the label, so that ‖∇fᵢ‖² = (1 − 1/K)‖x̃ᵢ‖².
func (s *session) startNoise(p *record.Page, b *train.Bench) error {
	ds, err := s.dataset(s.ctx, assigned.val, nil)
	if err != nil {
		return err
	}
	meanSquare, n := 0.0, float64(ds.Train.Len())
	for i := range ds.Train.Len() {
		square := 1.0
		ds.Train.X.Row(i, func(_ int, v float64) { square += v * v })
		meanSquare += square / n
	}
	g := gradientsAt(b, make([]float64, b.Objective().Dim()))
	want := (1-1/float64(len(ds.Classes)))*meanSquare - g.square
	p.Claim(record.Claim{
		Text:      "At θ = 0, tr Σ = (1 − 1/K)·mean ‖x̃ᵢ‖² − ‖∇f‖² (to 9 digits)",
		Predicted: fmt.Sprintf("%.7f", want), Measured: fmt.Sprintf("%.7f", g.trace), Verdict: record.Judge(math.Abs(g.trace/want-1) < 1e-9),
	})
	if onMNIST(b) {
		p.Claim(record.Claim{
			Text:      "MNIST: tr Σ and B_simple at θ = 0 (to 6 digits, measured elsewhere)",
			Predicted: "78.845480, 72.7666", Measured: fmt.Sprintf("%.6f, %.4f", g.trace, g.simple()),
			Verdict: record.Judge(math.Abs(g.trace/78.845480336-1) < 1e-6 && math.Abs(g.simple()/72.7666-1) < 1e-6),
		})
	}
	return nil
}

// draws is how many batches of one size to draw.
type draws struct {
	size, count int
	replace     bool
}

// drawPlan is a thousand batches of 1 … 4096 examples with replacement, and
// some without, up to half of all. Those that are large vary little.
func drawPlan(n int, quick bool) []draws {
	var out []draws
	for size := 1; size <= min(4096, n); size *= 4 {
		out = append(out, draws{size, shorter(1000, quick && size > 64, 10), true})
	}
	for _, size := range []int{n / 16, n / 4, n / 2} {
		out = append(out, draws{size, shorter(max(40, 1_000_000/size), quick, 4), false})
	}
	return out
}

// batchNoise draws batches at θ = 0, and compares the variance of their
// gradients with tr Σ/B.
func (s *session) batchNoise(p *record.Page, b *train.Bench, plan []draws, work *workload) error {
	theta := make([]float64, b.Objective().Dim())
	full := gradientsAt(b, theta)
	n := float64(b.Objective().Len())
	variances, squares := make([]estimate, len(plan)), make([][]float64, len(plan))
	p.Doing("drawing batches at θ = 0")
	err := s.each(len(plan), func(i int) error {
		i = len(plan) - 1 - i // the longest first
		d := plan[i]
		var distances []float64
		distances, squares[i] = s.draw(b, theta, full.mean, d, rand.New(rand.NewPCG(s.o.Seed, uint64(i))))
		variances[i] = average(distances)
		work.add(1)
		return s.ctx.Err()
	})
	if err != nil {
		return err
	}
	t := record.Table{Name: "batch-variance", Title: "E‖g_B − ∇f‖² at θ = 0", Head: []string{"B", "drawn", "batches", "predicted", "measured", "ratio"}}
	var with, without deviation
	var sizes, measured []float64
	drawn := [2]record.Series{{Name: "with replacement", Slot: 0, Dots: true}, {Name: "without", Slot: 1, Dots: true}}
	theory := [2]record.Series{{Name: "tr Σ/B", Slot: 0, Theory: true}, {Name: "tr Σ/B·(n−B)/(n−1)", Slot: 1, Theory: true}}
	for i, d := range plan {
		want, which, how := full.trace/float64(d.size), 0, "with replacement"
		if d.replace {
			with.add(variances[i], want)
			sizes, measured = append(sizes, float64(d.size)), append(measured, variances[i].value)
		} else {
			want *= (n - float64(d.size)) / (n - 1)
			without.add(variances[i], want)
			which, how = 1, "without"
		}
		drawn[which].X, drawn[which].Y = append(drawn[which].X, float64(d.size)), append(drawn[which].Y, variances[i].value)
		theory[which].X, theory[which].Y = append(theory[which].X, float64(d.size)), append(theory[which].Y, want)
		t.Rows = append(t.Rows, []string{fmt.Sprint(d.size), how, fmt.Sprint(d.count), fmt.Sprintf("%.4g", want), variances[i].String(), fmt.Sprintf("%.3f", variances[i].value/want)})
	}
	p.Tabulate(t)
	p.Draw(record.Figure{
		Name: "batch-variance", Title: "variance of the mini-batch gradient at θ = 0",
		X: record.Axis{Label: "B", Log: true}, Y: record.Axis{Label: "E‖g − ∇f‖²", Log: true},
		Series: []record.Series{theory[0], theory[1], drawn[0], drawn[1]},
	})
	slope := fitPower(sizes, measured).slope
	p.Claim(record.Claim{
		Text:      fmt.Sprintf("The variance of the mini-batch gradient falls like 1/B, from B = 1 to %d", int(sizes[len(sizes)-1])),
		Predicted: "slope −1", Measured: fmt.Sprintf("slope %s", slope), Verdict: record.Judge(slope.covers(-1, 2)),
	})
	p.Claim(record.Claim{
		Text: "B times the variance is tr Σ for every B", Predicted: "measured ÷ predicted = 1", Measured: with.String(), Verdict: record.Judge(with.within()),
	})
	p.Claim(record.Claim{
		Text:      "Without replacement the variance is (n−B)/(n−1) times that, up to half of the examples a batch",
		Predicted: "measured ÷ predicted = 1", Measured: without.String(), Verdict: record.Judge(without.within()),
	})
	judgeTwoBatches(p, plan, squares, full)
	return nil
}

// draw is ‖g_B − ∇f‖² and ‖g_B‖² of some batches, ∇f and g_B without the regulariser.
func (s *session) draw(b *train.Bench, theta, mean []float64, d draws, rng *rand.Rand) (distances, squares []float64) {
	o := b.Objective()
	order, rows, g := matrix.AllRows(o.Len()), make([]int32, d.size), make([]float64, o.Dim())
	b.Compute(func(yield func()) {
		for range d.count {
			for i := range rows {
				if d.replace {
					rows[i] = rng.Int32N(int32(len(order)))
					continue
				}
				j := i + rng.IntN(len(order)-i)
				order[i], order[j] = order[j], order[i]
				rows[i] = order[i]
			}
			clear(g)
			for lo := 0; lo < len(rows); lo += o.Block() {
				o.AddGrad(g, theta, rows[lo:min(lo+o.Block(), len(rows))], 1/float64(d.size))
				yield()
			}
			squares = append(squares, matrix.Dot(g, g))
			matrix.Axpy(g, -1, mean)
			distances = append(distances, matrix.Dot(g, g))
			if s.ctx.Err() != nil {
				return
			}
		}
	})
	return distances, squares
}

// judgeTwoBatches estimates B_simple as a run can, from the norms of the
// gradients of small and large batches alone.
func judgeTwoBatches(p *record.Page, plan []draws, squares [][]float64, full gradients) {
	small, large := 3, 5 // B = 64 and 1024
	if len(plan) < 9 || !plan[large].replace {
		return // too few examples
	}
	count := min(len(squares[small]), len(squares[large]))
	traces, norms, residuals := make([]float64, count), make([]float64, count), make([]float64, count)
	for i := range count {
		traces[i], norms[i] = diagnosis.TwoBatches(plan[small].size, plan[large].size, squares[small][i], squares[large][i])
	}
	trace, norm := average(traces).value, average(norms).value
	for i := range residuals { // of the quotient of means, to first order
		residuals[i] = (traces[i] - trace/norm*norms[i]) / norm
	}
	e := estimate{value: trace / norm, half: average(residuals).half}
	p.Claim(record.Claim{
		Text:      fmt.Sprintf("B_simple from the gradients of %d batches of %d and %d examples alone is tr Σ/‖∇f‖² over all", count, plan[small].size, plan[large].size),
		Predicted: fmt.Sprintf("%.2f", full.trace/full.square), Measured: e.String(), Verdict: record.Judge(e.covers(full.trace/full.square, 2)),
	})
}

// place is where on its way a run was looked at.
type place struct {
	steps int     // of the run; 0 at θ = 0
	gap   float64 // f − f*
	gradients
}

// noisePath looks at the noise along a run of SGD, and near the optimum.
func (s *session) noisePath(p *record.Page, b *train.Bench) ([]place, error) {
	p.Doing("measuring B_simple along a run of SGD")
	const batch = 64
	steps, optimum := []int{0, 30, 60, 100, 180, 300, 560, 1000, 1800, 3000, 5600, 10_000}, b.Optimum().Value
	end := int64(steps[len(steps)-1] * batch)
	t, err := b.Trial(fmt.Sprintf("sgd:lr=%.6g,batch=%d,sample=replace", 0.1*lrScale(b), batch), s.o.Seed, end)
	if err != nil {
		return nil, err
	}
	var out []place
	for _, at := range steps {
		if at > 0 {
			if _, err := advance(p, t, int64(at*batch)); err != nil {
				return nil, err
			}
		}
		g := gradientsAt(b, t.Theta())
		out = append(out, place{steps: at, gap: g.loss - optimum, gradients: g})
	}
	near, err := s.approach(p, b)
	if err != nil {
		return nil, err
	}
	g := gradientsAt(b, near.Theta())
	out = append(out, place{gap: g.loss - optimum, gradients: g})

	table := record.Table{Name: "batch-noise", Title: "gradient noise along a run of SGD (B = 64), and near the optimum", Head: []string{"steps", "f − f*", "‖∇f‖²", "tr Σ", "B_simple"}}
	series := record.Series{Name: "along SGD", Slot: 0, Dots: true}
	for i := range out {
		pl := out[i]
		at := fmt.Sprint(pl.steps)
		if i == len(out)-1 {
			at = "SVRG"
		}
		table.Rows = append(table.Rows, []string{at, fmt.Sprintf("%.2e", pl.gap), fmt.Sprintf("%.2e", pl.square), fmt.Sprintf("%.3f", pl.trace), fmt.Sprintf("%.3g", pl.simple())})
		back := out[len(out)-1-i] // f − f* rises along the axis
		series.X, series.Y = append(series.X, back.gap), append(series.Y, back.simple())
	}
	p.Tabulate(table)
	p.Draw(record.Figure{
		Name: "batch-noise", Title: "the noise scale grows as the optimum comes near",
		X: record.Axis{Label: "f − f*", Log: true}, Y: record.Axis{Label: "B_simple", Log: true}, Series: []record.Series{series},
	})
	first, nearest := out[0], out[len(out)-1]
	p.Claim(record.Claim{
		Text:      "Near the optimum ‖∇f‖ vanishes and tr Σ does not, so that B_simple grows without bound (a hundredfold and more here)",
		Predicted: "more than 100 × that at θ = 0", Measured: fmt.Sprintf("%.3g at θ = 0, %.3g at f − f* = %.1e", first.simple(), nearest.simple(), nearest.gap),
		Verdict: record.Judge(nearest.simple() > 100*first.simple()),
	})
	return out, nil
}

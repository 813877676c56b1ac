package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/diagnosis"
	"optwatch/train/study"
)

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
		out = append(out, draws{size, shorter(quick && size > 64, 1000, 100), true})
	}
	for _, size := range []int{n / 16, n / 4, n / 2} {
		out = append(out, draws{size, max(40, shorter(quick, 1_000_000, 250_000)/size), false})
	}
	return out
}

// scatter is the standard deviation of ‖g_B − ∇f‖² as a fraction of its mean,
// at most about: √(2/d) where the noise fills d dimensions alike, which is ½ in
// eight, and there are more.
const scatter = 0.5

// tolerance is what a claim on the mean of so many batches allows.
func (d draws) tolerance() float64 { return tolerance(scatter / math.Sqrt(float64(d.count))) }

// tellsApart is what claims without replacement allow at most: half of what the
// factor (n−B)/(n−1) does for B = n/2, so that to forget it is found out.
const tellsApart = 0.25

// drawAll is, for every plan, the mean ‖g_B − ∇f‖² of its batches, and their ‖g_B‖².
func (s *session) drawAll(b *train.Bench, theta, mean []float64, plan []draws, work *workload) (variances []estimate, squares [][]float64, err error) {
	variances, squares = make([]estimate, len(plan)), make([][]float64, len(plan))
	err = s.Each(len(plan), func(i int) error {
		i = len(plan) - 1 - i // the longest first
		var distances []float64
		distances, squares[i] = s.draw(b, theta, mean, plan[i], rand.New(rand.NewPCG(s.Seed, uint64(i))))
		variances[i] = average(distances)
		work.add(1)
		return s.Context().Err()
	})
	return variances, squares, err
}

// batchNoise draws batches at θ = 0, and compares the variance of their
// gradients with tr Σ/B.
func (s *session) batchNoise(p *study.Page, b *train.Bench, plan []draws, work *workload) error {
	theta := make([]float64, b.Objective().Dim())
	full := gradientsAt(b, theta)
	n := float64(b.Objective().Len())
	p.Doing("drawing batches at θ = 0")
	variances, squares, err := s.drawAll(b, theta, full.mean, plan, work)
	if err != nil {
		return err
	}
	t := study.Table{Name: "batch-variance", Title: "E‖g_B − ∇f‖² at θ = 0", Head: []string{"B", "drawn", "batches", "predicted", "measured", "ratio"}}
	var with, without deviation
	var sizes, measured, errors, expected []float64
	drawn := [2]study.Series{{Name: "with replacement", Slot: 0, Dots: true}, {Name: "without", Slot: 1, Dots: true}}
	theory := [2]study.Series{{Name: "tr Σ/B", Slot: 0, Theory: true}, {Name: "tr Σ/B·(n−B)/(n−1)", Slot: 1, Theory: true}}
	for i, d := range plan {
		want, which, how := full.trace/float64(d.size), 0, "with replacement"
		if d.replace {
			with.add(variances[i], want, d.tolerance())
			sizes, measured = append(sizes, float64(d.size)), append(measured, variances[i].value)
			errors = append(errors, variances[i].half/variances[i].value)
			expected = append(expected, scatter/math.Sqrt(float64(d.count)))
		} else {
			want *= (n - float64(d.size)) / (n - 1)
			without.add(variances[i], want, min(d.tolerance(), tellsApart))
			which, how = 1, "without"
		}
		drawn[which].X, drawn[which].Y = append(drawn[which].X, float64(d.size)), append(drawn[which].Y, variances[i].value)
		theory[which].X, theory[which].Y = append(theory[which].X, float64(d.size)), append(theory[which].Y, want)
		t.Rows = append(t.Rows, []string{fmt.Sprint(d.size), how, fmt.Sprint(d.count), fmt.Sprintf("%.4g", want), variances[i].String(), fmt.Sprintf("%.3f", variances[i].value/want)})
	}
	p.Tabulate(t)
	p.Draw(study.Figure{
		Name: "batch-variance", Title: "variance of the mini-batch gradient at θ = 0",
		X: study.Axis{Label: "B", Log: true}, Y: study.Axis{Label: "E‖g − ∇f‖²", Log: true},
		Series: []study.Series{theory[0], theory[1], drawn[0], drawn[1]},
	})
	// The batches of each size are drawn by themselves, so that the error of the slope follows from theirs.
	x := logs(sizes)
	slope := estimate{fitPower(sizes, measured).slope.value, slopeError(x, errors)}
	allowed := around(-1, tolerance(slopeError(x, expected)))
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("The variance of the mini-batch gradient falls like 1/B, from B = 1 to %d", int(sizes[len(sizes)-1])),
		Predicted: "slope −1", Measured: fmt.Sprintf("slope %s", slope), RefutedBy: allowed.refutes("%.3f"), Verdict: allowed.judge(slope),
	})
	p.Claim(study.Claim{
		Text: "B times the variance is tr Σ for every B", Predicted: with.predicted(), Measured: with.String(), RefutedBy: with.refutes(), Verdict: with.verdict(),
	})
	p.Claim(study.Claim{
		Text:      "Without replacement the variance is (n−B)/(n−1) times that, up to half of the examples a batch",
		Predicted: without.predicted(), Measured: without.String(), RefutedBy: without.refutes(), Verdict: without.verdict(),
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
			if s.Context().Err() != nil {
				return
			}
		}
	})
	return distances, squares
}

// judgeTwoBatches estimates B_simple as a run can, from the norms of the
// gradients of small and large batches alone.
func judgeTwoBatches(p *study.Page, plan []draws, squares [][]float64, full gradients) {
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
	e, want := estimate{value: trace / norm, half: average(residuals).half}, full.trace/full.square
	// A single pair of batches is off by about as much as it estimates.
	allowed := around(want, want*tolerance(1/math.Sqrt(float64(count))))
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("B_simple from the gradients of %d batches of %d and %d examples alone is tr Σ/‖∇f‖² over all", count, plan[small].size, plan[large].size),
		Predicted: fmt.Sprintf("%.2f", want), Measured: e.String(), RefutedBy: allowed.refutes("%.1f"), Verdict: allowed.judge(e),
	})
}

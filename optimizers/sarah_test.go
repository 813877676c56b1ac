package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// SARAH+ that never ends early keeps its last iterate, and is gradient descent on functions of one curvature for every
// seed: ∇fᵢ(θₜ) − ∇fᵢ(θₜ₋₁) = a(θₜ − θₜ₋₁) for all i.
func TestSARAHIsGradientDescentOnOneCurvature(t *testing.T) {
	const a, lr = 0.7, 0.3
	for seed := range uint64(5) {
		for _, m := range []int{1, 2, 7, 30} {
			for _, batch := range []int{1, 2, 5} {
				what := fmt.Sprintf("seed %d, m=%d, B=%d", seed, m, batch)
				descend(t, what, newRun(sameCurvature(9, a, seed), &SARAH{M: m, Batch: batch, Plus: true}, &SGD{}, lr), a, 40)
			}
		}
	}
}

// With the random iterate every estimate is the full gradient all the same.
func TestSARAHEstimatesTheFullGradientOnOneCurvature(t *testing.T) {
	o := sameCurvature(9, 0.7, 1)
	e := &SARAH{M: 5, Batch: 1}
	theta, g := make([]float64, 1), make([]float64, 1)
	for range 60 {
		if _, err := e.Estimate(g, theta, o); err != nil {
			t.Fatal(err)
		}
		allNear(t, "g", g, o.gradient(theta), 1e-12)
		(&SGD{}).Apply(theta, g, 0.3)
	}
}

// slowSARAH is algorithms 1 and 2 of the paper on a tape of what was drawn. It
// keeps the whole trajectory of every outer loop, and returns θ after every step
// and how many steps each loop had.
func slowSARAH(o *oracle, tape *tape, theta []float64, lr float64, m, loops int, plus bool, gamma float64) (steps [][]float64, lengths []int) {
	rows, picks := tape.rows, tape.picks
	start := slices.Clone(theta)
	for range loops {
		v := o.gradient(start)
		first := matrix.Dot(v, v)
		w := [][]float64{start, moved(start, lr, v)}
		for t := 1; t < m && (!plus || matrix.Dot(v, v) > gamma*first); t++ {
			now, before := o.gradient(w[t], rows[0]...), o.gradient(w[t-1], rows[0]...)
			for j := range v {
				v[j] += now[j] - before[j]
			}
			w, rows = append(w, moved(w[t], lr, v)), rows[1:]
		}
		steps, lengths = append(steps, w[1:]...), append(lengths, len(w)-1)
		start = w[len(w)-1]
		if !plus {
			start, picks = w[picks[0].i], picks[1:]
		}
	}
	return steps, lengths
}

func moved(theta []float64, lr float64, g []float64) []float64 {
	next := slices.Clone(theta)
	matrix.Axpy(next, -lr, g)
	return next
}

func TestSARAHFollowsThePaper(t *testing.T) {
	const m, loops, lr = 6, 8, 0.05
	for _, batch := range []int{1, 3} {
		o := leastSquares(13, 1)
		got := traced(t, o, &SARAH{M: m, Batch: batch}, lr, m*loops)
		want, _ := slowSARAH(o, o.tape, make([]float64, o.Dim()), lr, m, loops, false, 0)
		compareTraces(t, fmt.Sprintf("B=%d", batch), got, want)
	}
}

// SARAH+ ends a loop at ‖vₜ‖² ≤ γ‖v₀‖²: the loops have the paper's lengths, some shorter than m and some not.
func TestSARAHPlusFollowsThePaper(t *testing.T) {
	const m, loops, lr, gamma = 14, 10, 0.15, 0.125
	o := leastSquares(13, 1)
	o.tape = &tape{}
	probe := o.clone()
	r := newRun(o, &SARAH{M: m, Batch: 2, Plus: true, Gamma: gamma}, &SGD{}, lr)
	var got [][]float64
	for range m * loops {
		r.mustStep(t)
		got = append(got, slices.Clone(r.theta))
	}
	want, lengths := slowSARAH(probe, o.tape, make([]float64, o.Dim()), lr, m, loops, true, gamma)
	compareTraces(t, "SARAH+", got, want)
	if slices.Min(lengths) >= m || slices.Max(lengths) < m {
		t.Errorf("loops of %v steps, want some shorter than %d and some not", lengths, m)
	}
}

// The test is made at the full gradient too, so that γ = 1 gives gradient descent, as the paper notes.
func TestSARAHPlusWithGammaOneIsGradientDescent(t *testing.T) {
	o := leastSquares(13, 1)
	r := newRun(o, &SARAH{M: 10, Batch: 1, Plus: true, Gamma: 1}, &SGD{}, 0.05)
	exact := newRun(o.clone(), &Full{}, &SGD{}, 0.05)
	for range 20 {
		r.mustStep(t)
		exact.mustStep(t)
		sameBits(t, "θ", r.theta, exact.theta)
	}
}

// The next outer loop begins at an iterate drawn from θ₀ … θₘ, the one after the last step included; the mean of a
// uniform draw from 0 … m is m/2.
func TestSARAHMovesToTheIterateDrawn(t *testing.T) {
	const m, loops = 4, 400
	o := leastSquares(13, 3)
	o.tape = &tape{}
	e := &SARAH{M: m, Batch: 1}
	theta, g := make([]float64, o.Dim()), make([]float64, o.Dim())
	var trajectory [][]float64
	counts := make([]int, m+1)
	for step := range loops * m {
		if step%m == 0 && step > 0 {
			trajectory = append(trajectory, slices.Clone(theta))
			if p := o.tape.picks[step/m-1]; e.Full() != (p.i == m) {
				t.Fatalf("step %d: Full is %v with iterate %d of %d drawn", step, e.Full(), p.i, m)
			}
		}
		loss, err := e.Estimate(g, theta, o)
		if err != nil {
			t.Fatal(err)
		}
		if step%m == 0 {
			near(t, "loss", loss, o.value(theta), 1e-14)
			if step > 0 {
				p := o.tape.picks[step/m-1]
				if p.n != m+1 {
					t.Fatalf("drawn from %d iterates, want %d", p.n, m+1)
				}
				counts[p.i]++
				sameBits(t, "next start", theta, trajectory[p.i])
			}
			trajectory = nil
		}
		trajectory = append(trajectory, slices.Clone(theta))
		(&SGD{}).Apply(theta, g, 0.02)
	}
	for i, count := range counts {
		if math.Abs(float64(count)-loops/(m+1)) > 5*math.Sqrt(loops/(m+1)) {
			t.Errorf("iterate %d was drawn %d times of %d", i, count, loops)
		}
	}
}

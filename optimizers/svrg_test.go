package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// descend wants a run on functions of one curvature a to be gradient descent:
// xₜ − b̄ = (1−αa)ᵗ (x₀ − b̄), for any rows drawn. The tolerance is rounding's.
func descend(t *testing.T, what string, r *run, a float64, steps int) {
	t.Helper()
	mean := r.o.optimum()
	start := r.theta[0] - mean
	for step := 1; step <= steps; step++ {
		r.mustStep(t)
		near(t, fmt.Sprintf("%s, step %d", what, step), r.theta[0]-mean, start*math.Pow(1-r.lr*a, float64(step)), 1e-12)
	}
}

// On functions of one curvature ∇fᵢ(θ) − ∇fᵢ(θ̃) is the same for all i, so SVRG is gradient descent for every seed.
func TestSVRGIsGradientDescentOnOneCurvature(t *testing.T) {
	const a, lr = 0.7, 0.3
	for seed := range uint64(5) {
		for _, m := range []int{1, 2, 7, 30} {
			for _, batch := range []int{1, 2, 5, 20} {
				for _, stored := range []bool{false, true} {
					what := fmt.Sprintf("seed %d, m=%d, B=%d, stored %v", seed, m, batch, stored)
					e := &SVRG{M: m, Batch: batch, Stored: stored}
					descend(t, what, newRun(sameCurvature(9, a, seed), e, &SGD{}, lr), a, 40)
				}
			}
		}
	}
}

// At the snapshot the two gradients of an example cancel to the bit: the first inner step is the full gradient's,
// whichever example was drawn.
func TestSVRGBeginsWithTheFullGradient(t *testing.T) {
	o := quadratics([]float64{0.5, 1, 2, 4}, []float64{1, -1, 3, 0.5}, 1)
	for i := range int32(o.Len()) {
		for _, stored := range []bool{false, true} {
			o.force = []int32{i}
			theta, g := []float64{0.3}, []float64{0}
			loss, err := (&SVRG{M: 3, Batch: 1, Stored: stored}).Estimate(g, theta, o)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, fmt.Sprintf("g of example %d", i), g, o.gradient(theta))
			near(t, "loss", loss, o.value(theta), 1e-15)
		}
	}
}

// With curvatures aᵢ and all bᵢ = 0, xₜ₊₁ = xₜ − α(aᵢ(xₜ − x̃) + āx̃): over all i its mean is (1−αā)xₜ and its
// variance α²·Var(a)·(xₜ − x̃)², which vanishes at the snapshot.
func TestSVRGVariance(t *testing.T) {
	const lr, start = 0.1, 2.0
	a := []float64{0.5, 1, 2, 4}
	meanA, varA := moments(a)
	var before float64
	var after []float64
	for i := range int32(len(a)) {
		o := quadratics(a, make([]float64, len(a)), 1)
		r := newRun(o, &SVRG{M: 9, Batch: 1}, &SGD{}, lr)
		r.theta[0] = start
		o.force = []int32{0}
		r.mustStep(t)
		o.force = []int32{2}
		r.mustStep(t)
		before = r.theta[0]
		o.force = []int32{i}
		r.mustStep(t)
		after = append(after, r.theta[0])
	}
	mean, variance := moments(after)
	near(t, "mean", mean, (1-lr*meanA)*before, 1e-14)
	if want := lr * lr * varA * (before - start) * (before - start); math.Abs(variance/want-1) > 1e-12 {
		t.Errorf("variance: got %g, want %g", variance, want)
	}
}

// slowSVRG is the procedure of the paper on a tape of what was drawn. It keeps
// the whole trajectory of every outer loop, and returns θ after every step.
func slowSVRG(o *oracle, tape *tape, theta []float64, lr float64, m, loops int, second bool) [][]float64 {
	var steps [][]float64
	rows, picks := tape.rows, tape.picks
	snapshot := slices.Clone(theta)
	for range loops {
		mu := o.gradient(snapshot)
		trajectory := [][]float64{slices.Clone(snapshot)}
		for range m {
			w := trajectory[len(trajectory)-1]
			now, then := o.gradient(w, rows[0]...), o.gradient(snapshot, rows[0]...)
			next := slices.Clone(w)
			for j := range next {
				next[j] -= lr * (now[j] - then[j] + mu[j])
			}
			trajectory, rows = append(trajectory, next), rows[1:]
		}
		steps = append(steps, trajectory[1:]...)
		snapshot = trajectory[m]
		if second {
			snapshot, picks = trajectory[picks[0].i], picks[1:]
		}
	}
	return steps
}

// traced runs an estimator with SGD's rule and keeps θ after every step.
func traced(t *testing.T, o *oracle, e Estimator, lr float64, steps int) [][]float64 {
	t.Helper()
	o.tape = &tape{}
	r := newRun(o, e, &SGD{}, lr)
	out := make([][]float64, steps)
	for i := range out {
		r.mustStep(t)
		out[i] = slices.Clone(r.theta)
	}
	return out
}

func compareTraces(t *testing.T, what string, got, want [][]float64) {
	t.Helper()
	for i := range want {
		allNear(t, fmt.Sprintf("%s: step %d", what, i+1), got[i], want[i], 1e-12)
	}
}

func TestSVRGFollowsThePaper(t *testing.T) {
	const m, loops, lr = 6, 8, 0.05
	for _, batch := range []int{1, 3} {
		for _, second := range []bool{false, true} {
			for _, stored := range []bool{false, true} {
				o := leastSquares(13, 1)
				got := traced(t, o, &SVRG{M: m, Batch: batch, Second: second, Stored: stored}, lr, m*loops)
				want := slowSVRG(o, o.tape, make([]float64, o.Dim()), lr, m, loops, second)
				compareTraces(t, fmt.Sprintf("B=%d, option II %v, stored %v", batch, second, stored), got, want)
			}
		}
	}
}

// Stored residuals change the bill and not the numbers, but for rounding.
func TestSVRGStored(t *testing.T) {
	const steps = 60
	o := leastSquares(13, 2)
	plain := traced(t, o.clone(), &SVRG{M: 7, Batch: 2}, 0.05, steps)
	stored := traced(t, o.clone(), &SVRG{M: 7, Batch: 2, Stored: true}, 0.05, steps)
	compareTraces(t, "stored", stored, plain)
}

// Option II draws from the m iterates before each step, and θ itself moves to the one drawn.
func TestSVRGOptionIIMovesToTheIterateDrawn(t *testing.T) {
	const m = 5
	o := leastSquares(13, 3)
	o.tape = &tape{}
	e := &SVRG{M: m, Batch: 1, Second: true}
	theta, g := make([]float64, o.Dim()), make([]float64, o.Dim())
	var trajectory [][]float64
	seen := map[int]bool{}
	for step := range 40 * m {
		if boundary := step%m == 0; boundary && step > 0 {
			if e.Full() {
				t.Fatalf("step %d: Full, although the snapshot is another iterate", step)
			}
		}
		loss, err := e.Estimate(g, theta, o)
		if err != nil {
			t.Fatal(err)
		}
		if step%m == 0 {
			if step > 0 {
				p := o.tape.picks[step/m-1]
				if p.n != m {
					t.Fatalf("drawn from %d iterates, want %d", p.n, m)
				}
				seen[p.i] = true
				sameBits(t, "next snapshot", theta, trajectory[p.i])
				near(t, "loss", loss, o.value(theta), 1e-14)
			}
			trajectory = nil
		}
		trajectory = append(trajectory, slices.Clone(theta))
		(&SGD{}).Apply(theta, g, 0.05)
	}
	if len(seen) != m {
		t.Errorf("the iterates %v were drawn, want all %d", seen, m)
	}
}

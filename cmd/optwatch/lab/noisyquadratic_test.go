package lab

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/optimizers"
)

var plain = noisyQuadratic{mu: 1, noise: 1, start: 3}

// TestStrongExact checks E f after T steps of 2/(μ(t+1)) in units of s²/μ
// against values computed by hand from s²(2T+1)/(3μT(T+1)), and against the
// recursion, from wherever it starts.
func TestStrongExact(t *testing.T) {
	steps := []int{1, 10, 100, 1000}
	for i, want := range []float64{0.5, 0.0636364, 0.00663366, 6.66334e-4} {
		q := noisyQuadratic{mu: 0.25, noise: 3, start: 7}
		unit := q.noise * q.noise / q.mu
		recursion := q.expected(optimizers.Strong{T0: 1}, 1/q.mu, 1, steps)[i]
		if got := q.strong(steps[i]) / unit; math.Abs(got-want) > 1e-6*want || math.Abs(recursion/unit-got) > 1e-12 {
			t.Errorf("T = %d: %.9g, by recursion %.9g, want %.9g", steps[i], got, recursion/unit, want)
		}
	}
}

// TestStrongAveraged builds x̄ as a linear function of the noise, column by
// column, and adds up the squares of its coefficients.
func TestStrongAveraged(t *testing.T) {
	q, steps := noisyQuadratic{mu: 0.25, noise: 3, start: 7}, 40
	mean := func(start float64, kick int) float64 { // x̄ without noise but for 1 at a step
		x, sum := start, 0.0
		for t := 1; t <= steps; t++ {
			sum += float64(t) * x
			g := q.mu * x
			if t == kick {
				g++
			}
			x -= 2 / (q.mu * float64(t+1)) * g
		}
		return sum * 2 / float64(steps*(steps+1))
	}
	want := mean(q.start, 0) * mean(q.start, 0)
	for kick := 1; kick <= steps; kick++ {
		want += q.noise * q.noise * mean(0, kick) * mean(0, kick)
	}
	want *= q.mu / 2
	if got := q.strongAveraged(steps); math.Abs(got-want) > 1e-12*want {
		t.Errorf("E f(x̄) = %.12g, want %.12g", got, want)
	}
	if bound := q.strongBound(steps); bound < want {
		t.Errorf("the bound %g is below %g", bound, want)
	}
}

// TestFloor lets the recursion settle.
func TestFloor(t *testing.T) {
	for _, lr := range []float64{0.05, 0.4, 1.5} {
		want := plain.expected(optimizers.Constant{}, lr, 8, []int{2000})[0]
		if got := plain.floor(lr, 8); math.Abs(got-want) > 1e-12*want {
			t.Errorf("lr %g: floor %g, want %g", lr, got, want)
		}
	}
	late := plain.expected(optimizers.InvSqrt{}, 0.6, 1, []int{1_000_000})[0]
	if want := 0.6 / (4 * 1000); math.Abs(late/want-1) > 1e-3 { // α₀s²/(4√t)
		t.Errorf("α₀/√t: %g, want about %g", late, want)
	}
}

// TestWalkFollowsTheory runs flocks with every schedule: their means lie within
// four standard errors of what is expected, √(2/repetitions) of it each.
func TestWalkFollowsTheory(t *testing.T) {
	at := []int{1, 3, 30, 300}
	for _, c := range []struct {
		name     string
		schedule optimizers.Schedule
		lr       float64
		batch    int
	}{{"constant", optimizers.Constant{}, 0.3, 4}, {"invsqrt", optimizers.InvSqrt{}, 0.5, 1}, {"strong", optimizers.Strong{T0: 1}, 1, 1}} {
		got, err := plain.walk(context.Background(), c.schedule, c.lr, c.batch, at, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		want := plain.expected(c.schedule, c.lr, c.batch, at)
		for i := range at {
			if math.Abs(got.last[i]/want[i]-1) > 4*math.Sqrt(2.0/repetitions) {
				t.Errorf("%s after %d steps: %g, want %g", c.name, at[i], got.last[i], want[i])
			}
			averaged := plain.strongAveraged(at[i])
			if c.name == "strong" && math.Abs(got.averaged[i]/averaged-1) > 4*math.Sqrt(2.0/repetitions) {
				t.Errorf("the average of %d steps: %g, want %g", at[i], got.averaged[i], averaged)
			}
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := plain.walk(ctx, optimizers.Constant{}, 0.1, 1, []int{1 << 40}, rand.New(rand.NewPCG(1, 2))); err == nil {
		t.Error("a walk goes on after its context has ended")
	}
}

// TestFits checks the fits on a case worked by hand: x = 1 … 5, y = 2x + 1 with
// errors +1, −1, 0, −1, +1, so that Σe² = 4, Σ(x−x̄)² = 10 and t(3, 0.975) = 3.182446.
func TestFits(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5}, []float64{4, 4, 7, 8, 12}
	fit := fitLine(x, y)
	half := 3.182446 * math.Sqrt(4.0/3/10)
	if math.Abs(fit.slope.value-2) > 1e-12 || math.Abs(fit.intercept-1) > 1e-12 || math.Abs(fit.slope.half-half) > 1e-6 || math.Abs(fit.r2-40.0/44) > 1e-12 {
		t.Errorf("fit %+v, want 1 + (2 ± %.6f)x with R² = %.6f", fit, half, 40.0/44)
	}
	power := fitPower([]float64{1, 10, 100}, []float64{8, 4, 2})
	if math.Abs(power.slope.value+math.Log10(2)) > 1e-12 || power.slope.half > 1e-12 {
		t.Errorf("power %+v, want slope %g", power, -math.Log10(2))
	}
	mean := average([]float64{1, 2, 3, 4}) // deviation √(5/3), t(3, 0.975) = 3.182446
	if math.Abs(mean.value-2.5) > 1e-12 || math.Abs(mean.half-3.182446*math.Sqrt(5.0/12)) > 1e-6 {
		t.Errorf("mean %+v", mean)
	}
	if decay := fitDecay(slices.Clone(x), []float64{1e-1, 1e-2, 1e-3, 1e-4, 1e-5}); math.Abs(decay.slope.value+1) > 1e-12 || math.Abs(decay.r2-1) > 1e-12 {
		t.Errorf("decay %+v", decay)
	}
}

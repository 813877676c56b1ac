package lab

import (
	"context"
	"math/rand/v2"

	"optwatch/optimizers"
)

// noisyQuadratic is SGD's simplest problem, of which everything is known: one
// coordinate, and gradients with noise that does not depend on where x is.
//
//	f(x) = (μ/2)x²        g = μx + (1/B) Σ N(0, s²)
//
// The second moment mₜ = E xₜ² then follows exactly, for any step sizes:
//
//	mₜ₊₁ = (1 − αₜμ)²·mₜ + αₜ²s²/B
//
// Reference: Bottou, Curtis and Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60, 2018,
// section 4.
type noisyQuadratic struct {
	mu    float64 // μ
	noise float64 // s, the standard deviation of a gradient
	start float64 // x₁
}

// flock is what some repetitions found on average, at some counts of steps.
type flock struct {
	last     []float64 // f of the iterate after so many steps
	averaged []float64 // f of the average of the iterates before these steps, weighted by t
}

// repetitions are those of a flock: coordinates of one vector that SGD moves.
const repetitions = 512

// walk takes a flock from x₁ through max(at) steps of lr·schedule with batches
// of B. at rises.
func (q noisyQuadratic) walk(ctx context.Context, schedule optimizers.Schedule, lr float64, batch int, at []int, rng *rand.Rand) (flock, error) {
	x, g, weighted := make([]float64, repetitions), make([]float64, repetitions), make([]float64, repetitions)
	for i := range x {
		x[i] = q.start
	}
	var rule optimizers.SGD
	var out flock
	for t := 1; len(out.last) < len(at); t++ {
		for i := range x {
			weighted[i] += float64(t) * x[i]
			noise := 0.0
			for range batch {
				noise += q.noise * rng.NormFloat64()
			}
			g[i] = q.mu*x[i] + noise/float64(batch)
		}
		rule.Apply(x, g, lr*schedule.At(t))
		if t == at[len(out.last)] {
			out.last = append(out.last, q.meanValue(x, 1))
			out.averaged = append(out.averaged, q.meanValue(weighted, 2/(float64(t)*float64(t+1))))
		}
		if t%1000 == 0 && ctx.Err() != nil {
			return flock{}, ctx.Err()
		}
	}
	return out, nil
}

// meanValue is the mean of f(scale·x) over the flock.
func (q noisyQuadratic) meanValue(x []float64, scale float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += q.mu / 2 * scale * scale * v * v
	}
	return sum / float64(len(x))
}

// expected is E f after so many steps, by the recursion.
func (q noisyQuadratic) expected(schedule optimizers.Schedule, lr float64, batch int, at []int) []float64 {
	var out []float64
	m := q.start * q.start
	for t := 1; len(out) < len(at); t++ {
		alpha := lr * schedule.At(t)
		shrink := 1 - alpha*q.mu
		m = shrink*shrink*m + alpha*alpha*q.noise*q.noise/float64(batch)
		if t == at[len(out)] {
			out = append(out, q.mu/2*m)
		}
	}
	return out
}

// floor is E f where a constant step settles: ηs²/(2(2−ημ)B).
func (q noisyQuadratic) floor(lr float64, batch int) float64 {
	return lr * q.noise * q.noise / (2 * (2 - lr*q.mu) * float64(batch))
}

// strong is E f after T steps of 2/(μ(t+1)), s²(2T+1)/(3μT(T+1)): the first step
// forgets x₁.
func (q noisyQuadratic) strong(steps int) float64 {
	t := float64(steps)
	return q.noise * q.noise * (2*t + 1) / (3 * q.mu * t * (t + 1))
}

// strongAveraged is E f of the average Σ t·xₜ·2/(T(T+1)) over the same steps.
// With t·xₜ = −(2/μ)/(t−1) Σ_{j<t} jξⱼ from t = 2 on, and H the harmonic numbers,
//
//	E x̄² = (2/(T(T+1)))²·(x₁² + (4s²/μ²) Σ_{j<T} j²(H_{T−1} − H_{j−1})²)
func (q noisyQuadratic) strongAveraged(steps int) float64 {
	harmonic, sum := 0.0, 0.0
	for j := steps - 1; j >= 1; j-- {
		harmonic += 1 / float64(j) // H_{T−1} − H_{j−1}
		sum += float64(j) * float64(j) * harmonic * harmonic
	}
	scale := 2 / (float64(steps) * float64(steps+1))
	return q.mu / 2 * scale * scale * (q.start*q.start + 4*q.noise*q.noise/(q.mu*q.mu)*sum)
}

// strongBound is 2G²/(μ(T+1)), what theory grants the average. G² is the
// largest E‖gₜ‖² = μ²E xₜ² + s²: that of the first step or the second.
func (q noisyQuadratic) strongBound(steps int) float64 {
	square := q.noise*q.noise + max(q.mu*q.mu*q.start*q.start, q.noise*q.noise)
	return 2 * square / (q.mu * float64(steps+1))
}

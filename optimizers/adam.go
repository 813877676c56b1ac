package optimizers

import "math"

// Adam is stochastic gradient descent with per-coordinate steps from running moments:
//
//	mₜ = β₁mₜ₋₁ + (1−β₁)gₜ        vₜ = β₂vₜ₋₁ + (1−β₂)gₜ²
//	θₜ₊₁ = θₜ − α·m̂ₜ/(√v̂ₜ + ε)    m̂ₜ = mₜ/(1−β₁ᵗ), v̂ₜ = vₜ/(1−β₂ᵗ)
//
// Reference: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
type Adam struct {
	Beta1 float64 // β₁
	Beta2 float64 // β₂
	Eps   float64 // ε

	t    int
	m, v []float64

	lr, c1, c2 float64 // of the step that has begun
}

var (
	_ Flooring = (*Adam)(nil)
	_ Parted   = (*Adam)(nil)
)

// Apply is one step.
func (a *Adam) Apply(theta, g []float64, lr float64) {
	a.Begin(theta, lr)
	a.Part(theta, g, 0)
}

// Begin prepares a step.
func (a *Adam) Begin(theta []float64, lr float64) {
	zeros(&a.m, len(theta))
	zeros(&a.v, len(theta))
	a.t++
	a.lr = lr
	a.c1, a.c2 = a.corrections()
}

// Part is a part of a step.
func (a *Adam) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	m, v, lr, c1, c2 := a.m[lo:hi], a.v[lo:hi], a.lr, a.c1, a.c2
	for i := a.fast(theta, m, v, g, lr, c1, c2); i < len(g); i++ {
		gi := g[i]
		m[i] = flush(a.Beta1*m[i] + (1-a.Beta1)*gi)
		v[i] = flush(a.Beta2*v[i] + (1-a.Beta2)*gi*gi)
		theta[i] -= lr * (m[i] / c1) / (math.Sqrt(v[i]/c2) + a.Eps)
	}
}

// corrections are 1−β₁ᵗ and 1−β₂ᵗ.
func (a *Adam) corrections() (c1, c2 float64) {
	return 1 - math.Pow(a.Beta1, float64(a.t)), 1 - math.Pow(a.Beta2, float64(a.t))
}

// Floored is the share of coordinates with √v̂ ≤ ε, where it is ε that bounds
// the step, among those that have seen a gradient at all; NaN for none.
func (a *Adam) Floored() float64 {
	_, c2 := a.corrections()
	return floored(a.v, c2, a.Eps)
}

// floored is the share with 0 < √(v/c) ≤ ε among those with v > 0.
func floored(v []float64, c, eps float64) float64 {
	below, seen := 0, 0
	for _, vi := range v {
		if vi > 0 {
			seen++
			if vi <= eps*eps*c {
				below++
			}
		}
	}
	return float64(below) / float64(seen)
}

// State is the moments and the number of steps they have seen.
func (a *Adam) State() []Var {
	return []Var{{Name: "t", Int: &a.t}, {Name: "m", Vec: &a.m}, {Name: "v", Vec: &a.v}}
}

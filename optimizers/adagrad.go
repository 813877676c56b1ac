package optimizers

import "math"

// Adagrad divides each coordinate by the root of the sum of its squared gradients:
//
//	sₜ = sₜ₋₁ + gₜ²        θₜ₊₁ = θₜ − α·gₜ/(√sₜ + ε)
//
// Reference: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
// JMLR 12, 2011, with diagonal matrices.
type Adagrad struct {
	Eps float64 // ε

	s []float64

	lr float64 // of the step that has begun
}

var _ Parted = (*Adagrad)(nil)

// Apply is one step.
func (a *Adagrad) Apply(theta, g []float64, lr float64) {
	a.Begin(theta, lr)
	a.Part(theta, g, 0)
}

// Begin prepares a step.
func (a *Adagrad) Begin(theta []float64, lr float64) {
	zeros(&a.s, len(theta))
	a.lr = lr
}

// Part is a part of a step.
func (a *Adagrad) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	s, lr := a.s[lo:hi], a.lr
	for i := a.fast(theta, s, g, lr); i < len(g); i++ {
		gi := g[i]
		s[i] += gi * gi
		theta[i] -= lr * gi / (math.Sqrt(s[i]) + a.Eps)
	}
}

// State is the sum of squares.
func (a *Adagrad) State() []Var { return []Var{{Name: "s", Vec: &a.s}} }

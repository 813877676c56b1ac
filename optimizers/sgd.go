package optimizers

import "optwatch/optimizers/matrix"

// SGD is stochastic gradient descent:
//
//	θₜ₊₁ = θₜ − αₜ·gₜ
//
// Reference: Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.
type SGD struct {
	lr float64 // α of a step in parts
}

var (
	_ Limited  = (*SGD)(nil)
	_ Parted   = (*SGD)(nil)
	_ Stalling = (*SGD)(nil)
)

// Apply is one step.
func (s *SGD) Apply(theta, g []float64, lr float64) {
	matrix.Axpy(theta, -lr, g)
}

// Begin prepares a step.
func (s *SGD) Begin(_ []float64, lr float64) { s.lr = lr }

// Part is a part of a step.
func (s *SGD) Part(theta, g []float64, lo int) { s.Apply(theta[lo:lo+len(g)], g, s.lr) }

// Limit is 2/L.
func (s *SGD) Limit(l float64) (lr float64, law string) { return 2 / l, "2/L" }

// NoiseFloor is α·tr Σ/(4B): the steps θ ← θ − α·g move about a minimum of any
// curvature with that E[f − f*].
//
// Reference: Mandt, Hoffman and Blei, "Stochastic gradient descent as approximate Bayesian inference", JMLR 18, 2017, for
// steps that are small beside the stability limit.
func (s *SGD) NoiseFloor(lr, trace float64, batch int) float64 {
	return lr * trace / (4 * float64(batch))
}

// State is empty.
func (s *SGD) State() []Var { return nil }

package optimizers

import "optwatch/optimizers/matrix"

// SGD is stochastic gradient descent:
//
//	θₜ₊₁ = θₜ − αₜ·gₜ
//
// Reference: Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.
type SGD struct{}

var _ Rule = (*SGD)(nil)

// Apply is one step.
func (s *SGD) Apply(theta, g []float64, lr float64) {
	matrix.Axpy(theta, -lr, g)
}

// State is empty.
func (s *SGD) State() []Var { return nil }

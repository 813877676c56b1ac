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
}

var _ Rule = (*Adagrad)(nil)

// Apply is one step.
func (a *Adagrad) Apply(theta, g []float64, lr float64) {
	s := zeros(&a.s, len(theta))
	for i := a.fast(theta, s, g, lr); i < len(g); i++ {
		gi := g[i]
		s[i] += gi * gi
		theta[i] -= lr * gi / (math.Sqrt(s[i]) + a.Eps)
	}
}

// State is the sum of squares.
func (a *Adagrad) State() []Var { return []Var{{Name: "s", Vec: &a.s}} }

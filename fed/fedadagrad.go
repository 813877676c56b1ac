package fed

import (
	"math"

	"optwatch/optimizers"
)

// FedAdagrad is Adagrad on the server:
//
//	mₜ = β₁mₜ₋₁ + (1−β₁)gₜ        sₜ = sₜ₋₁ + gₜ²
//	wₜ₊₁ = wₜ − η·mₜ/(√sₜ + τ)    s₀ = τ², g the pseudo-gradient −Δ
//
// The paper calls s v; a sum is not a mean, and under one name a switch of rules would carry it as if it were.
//
// Reference: Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar and McMahan, "Adaptive federated optimization",
// ICLR 2021, algorithm 2.
type FedAdagrad struct {
	Beta1 float64 // β₁, 0 in the paper's experiments
	Tau   float64 // τ, above 0

	m, s []float64
}

var _ optimizers.Rule = (*FedAdagrad)(nil)

// Apply is one step.
func (a *FedAdagrad) Apply(theta, g []float64, lr float64) {
	m, s := momentFrom(&a.m, len(theta), 0), momentFrom(&a.s, len(theta), a.Tau*a.Tau)
	for i, gi := range g {
		m[i] = flushMoment(a.Beta1*m[i] + (1-a.Beta1)*gi)
		s[i] += gi * gi
		theta[i] -= lr * m[i] / (math.Sqrt(s[i]) + a.Tau)
	}
}

// State is the first moment and the sum of squares.
func (a *FedAdagrad) State() []optimizers.Var {
	return []optimizers.Var{{Name: "m", Vec: &a.m}, {Name: "s", Vec: &a.s}}
}

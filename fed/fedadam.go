package fed

import (
	"math"

	"optwatch/optimizers"
)

// FedAdam is Adam on the server, without bias correction:
//
//	mₜ = β₁mₜ₋₁ + (1−β₁)gₜ        vₜ = β₂vₜ₋₁ + (1−β₂)gₜ²
//	wₜ₊₁ = wₜ − η·mₜ/(√vₜ + τ)    v₀ = τ², g the pseudo-gradient −Δ
//
// Reference: Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar and McMahan, "Adaptive federated optimization",
// ICLR 2021, algorithm 2.
type FedAdam struct {
	Beta1 float64 // β₁, 0.9 in the paper's experiments
	Beta2 float64 // β₂, 0.99 there
	Tau   float64 // τ, above 0

	m, v []float64
}

var _ optimizers.Rule = (*FedAdam)(nil)

// Apply is one step.
func (a *FedAdam) Apply(theta, g []float64, lr float64) {
	m, v := momentFrom(&a.m, len(theta), 0), momentFrom(&a.v, len(theta), a.Tau*a.Tau)
	for i, gi := range g {
		m[i] = flushMoment(a.Beta1*m[i] + (1-a.Beta1)*gi)
		v[i] = flushMoment(a.Beta2*v[i] + (1-a.Beta2)*gi*gi)
		theta[i] -= lr * m[i] / (math.Sqrt(v[i]) + a.Tau)
	}
}

// State is the moments.
func (a *FedAdam) State() []optimizers.Var {
	return []optimizers.Var{{Name: "m", Vec: &a.m}, {Name: "v", Vec: &a.v}}
}

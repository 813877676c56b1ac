package fed

import (
	"math"

	"optwatch/optimizers"
)

// FedYogi is Yogi on the server. Its second moment nears g² by the same step however far away it is, so that a large v
// is forgotten slowly:
//
//	mₜ = β₁mₜ₋₁ + (1−β₁)gₜ        vₜ = vₜ₋₁ − (1−β₂)gₜ²·sign(vₜ₋₁ − gₜ²)
//	wₜ₊₁ = wₜ − η·mₜ/(√vₜ + τ)    v₀ = τ², g the pseudo-gradient −Δ
//
// Reference: Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar and McMahan, "Adaptive federated optimization",
// ICLR 2021, algorithm 2; Zaheer, Reddi, Sachan, Kale and Kumar, "Adaptive methods for nonconvex optimization",
// NeurIPS 2018.
type FedYogi struct {
	Beta1 float64 // β₁, 0.9 in the paper's experiments
	Beta2 float64 // β₂, 0.99 there
	Tau   float64 // τ, above 0

	m, v []float64
}

var _ optimizers.Rule = (*FedYogi)(nil)

// Apply is one step.
func (y *FedYogi) Apply(theta, g []float64, lr float64) {
	m, v := momentFrom(&y.m, len(theta), 0), momentFrom(&y.v, len(theta), y.Tau*y.Tau)
	for i, gi := range g {
		m[i] = flushMoment(y.Beta1*m[i] + (1-y.Beta1)*gi)
		switch step := (1 - y.Beta2) * gi * gi; {
		case v[i] > gi*gi:
			v[i] = flushMoment(v[i] - step)
		case v[i] < gi*gi:
			v[i] = flushMoment(v[i] + step)
		}
		theta[i] -= lr * m[i] / (math.Sqrt(v[i]) + y.Tau)
	}
}

// State is the moments.
func (y *FedYogi) State() []optimizers.Var {
	return []optimizers.Var{{Name: "m", Vec: &y.m}, {Name: "v", Vec: &y.v}}
}

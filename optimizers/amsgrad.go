package optimizers

import "math"

// AMSGrad is Adam with second moments that never shrink, so that a rare large
// gradient is not forgotten:
//
//	v̂ᵐᵃˣₜ = max(v̂ᵐᵃˣₜ₋₁, v̂ₜ)        θₜ₊₁ = θₜ − α·m̂ₜ/(√v̂ᵐᵃˣₜ + ε)
//
// with mₜ, vₜ, m̂ₜ, v̂ₜ of Adam. The maximum is of the bias-corrected moment.
//
// Reference: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2, with Adam's bias
// corrections and ε.
type AMSGrad struct {
	Adam
	vmax []float64 // v̂ᵐᵃˣ
}

var (
	_ Flooring = (*AMSGrad)(nil)
	_ Parted   = (*AMSGrad)(nil)
)

// Apply is one step.
func (a *AMSGrad) Apply(theta, g []float64, lr float64) {
	a.Begin(theta, lr)
	a.Part(theta, g, 0)
}

// Begin prepares a step.
func (a *AMSGrad) Begin(theta []float64, lr float64) {
	a.Adam.Begin(theta, lr)
	zeros(&a.vmax, len(theta))
}

// Part is a part of a step.
func (a *AMSGrad) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	m, v, vmax, lr, c1, c2 := a.m[lo:hi], a.v[lo:hi], a.vmax[lo:hi], a.lr, a.c1, a.c2
	for i := a.fast(theta, m, v, vmax, g, lr, c1, c2); i < len(g); i++ {
		gi := g[i]
		m[i] = flush(a.Beta1*m[i] + (1-a.Beta1)*gi)
		v[i] = flush(a.Beta2*v[i] + (1-a.Beta2)*gi*gi)
		vmax[i] = max(vmax[i], v[i]/c2)
		theta[i] -= lr * (m[i] / c1) / (math.Sqrt(vmax[i]) + a.Eps)
	}
}

// Floored is as Adam's, of the running maximum.
func (a *AMSGrad) Floored() float64 { return floored(a.vmax, 1, a.Eps) }

// State is Adam's and the running maximum.
func (a *AMSGrad) State() []Var {
	return append(a.Adam.State(), Var{Name: "v̂max", Vec: &a.vmax})
}

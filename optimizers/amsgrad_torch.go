package optimizers

import "math"

// AMSGradTorch is AMSGrad as PyTorch computes it: the maximum is of the raw
// second moment and the bias correction comes after.
//
//	vᵐᵃˣₜ = max(vᵐᵃˣₜ₋₁, vₜ)        θₜ₊₁ = θₜ − α·m̂ₜ/(√(vᵐᵃˣₜ/(1−β₂ᵗ)) + ε)
//
// The corrected maximum may shrink while t is small, so early steps can grow:
// on g = 10, 1, 1, 1, 1 it equals Adam.
//
// Reference: torch.optim.Adam(amsgrad=True); the difference is pytorch issue 142323.
type AMSGradTorch struct {
	Adam
	vmax []float64 // vᵐᵃˣ
}

var (
	_ Flooring = (*AMSGradTorch)(nil)
	_ Parted   = (*AMSGradTorch)(nil)
)

// Apply is one step.
func (a *AMSGradTorch) Apply(theta, g []float64, lr float64) {
	a.Begin(theta, lr)
	a.Part(theta, g, 0)
}

// Begin prepares a step.
func (a *AMSGradTorch) Begin(theta []float64, lr float64) {
	a.Adam.Begin(theta, lr)
	zeros(&a.vmax, len(theta))
}

// Part is a part of a step.
func (a *AMSGradTorch) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	m, v, vmax, lr, c1, c2 := a.m[lo:hi], a.v[lo:hi], a.vmax[lo:hi], a.lr, a.c1, a.c2
	for i := a.fast(theta, m, v, vmax, g, lr, c1, c2); i < len(g); i++ {
		gi := g[i]
		m[i] = flush(a.Beta1*m[i] + (1-a.Beta1)*gi)
		v[i] = flush(a.Beta2*v[i] + (1-a.Beta2)*gi*gi)
		vmax[i] = max(vmax[i], v[i])
		theta[i] -= lr * (m[i] / c1) / (math.Sqrt(vmax[i]/c2) + a.Eps)
	}
}

// Floored is as Adam's, of the running maximum with its correction.
func (a *AMSGradTorch) Floored() float64 {
	_, c2 := a.corrections()
	return floored(a.vmax, c2, a.Eps)
}

// State is Adam's and the running maximum.
func (a *AMSGradTorch) State() []Var {
	return append(a.Adam.State(), Var{Name: "vmax", Vec: &a.vmax})
}

package optimizers

import "math"

// RMSProp divides each coordinate by a running root mean square of its gradients:
//
//	vₜ = ρ·vₜ₋₁ + (1−ρ)·gₜ²        θₜ₊₁ = θₜ − α·gₜ/(√vₜ + ε)
//
// Reference: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5, 2012; ε outside the root as in
// PyTorch.
type RMSProp struct {
	Rho float64 // ρ
	Eps float64 // ε

	v []float64

	lr float64 // of the step that has begun
}

var _ Parted = (*RMSProp)(nil)

// Apply is one step.
func (r *RMSProp) Apply(theta, g []float64, lr float64) {
	r.Begin(theta, lr)
	r.Part(theta, g, 0)
}

// Begin prepares a step.
func (r *RMSProp) Begin(theta []float64, lr float64) {
	zeros(&r.v, len(theta))
	r.lr = lr
}

// Part is a part of a step.
func (r *RMSProp) Part(theta, g []float64, lo int) {
	hi := lo + len(g)
	theta = theta[lo:hi]
	v, lr := r.v[lo:hi], r.lr
	for i := r.fast(theta, v, g, lr); i < len(g); i++ {
		gi := g[i]
		v[i] = flush(r.Rho*v[i] + (1-r.Rho)*gi*gi)
		theta[i] -= lr * gi / (math.Sqrt(v[i]) + r.Eps)
	}
}

// State is the running mean of squares.
func (r *RMSProp) State() []Var { return []Var{{Name: "v", Vec: &r.v}} }

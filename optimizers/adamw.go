package optimizers

import "optwatch/optimizers/matrix"

// AdamW is Adam with decoupled weight decay: the weights shrink by themselves
// and not through the moments.
//
//	θ ← (1 − α·λ)·θ        then a step of Adam on the gradient of the data term
//
// Reference: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2, with λ multiplied
// by the learning rate as in PyTorch.
type AdamW struct {
	Adam
	Decay float64       // λ
	Spans []matrix.Span // the weights; biases do not decay
}

var _ Decoupled = (*AdamW)(nil)

// Apply is one step.
func (a *AdamW) Apply(theta, g []float64, lr float64) {
	a.Begin(theta, lr)
	a.Part(theta, g, 0)
}

// Begin prepares a step, of which the decay comes before all parts.
func (a *AdamW) Begin(theta []float64, lr float64) {
	for _, s := range a.Spans {
		matrix.Scal(theta[s.Lo:s.Hi], 1-lr*a.Decay)
	}
	a.Adam.Begin(theta, lr)
}

// DecaysWeights marks the rule as decoupled.
func (a *AdamW) DecaysWeights() {}

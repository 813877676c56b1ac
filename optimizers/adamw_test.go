package optimizers

import (
	"math"
	"testing"

	"optwatch/optimizers/matrix"
)

// f = x²/2 from 1, lr 0.1, decay 0.1, against the same decay in the gradient: decoupled, the weights shrink first
// and by a known factor; in the gradient, Adam's normalisation all but undoes it. The order is torch.optim.AdamW's.
func TestAdamW(t *testing.T) {
	rule := &AdamW{Adam: usual, Decay: 0.1, Spans: []matrix.Span{{Lo: 0, Hi: 1}}}
	allNear(t, "AdamW", iterates(rule, 1, 0.1, 3, once), []float64{0.890000001, 0.781571856954, 0.675101223189}, 1e-12)
	adam := usual
	l2 := iterates(&adam, 1, 0.1, 3, func(_ int, x float64) float64 { return x + 0.1*x })
	allNear(t, "Adam with L2", l2, []float64{0.900000000909, 0.800412229527, 0.701586274221}, 1e-12)
}

// Without a gradient only the spans shrink, and the rest is as it was to the bit.
func TestAdamWLeavesBiasesAlone(t *testing.T) {
	rule := &AdamW{Adam: usual, Decay: 0.5, Spans: []matrix.Span{{Lo: 1, Hi: 3}, {Lo: 4, Hi: 5}}}
	theta, g := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, make([]float64, 6)
	for range 3 {
		rule.Apply(theta, g, 0.1)
	}
	shrunk := math.Pow(0.95, 3)
	allNear(t, "weights", []float64{theta[1], theta[2], theta[4]}, []float64{0.2 * shrunk, 0.3 * shrunk, 0.5 * shrunk}, 1e-15)
	sameBits(t, "biases", []float64{theta[0], theta[3], theta[5]}, []float64{0.1, 0.4, 0.6})
}

// The decay is the learning rate's share: no step, no decay.
func TestAdamWDecayFollowsTheLearningRate(t *testing.T) {
	rule := &AdamW{Adam: usual, Decay: 0.5, Spans: []matrix.Span{{Lo: 0, Hi: 1}}}
	theta := []float64{2}
	rule.Apply(theta, []float64{1}, 0)
	sameBits(t, "x", theta, []float64{2})
}

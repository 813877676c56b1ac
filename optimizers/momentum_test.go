package optimizers

import "testing"

// torch.optim.SGD on f = x², x₀ = 1, lr 0.1, momentum 0.9, without and with dampening 0.5.
func TestMomentum(t *testing.T) {
	allNear(t, "plain", iterates(&Momentum{Mu: 0.9}, 1, 0.1, 4, twice), []float64{0.8, 0.46, 0.062, -0.3086}, 1e-15)
	allNear(t, "dampened", iterates(&Momentum{Mu: 0.9, Tau: 0.5}, 1, 0.1, 4, twice), []float64{0.8, 0.54, 0.252, -0.0324}, 1e-15)
}

// The learning rate is outside the buffer: a step with lr 0 fills it and moves
// nothing, and the next one follows the new lr in full.
func TestMomentumFollowsTheLearningRateAtOnce(t *testing.T) {
	for _, c := range []struct {
		rule Rule
		want float64
	}{
		{&Momentum{Mu: 0.5}, -0.5},  // b₂ = ½
		{&Nesterov{Mu: 0.5}, -0.25}, // ½b₂
	} {
		theta := []float64{0}
		c.rule.Apply(theta, []float64{1}, 0)
		sameBits(t, "x with lr 0", theta, []float64{0})
		c.rule.Apply(theta, []float64{0}, 1)
		sameBits(t, "x with lr 1", theta, []float64{c.want})
	}
}

package optimizers

import (
	"math"
	"testing"
)

// Gradient descent on quadratics of curvature a contracts by 1 − αa.
func TestFullGradientDescent(t *testing.T) {
	const a, lr = 0.7, 0.3
	o := sameCurvature(9, a, 1)
	r := newRun(o, &Full{}, &SGD{}, lr)
	start := r.theta[0] - o.optimum()
	for step := 1; step <= 25; step++ {
		f := o.value(r.theta)
		near(t, "loss", r.mustStep(t), f, 1e-14)
		near(t, "x", r.theta[0]-o.optimum(), start*math.Pow(1-lr*a, float64(step)), 1e-14)
	}
}

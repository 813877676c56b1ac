package optimizers

import (
	"math"
	"testing"
)

// On a constant slope sₜ = t·g², so a step is α/√t whatever the slope is.
func TestAdagradOnAConstantSlope(t *testing.T) {
	for _, g := range []float64{1e-3, 1, -40} {
		x := 0.0
		for i, got := range iterates(&Adagrad{}, 0, 0.1, 50, always(g)) {
			x -= math.Copysign(0.1/math.Sqrt(float64(i+1)), g)
			near(t, "x", got, x, 1e-14)
		}
	}
}

// ε is outside the root: g = 1e-6 and ε = 1e-6 halve the first step.
func TestAdagradEpsilon(t *testing.T) {
	near(t, "x", iterates(&Adagrad{Eps: 1e-6}, 0, 0.1, 1, always(1e-6))[0], -0.05, 1e-15)
}

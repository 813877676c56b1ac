package optimizers

import (
	"math"
	"testing"
)

// On a constant slope vₜ = (1−ρᵗ)g², without bias correction: the first step is α/√(1−ρ), ten times α for ρ = 0.99.
func TestRMSPropOnAConstantSlope(t *testing.T) {
	const rho = 0.99
	for _, g := range []float64{1e-3, 1, -40} {
		x := 0.0
		for i, got := range iterates(&RMSProp{Rho: rho}, 0, 0.1, 50, always(g)) {
			x -= math.Copysign(0.1/math.Sqrt(1-math.Pow(rho, float64(i+1))), g)
			near(t, "x", got, x, 1e-13)
		}
	}
	near(t, "first step", iterates(&RMSProp{Rho: rho}, 0, 0.1, 1, always(3))[0], -1, 1e-14)
}

// ε is outside the root, as in torch.optim.RMSprop: √v₁ = 0.1·1e-6.
func TestRMSPropEpsilon(t *testing.T) {
	near(t, "x", iterates(&RMSProp{Rho: 0.99, Eps: 1e-7}, 0, 0.1, 1, always(1e-6))[0], -0.5, 1e-14)
}

package optimizers

import (
	"math"
	"testing"
)

// Gradients of 1e-9 are below ε = 1e-8 and those of 1 are not; a coordinate
// that has seen none does not count, and before the first step none has.
func TestFloored(t *testing.T) {
	type floors interface {
		Rule
		Floored() float64
	}
	for _, r := range []floors{
		&Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}, &AMSGrad{Adam: Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}},
		&AMSGradTorch{Adam: Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}}, &AdamW{Adam: Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}},
	} {
		if got := r.Floored(); !math.IsNaN(got) {
			t.Errorf("%T: before a step %v of its coordinates are floored", r, got)
		}
		theta := make([]float64, 5)
		for range 3 {
			r.Apply(theta, []float64{1, 1e-9, 0, -1e-9, -1e-9}, 0.1)
		}
		if got := r.Floored(); got != 0.75 {
			t.Errorf("%T: %v are floored, want 3 of 4", r, got)
		}
	}
}

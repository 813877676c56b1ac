package optimizers

import "testing"

// tenThenOnes are the gradients 10, 1, 1, 1, 1, on which the variants of AMSGrad part.
func tenThenOnes(t int, _ float64) float64 {
	if t == 1 {
		return 10
	}
	return 1
}

// From 0 with lr 0.1: the maximum of the corrected v̂ stays at the first, 100. optax.amsgrad, whose maximum is of the
// corrected moments too, has the same recursion.
func TestAMSGrad(t *testing.T) {
	allNear(t, "x", iterates(&AMSGrad{Adam: usual}, 0, 0.1, 5, tenThenOnes),
		[]float64{-0.0999999999, -0.152631578795, -0.189531947762, -0.218610168145, -0.243029596218}, 1e-12)
}

// The denominator never shrinks, so on gradients that do not grow no step is larger than one before.
func TestAMSGradStepsNeverGrow(t *testing.T) {
	rule, last, before := &AMSGrad{Adam: Adam{Beta2: 0.99, Eps: 1e-8}}, 0.0, 1e9
	for i, x := range iterates(rule, 0, 0.1, 500, tenThenOnes) {
		if step := last - x; i > 0 && step > before*(1+1e-9) {
			t.Fatalf("step %d: got %g after %g", i+1, step, before)
		} else {
			last, before = x, step
		}
	}
}

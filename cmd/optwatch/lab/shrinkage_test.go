package lab

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestShrinkage measures at one scale: 1/√(σ² + λ²) for Adam with L2 and 1 for
// AdamW. What is left of the noise, and the correlation of v̂ with the gradients
// in it, are well below a percent.
func TestShrinkage(t *testing.T) {
	s := shrinkage{alpha: 1e-6, lambda: 0.5, warm: 3000, steps: 3000}
	const sigma = 8
	l2, decoupled := s.measure(sigma, rand.New(rand.NewPCG(1, 2)))
	if want := 1 / math.Sqrt(64.25); math.Abs(l2/want-1) > 0.01 || s.predicted(sigma) != want {
		t.Errorf("Adam with L2 shrinks by %.5f, predicted %.5f, want %.5f", l2, s.predicted(sigma), want)
	}
	if math.Abs(decoupled-1) > 0.01 {
		t.Errorf("AdamW shrinks by %.5f, want 1", decoupled)
	}
}

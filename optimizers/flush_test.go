package optimizers

import (
	"math"
	"testing"
)

// Moments that decay on zero gradients end in zero, not in subnormal numbers, and a NaN is not taken for small.
func TestMomentsEndInZero(t *testing.T) {
	const smallestNormal = 0x1p-1022
	for _, part := range Default().Rules {
		rule := build(t, part.Name, Problem{N: 10, L2: 1e-3}).Rule
		theta, g := []float64{1}, []float64{1}
		rule.Apply(theta, g, 0.1)
		for range 100_000 {
			g[0] = 0
			rule.Apply(theta, g, 0.1)
			for _, v := range rule.State() {
				if v.Vec != nil && (*v.Vec)[0] != 0 && math.Abs((*v.Vec)[0]) < smallestNormal {
					t.Fatalf("%s: %s is %g", part.Name, v.Name, (*v.Vec)[0])
				}
			}
		}
	}
	if got := flush(math.NaN()); !math.IsNaN(got) {
		t.Errorf("NaN: got %g", got)
	}
	for _, x := range []float64{1e-149, -1e-149, 3} {
		if got := flush(x); got != x {
			t.Errorf("%g: got %g", x, got)
		}
	}
}

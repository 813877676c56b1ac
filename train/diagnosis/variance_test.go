package diagnosis

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Equal curvature: the correction of SVRG is exact, and its variance 0. A
// correction by nothing is no correction.
func TestCorrected(t *testing.T) {
	squares := []float64{1, 4, 9, 16, 1, 4, 9, 16}
	same := []float64{2, 2, 2, 2, 2, 2, 2, 2} // ∇fᵢ(θ) − ∇fᵢ(θ̃) is one vector
	if v := Corrected(squares, same, 2, 7.5, 4); v.Own != 0 || v.SGD != 7.5/4 || v.Ratio.Value != 0 || !v.Ratio.Resolved {
		t.Errorf("equal curvature: %+v", *v)
	}
	trace, _ := WithinBatch(8, 7.5, 1)
	if v := Corrected(squares, squares, 1, trace, 4); math.Abs(v.Own-v.SGD) > 1e-12 || math.Abs(v.Ratio.Value-1) > 1e-12 {
		t.Errorf("no correction: %+v", *v)
	}
}

// The squared distance between an estimate and a sample mean is that from ∇f
// and the mean's variance. With the latter taken away it is right on average.
func TestRecursive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const trace, examples, d, error2 = 50.0, 100, 10, 2.0
	var own spread
	for range 4000 {
		distance := 0.0
		for j := range d {
			mean := rng.NormFloat64() * 0.7071 * 0.31622776601 // tr Σ/n = 0.5 over ten coordinates
			if j == 0 {
				mean += 1.41421356 // ‖v − ∇f‖² = 2
			}
			distance += mean * mean
		}
		own.add(Recursive(distance, trace, examples, 1).Own)
	}
	near(t, "‖v − ∇f‖²", own.mean, error2, 0.1)
	if v := Recursive(0.4, trace, examples, 1); v.Own != 0 || !v.Ratio.Resolved {
		t.Errorf("an estimate that is lost in the noise of the sample: %+v", *v)
	}
}

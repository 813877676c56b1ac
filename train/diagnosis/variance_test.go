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
// and the mean's variance. With the latter taken away it is right on average, and within the interval.
func TestRecursive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const trace, examples, d = 50.0, 100, 10
	for _, error2 := range []float64{2, 50} { // ‖v − ∇f‖² beside tr Σ/n = 0.5, over ten coordinates
		var own spread
		missed := 0
		for range 4000 {
			distance := 0.0
			for j := range d {
				mean := rng.NormFloat64() * math.Sqrt(trace/examples/d)
				if j == 0 {
					mean += math.Sqrt(error2)
				}
				distance += mean * mean
			}
			v := Recursive(distance, trace, examples, 1)
			own.add(v.Own)
			if v.Ratio.Low > error2/trace || v.Ratio.High < error2/trace {
				missed++
			}
		}
		near(t, "‖v − ∇f‖²", own.mean, error2, 0.1*error2)
		if missed > 200 {
			t.Errorf("%d of 4000 intervals miss ‖v − ∇f‖² = %g", missed, error2)
		}
	}
	if v := Recursive(0.4, trace, examples, 1); v.Own != 0 || !v.Ratio.Resolved {
		t.Errorf("an estimate that is lost in the noise of the sample: %+v", *v)
	}
}

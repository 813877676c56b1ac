package diagnosis

import (
	"math"
	"math/rand/v2"
	"slices"
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

// An estimate that is off by some vector, against groups of examples whose mean
// gradients are off by noise: on average its squared error is found, and it lies
// within the interval.
func TestRecursive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const trace, groups, size, d = 50.0, 4, 25, 10
	for _, error2 := range []float64{0, 2, 50} { // ‖v − ∇f‖² beside tr Σ/n = 0.5
		var own spread
		missed, sd := 0, math.Sqrt(trace/d)
		for range 4000 {
			off := make([]float64, d)
			off[0] = math.Sqrt(error2)
			b := gaussians(rng, off, slices.Repeat([]float64{sd}, d), groups, size)
			distance := SquaredMean(b.Gram)
			own.add(distance.Value)
			v := Recursive(distance, trace, 1)
			if v.Ratio.Low > error2/trace || v.Ratio.High < error2/trace {
				missed++
			}
		}
		near(t, "‖v − ∇f‖²", own.mean, error2, 4*math.Sqrt(own.squares)/4000)
		if missed > 4000/15 {
			t.Errorf("%d of 4000 intervals miss ‖v − ∇f‖² = %g", missed, error2)
		}
	}
	if v := Recursive(Moment{Value: -0.1, Variance: 0.01}, trace, 1); v.Own != 0 || !v.Ratio.Resolved {
		t.Errorf("an estimate that is lost in the noise of the sample: %+v", *v)
	}
}

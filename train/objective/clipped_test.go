package objective

import (
	"math"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestClippedGrad compares the gradients that are clipped all at once, whose
// norms come from their factors, with a plain loop over examples, at clips
// below, amid and above all norms; over several blocks, with rows twice.
func TestClippedGrad(t *testing.T) {
	exam(t, func(t *testing.T, o Objective) {
		rows := slices.Repeat(matrix.AllRows(o.Len()), 300/o.Len())
		theta := o.Start(1)
		matrix.Axpy(theta, 0.1, randomVector(o.Dim(), 1))
		each, norms, losses := make([][]float64, len(rows)), make([]float64, len(rows)), 0.0
		for i := range rows {
			each[i] = make([]float64, o.Dim())
			losses += o.AddGrad(each[i], theta, rows[i:i+1], 1)
			norms[i] = matrix.Nrm2(each[i])
		}
		sorted := slices.Sorted(slices.Values(norms))
		for _, clip := range []float64{1e-3, sorted[len(sorted)/2] * 1.001, 1e6} {
			want, wantClipped := randomVector(o.Dim(), 2), 0
			got := slices.Clone(want) // what is there already stays
			for i, g := range each {
				scale := 1.0
				if norms[i] > clip {
					scale = clip / norms[i]
					wantClipped++
				}
				matrix.Axpy(want, scale, g)
			}
			sum, clipped := o.AddClippedGrad(got, theta, rows, clip)
			if clipped != wantClipped || math.Abs(sum-losses) > 1e-12*math.Abs(losses) {
				t.Errorf("clip %g: loss %v, %d clipped; want %v, %d", clip, sum, clipped, losses, wantClipped)
			}
			for j := range got {
				if math.Abs(got[j]-want[j]) > 1e-11*(1+math.Abs(want[j])) {
					t.Fatalf("clip %g: coordinate %d: got %v, want %v", clip, j, got[j], want[j])
				}
			}
			// No example changes the sum by more than clip.
			for i := range rows[:o.Len()] {
				one := make([]float64, o.Dim())
				if o.AddClippedGrad(one, theta, rows[i:i+1], clip); matrix.Nrm2(one) > clip*(1+1e-12) {
					t.Errorf("clip %g: row %d is as long as %g", clip, i, matrix.Nrm2(one))
				}
			}
		}
		nothing := make([]float64, o.Dim())
		if sum, clipped := o.AddClippedGrad(nothing, theta, nil, 1); sum != 0 || clipped != 0 || matrix.Nrm2(nothing) != 0 {
			t.Errorf("of no rows: loss %v, %d clipped", sum, clipped)
		}
	})
}

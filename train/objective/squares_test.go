package objective

import (
	"math"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestSquares compares the squared norms of the gradients of single examples,
// and of their differences between two points, which come from their factors,
// with those of the gradients themselves; over several blocks, with rows
// twice. The sums are those of AddGrad and AddGradDiff.
func TestSquares(t *testing.T) {
	exam(t, func(t *testing.T, o Objective) {
		rows := slices.Repeat(matrix.AllRows(o.Len()), 300/o.Len())
		one, two := o.Start(1), o.Start(1)
		matrix.Axpy(one, 0.1, randomVector(o.Dim(), 1))
		matrix.Axpy(two, 0.1, randomVector(o.Dim(), 2))
		const scale = 0.3
		g, diff, alone := randomVector(o.Dim(), 3), randomVector(o.Dim(), 4), make([]float64, o.Dim())
		wantG, wantDiff := slices.Clone(g), slices.Clone(diff)
		squares, distances := make([]float64, len(rows)), make([]float64, len(rows))

		sum := o.AddGradSquares(g, squares, one, rows, scale)
		same(t, "Σ fᵢ", sum, o.AddGrad(wantG, one, rows, scale))
		sum = o.AddGradDiffSquares(diff, distances, one, two, rows, scale)
		same(t, "Σ fᵢ of a difference", sum, o.AddGradDiff(wantDiff, one, two, rows, scale))
		for j := range g {
			same(t, "gradient", g[j], wantG[j])
			same(t, "difference", diff[j], wantDiff[j])
		}
		for i := range rows {
			clear(alone)
			o.AddGrad(alone, one, rows[i:i+1], 1)
			same(t, "‖∇fᵢ‖²", squares[i], matrix.Dot(alone, alone))
			clear(alone)
			o.AddGradDiff(alone, one, two, rows[i:i+1], 1)
			same(t, "‖∇fᵢ(θ1) − ∇fᵢ(θ2)‖²", distances[i], matrix.Dot(alone, alone))
		}
	})
}

// Two points that are close: the squared distance has no part of the squared
// norms, whose rounding errors alone would be larger.
func TestSquaredDistanceOfNeighbours(t *testing.T) {
	exam(t, func(t *testing.T, o Objective) {
		const near = 1e-7
		rows := matrix.AllRows(o.Len())
		at, direction := o.Start(1), randomVector(o.Dim(), 1)
		there, further := slices.Clone(at), slices.Clone(at)
		matrix.Axpy(there, near, direction)
		matrix.Axpy(further, 2*near, direction)
		g, once, twice := make([]float64, o.Dim()), make([]float64, len(rows)), make([]float64, len(rows))
		o.AddGradDiffSquares(g, once, there, at, rows, 1)
		o.AddGradDiffSquares(g, twice, further, at, rows, 1)
		for i := range rows {
			if ratio := twice[i] / once[i]; once[i] > 1e-20 && math.Abs(ratio-4) > 1e-3 {
				t.Errorf("row %d: at twice the distance %g times as far, want 4", i, ratio)
			}
		}
	})
}

func same(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-11*(1+math.Abs(want)) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

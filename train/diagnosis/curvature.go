package diagnosis

import (
	"math"

	"optwatch/optimizers/matrix"
	"optwatch/train/view"
)

// Sharpness follows the largest eigenvalue of a Hessian H by power iteration:
//
//	ρ = vᵀHv        v ← Hv/‖Hv‖
//
// H is that of a new batch of examples each time, and v comes from the batches
// before, so that ρ is an unbiased estimate of vᵀ∇²f v ≤ L. Only products Hv
// are needed, which come from two gradients.
//
// Reference: Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994, for the products.
type Sharpness struct {
	V     []float64 // v, of length 1
	Turns int       // how often it has been turned
	Value Average   // ρ
}

// Begin sets the direction that the iteration starts from, any but 0.
func (s *Sharpness) Begin(v []float64) {
	*s = Sharpness{V: v}
	s.normalise()
}

// Direction is v; nil before Begin.
func (s *Sharpness) Direction() []float64 { return s.V }

// Turn makes v the direction of Hv.
func (s *Sharpness) Turn(hv []float64) {
	copy(s.V, hv)
	s.normalise()
	s.Turns++
}

// Add takes an estimate of vᵀHv from some examples. Before the first turns of v it says nothing of L.
func (s *Sharpness) Add(curvature Moment, examples int) {
	if s.Turns >= FirstTurns && finite(curvature.Value) {
		s.Value.Add(curvature, float64(examples))
	}
}

// FirstTurns is after how many turns v points to where the curvature is large.
const FirstTurns = 2

// curvatureWithin is the factor within which L is resolved.
const curvatureWithin = 1.5

// Estimate is L.
func (s *Sharpness) Estimate() view.Estimate { return s.Value.Estimate(curvatureWithin) }

// normalise makes the length 1. A direction without any is left as it is, and so is one that is not finite.
func (s *Sharpness) normalise() {
	if norm := matrix.Nrm2(s.V); norm > 0 && finite(norm) {
		matrix.Scal(s.V, 1/norm)
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

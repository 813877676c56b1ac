package objective

import "optwatch/optimizers/matrix"

// Objective is the data term of a problem over one set of examples. The data
// is shared and immutable, the scratch space is not: each goroutine needs a
// Worker of its own.
type Objective interface {
	// Len is n, the number of examples.
	Len() int
	// Dim is d, the number of parameters.
	Dim() int
	// AddGrad adds scale·Σ ∇fᵢ(θ) over rows to g and returns Σ fᵢ(θ).
	AddGrad(g, theta []float64, rows []int32, scale float64) float64
	// BatchGrad writes scale·Σ ∇fᵢ(θ) over the rows of a mini-batch to g and returns
	// Σ fᵢ(θ), in the precision of mini-batches. Between blocks it asks whether to go
	// on; if not, what it has written is worthless.
	BatchGrad(g, theta []float64, rows []int32, scale float64, goOn func() bool) float64
	// AddGradDiff adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)) over rows to g and returns Σ fᵢ(θ1).
	AddGradDiff(g, theta1, theta2 []float64, rows []int32, scale float64) float64
	// AddGradSquares is AddGrad, and writes ‖∇fᵢ(θ)‖² of every row to squares. The scale is not 0.
	AddGradSquares(g, squares, theta []float64, rows []int32, scale float64) float64
	// AddGradDiffSquares is AddGradDiff, and writes ‖∇fᵢ(θ1) − ∇fᵢ(θ2)‖² of every row to squares.
	AddGradDiffSquares(g, squares, theta1, theta2 []float64, rows []int32, scale float64) float64
	// AddClippedGrad adds Σ ∇fᵢ(θ)·min(1, clip/‖∇fᵢ(θ)‖) over rows to g, and returns
	// Σ fᵢ(θ) and how many of the gradients were longer than clip.
	AddClippedGrad(g, theta []float64, rows []int32, clip float64) (sum float64, clipped int)
	// Loss is Σ fᵢ(θ) over rows and the number of examples classified rightly.
	Loss(theta []float64, rows []int32) (sum float64, correct int)
	// Block is how many rows take well under a millisecond, or few of a large model, so that a caller can divide long work.
	Block() int
	// Weights are the parameters that a regulariser is for: all but the biases.
	Weights() []matrix.Span
	// Start is θ₀, drawn from a seed where it is not zero.
	Start(seed uint64) []float64
	// Worker is the same objective with scratch space of its own.
	Worker() Objective
}

// L2 is the regulariser (λ/2)·Σ θᵢ² over some spans of the parameters: the
// weights, not the biases.
type L2 struct {
	Lambda float64 // λ
	Spans  []matrix.Span
}

// Value is (λ/2)‖W‖².
func (l L2) Value(theta []float64) float64 {
	sum := 0.0
	for _, s := range l.Spans {
		w := theta[s.Lo:s.Hi]
		sum += matrix.Dot(w, w)
	}
	return l.Lambda / 2 * sum
}

// AddGradParts adds λW to g part by part, from the first parameter to the last, and
// calls then for each part lo … hi−1 once that is done of it. It comes to what
// AddGrad comes to, to the bit: a span is divided where its vectors are.
func (l L2) AddGradParts(g, theta []float64, size int, then func(lo, hi int)) {
	const vector = 16
	spans, done := l.Spans, 0 // of the first of them
	for lo := 0; lo < len(g); lo += size {
		hi := min(lo+size, len(g))
		for len(spans) > 0 && spans[0].Lo+done < hi {
			s := spans[0]
			until := min(s.Hi-s.Lo, (hi-s.Lo+vector-1)/vector*vector)
			matrix.Axpy(g[s.Lo+done:s.Lo+until], l.Lambda, theta[s.Lo+done:s.Lo+until])
			if done = until; s.Lo+done == s.Hi {
				spans, done = spans[1:], 0
			}
		}
		then(lo, hi)
	}
}

// AddGrad adds λW to g.
func (l L2) AddGrad(g, theta []float64) {
	for _, s := range l.Spans {
		matrix.Axpy(g[s.Lo:s.Hi], l.Lambda, theta[s.Lo:s.Hi])
	}
}

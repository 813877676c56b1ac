package optimizers

// What a method may tell of itself, for a diagnosis: each of these is declared
// in the method's own file, and what a method does not declare is not claimed
// of it.

// Controlled is an Estimator that corrects the gradients of a mini-batch with
// what it has kept from before: where their errors are alike, they cancel.
type Controlled interface {
	Estimator
	// Control is what the next step corrects with. It must not be changed.
	Control() Control
}

// Control is what an estimator corrects with. Before its first full gradient
// none of the vectors is there, and then those of one kind.
type Control struct {
	Snapshot []float64 // θ̃: aᵢ = ∇fᵢ(θ̃) is kept of every example, g = (1/B) Σ (∇fᵢ(θ) − aᵢ) + ā
	Table    []float64 // the same with an aᵢ for each example that is its own, by its residuals: [n][k]
	Carried  []float64 // v, an estimate that carries its own errors along
	At       []float64 // the θ that v was taken at

	Age   int // steps since what is kept was taken
	Every int // m, after how many it is taken anew; 0 where that is never
	Evals int // gradient evaluations a step

	// Gradients is how many of an example tell what the correction is worth
	// for it, beside the one at θ.
	Gradients int
}

// Taken says whether there is something to correct with.
func (c Control) Taken() bool { return c.Snapshot != nil || c.Table != nil || c.Carried != nil }

// Independent is an Estimator whose estimates are means over mini-batches and
// nothing else: their errors have the covariance Σ/B, and each knows nothing of
// the others.
type Independent interface {
	Estimator
	Independent()
}

// Limited is a Rule of which it is known above which learning rate its steps on
// a quadratic of largest curvature L grow from step to step.
//
// Reference: Cohen, Kaur, Li, Kolter and Talwalkar, "Gradient descent on neural networks typically occurs at the edge of
// stability", ICLR 2021, appendix B.
type Limited interface {
	Rule
	// Limit is that learning rate, and how it follows from L, as in "2/L".
	Limit(l float64) (lr float64, law string)
}

// Stalling is a Rule of which it is known at which f − f* its steps along
// independent estimates are expected to stall.
type Stalling interface {
	Rule
	// NoiseFloor is that f − f*, with tr Σ and B.
	NoiseFloor(lr, trace float64, batch int) float64
}

// Flooring is a Rule that divides by √v̂ + ε.
type Flooring interface {
	Rule
	// Floored is the share of coordinates where it is ε that bounds the step,
	// among those that have seen a gradient at all; NaN for none.
	Floored() float64
}

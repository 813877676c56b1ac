package optimizers

// Estimator estimates the gradient of the data term.
type Estimator interface {
	// Estimate writes an estimate of ∇f(θ) to g and returns the mean loss of the
	// rows it looked at, f(θ) itself after a full gradient. It may move θ at an outer boundary, where the method's next
	// starting point is another iterate (SVRG option II, SARAH). After an error
	// the estimator, θ and the oracle's stream are as before the call, so that the
	// call can be made again with the same numbers. The oracle may by then have
	// counted a full gradient, whose evaluations the caller takes back.
	Estimate(g, theta []float64, o Oracle) (float64, error)
	// Cost is the number of gradient evaluations that the next Estimate will take.
	Cost(o Oracle) int
	// Full says whether the next Estimate begins with a full gradient at θ, and so returns f(θ).
	Full() bool
	// BatchSize is B, 0 if the estimator has none.
	BatchSize() int
	// SetBatch changes B; it does nothing where there is none.
	SetBatch(batch int)
	// State lists what is carried from step to step.
	State() []Var
}

// Rule moves the parameters along an estimated gradient.
type Rule interface {
	// Apply is one step θ ← θ − lr·(something of g). It may overwrite g.
	Apply(theta, g []float64, lr float64)
	// State lists what is carried from step to step.
	State() []Var
}

// Parted is a Rule whose step can be taken part by part, so that what is done to a
// part of g before finds it near by.
type Parted interface {
	Rule
	// Begin prepares a step of θ, and Part takes it for the parameters from lo on whose
	// gradient g is. Parts that begin at multiples of sixteen and together are all
	// parameters come to what Apply comes to, to the bit.
	Begin(theta []float64, lr float64)
	Part(theta, g []float64, lo int)
}

// Decoupled is a Rule that shrinks the weights itself, so that no gradient of
// an L2 term must be added to what it is given.
type Decoupled interface {
	Rule
	DecaysWeights()
}

// Schedule gives the step size of every step.
type Schedule interface {
	// At is αₜ/α for the step t = 1, 2, …, where α is the learning rate. It is a
	// factor, so that the learning rate can be changed under way.
	At(t int) float64
}

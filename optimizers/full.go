package optimizers

// Full is the exact gradient: with SGD's rule, gradient descent.
//
//	g = ∇f(θ)
type Full struct{}

var _ Estimator = (*Full)(nil)

// Estimate takes a full gradient.
func (e *Full) Estimate(g, theta []float64, o Oracle) (float64, error) { return o.FullGrad(g, theta) }

// Cost is n.
func (e *Full) Cost(o Oracle) int { return o.Len() }

// Full is true.
func (e *Full) Full() bool { return true }

// BatchSize is 0: there is no batch.
func (e *Full) BatchSize() int { return 0 }

// SetBatch has nothing to change.
func (e *Full) SetBatch(int) {}

// State is empty.
func (e *Full) State() []Var { return nil }

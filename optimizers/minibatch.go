package optimizers

// Minibatch is the mean gradient of B examples:
//
//	g = (1/B) Σ ∇fᵢ(θ)    over the next mini-batch
type Minibatch struct {
	Batch int // B
}

var _ Independent = (*Minibatch)(nil)

// Estimate takes the next mini-batch.
func (e *Minibatch) Estimate(g, theta []float64, o Oracle) (float64, error) {
	rows, err := o.Draw(e.Batch)
	if err != nil {
		return 0, err
	}
	return o.Grad(g, theta, rows), nil
}

// Cost is the size of the next mini-batch.
func (e *Minibatch) Cost(o Oracle) int { return o.NextBatch(e.Batch) }

// Full is false.
func (e *Minibatch) Full() bool { return false }

// BatchSize is B.
func (e *Minibatch) BatchSize() int { return e.Batch }

// SetBatch changes B.
func (e *Minibatch) SetBatch(batch int) { e.Batch = batch }

// Independent marks the estimates as means over mini-batches and nothing else.
func (e *Minibatch) Independent() {}

// State is empty: the stream belongs to the oracle.
func (e *Minibatch) State() []Var { return nil }

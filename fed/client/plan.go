package client

// Plan is how much local work a round is. What it comes to depends on the
// number n of a client's examples.
type Plan struct {
	Epochs  int  // E, at least 1
	Batch   int  // B, at least 1; more than n counts as n
	Poisson bool // batches are Poisson samples of the expected size B, as example-level privacy needs
}

// BatchOf is the batch size with n examples.
func (p Plan) BatchOf(n int) int { return min(p.Batch, n) }

// EpochSteps is the local steps of an epoch: the last batch may be short.
func (p Plan) EpochSteps(n int) int {
	b := max(1, p.BatchOf(n))
	return (n + b - 1) / b
}

// Steps is the local steps of a round.
func (p Plan) Steps(n int) int { return p.Epochs * p.EpochSteps(n) }

// Rate is the probability with which a Poisson sample takes an example.
func (p Plan) Rate(n int) float64 { return float64(p.BatchOf(n)) / float64(n) }

// Evaluations is the gradient evaluations of a round; with Poisson samples, on average.
func (p Plan) Evaluations(n int) int {
	if p.Poisson {
		return p.Steps(n) * p.BatchOf(n)
	}
	return p.Epochs * n
}

// Most is the most gradient evaluations that a round can take.
func (p Plan) Most(n int) int {
	if p.Poisson {
		return p.Steps(n) * n
	}
	return p.Evaluations(n)
}

package fed

import "optwatch/optimizers"

// strategy is what a federated method does differently from others: what it
// asks of clients, and what it makes of their updates.
type strategy interface {
	// vectors is how many vectors go each way between the server and a client.
	vectors() int
	// begin makes ready for clients with so many examples each, and d parameters.
	begin(examples []int, d int)
	// instruct writes into a task what its client is to do differently.
	instruct(t *Task)
	// average writes the pseudo-gradient to g. The updates are in the order of
	// clients, at least one; weights are nₖ over the sum of those. Nothing can go
	// wrong with the round any more, so state may change.
	average(g []float64, us []*Update, weights []float64, lr float64)
	state() []optimizers.Var
}

// proximal is a strategy that holds clients near where they began, with a μ that
// can be changed from round to round.
type proximal interface {
	strategy
	mu() *float64
}

// deltas are the vectors of some updates.
func deltas(us []*Update) [][]float64 {
	out := make([][]float64, len(us))
	for i, u := range us {
		out[i] = u.Delta
	}
	return out
}

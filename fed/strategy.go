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
	// weight is what an update is multiplied with in the sum that becomes the
	// pseudo-gradient, among all who were asked.
	weight(u *Update, asked turnout) float64
	// scale is what the sum is multiplied with in the end. The updates in it are at
	// least one; of their vectors nothing is left.
	scale(us []*Update, asked turnout) float64
	state() []optimizers.Var
}

// learner is a strategy that learns more from updates than their sum.
type learner interface {
	strategy
	// learn takes the updates that were averaged, in the order of clients, and the
	// clients' learning rate. Nothing can go wrong with the round any more.
	learn(us []*Update, lr float64)
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

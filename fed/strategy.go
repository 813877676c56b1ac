package fed

import "optwatch/optimizers"

// strategy is what a federated method does differently from others.
type strategy interface {
	// partial says whether a client sends what it has when its time is up.
	partial() bool
	// vectors is how many vectors go each way between the server and a client.
	vectors() int
	// begin makes ready for some clients and d parameters.
	begin(clients, d int)
	// correct changes a client's gradient g at w; its round began at theta.
	// Several clients may be at it at the same time.
	correct(g, w, theta []float64, client int)
	// average writes the pseudo-gradient to g. The updates are in the order of
	// clients, at least one; shares are nₖ over the sum of those. Nothing can go
	// wrong with the round any more, so state may change.
	average(g []float64, us []*Update, shares []float64, lr float64)
	state() []optimizers.Var
}

// deltas are the vectors of some updates.
func deltas(us []*Update) [][]float64 {
	out := make([][]float64, len(us))
	for i, u := range us {
		out[i] = u.Delta
	}
	return out
}

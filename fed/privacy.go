package fed

import (
	"optwatch/fed/privacy"
	"optwatch/optimizers/matrix"
)

// privateAverage makes the sum of clipped updates in g the pseudo-gradient of DP-FedAvg:
//
//	g = (Σ_{k∈S} Δₖ + N(0, (zS)² I))/(qN)    the Δₖ clipped to S
//
// The denominator is the expected number of clients, not that of those who
// answered, and all weigh the same: else one client could change the sum by
// more than S. Without a single answer the noise is released all the same.
//
// Reference: McMahan, Ramage, Talwar and Zhang, "Learning differentially private recurrent language models", ICLR 2018,
// algorithm 1 with the estimator f̃_f and flat clipping.
func (r *Round) privateAverage(g []float64, of *tally) {
	of.signal = matrix.Nrm2(g)
	privacy.AddNoise(g, r.Privacy.Sigma(), r.rng(forServerNoise, of.round, of.attempt))
	matrix.Scal(g, 1/(r.Fraction*float64(r.Clients)))
}

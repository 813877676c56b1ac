package fed

import (
	"math"

	"optwatch/optimizers/matrix"
)

// Privacy is what a federation hides, and how.
//
// At the client's level whether a client takes part at all is hidden: its whole
// update is clipped to S, and the sum gets noise zS. At the example's level each
// client hides each of its examples from the server, by differentially private
// SGD. The second needs far less noise where there are few clients.
//
// ε is of the parameters that come out. Losses, drifts and counts of clients go
// to the server as they are, for whoever runs the simulation to look at. It is
// of one run: runs on the same clients add up.
type Privacy struct {
	Unit   string  // "client" or "example"
	Clip   float64 // S; 0 for no clipping, and then no noise
	Noise  float64 // z
	Delta  float64 // δ
	Budget float64 // ε at which the run ends; NaN for none
	Secret bool    // noise of the system's; else it follows from the seed
}

func (p Privacy) clients() bool  { return p.Unit == "client" && p.Clip > 0 }
func (p Privacy) examples() bool { return p.Unit == "example" && p.Clip > 0 }

// kept says whether there is noise, and so an ε.
func (p Privacy) kept() bool { return p.Noise > 0 }

// defaultDelta is the δ for n secrets: well below 1/n, at which a mechanism that
// gives away one of them whole would pass.
func defaultDelta(n int) float64 { return min(1e-5, math.Pow(float64(n), -1.1)) }

// clip shortens the updates that are longer than S.
func (r *Round) clip(us []*Update, of *tally) {
	for _, u := range us {
		if norm := matrix.Nrm2(u.Delta); norm > r.Privacy.Clip {
			matrix.Scal(u.Delta, r.Privacy.Clip/norm)
			of.clipped++
		}
		of.contributions++
	}
}

// privateAverage writes the pseudo-gradient of DP-FedAvg to g:
//
//	g = (Σ_{k∈S} Δₖ + N(0, (zS)² I))/(qN)    the Δₖ clipped to S
//
// The denominator is the expected number of clients, not that of those who
// answered, and all weigh the same: else one client could change the sum by
// more than S. Without a single answer the noise is released all the same.
//
// Reference: McMahan, Ramage, Talwar and Zhang, "Learning differentially private recurrent language models", ICLR 2018,
// algorithm 1 with the estimator f̃_f and flat clipping.
func (r *Round) privateAverage(g []float64, us []*Update, of *tally) {
	p := r.Privacy
	clear(g)
	for _, u := range us {
		matrix.Axpy(g, 1, u.Delta)
	}
	of.signal = matrix.Nrm2(g)
	r.noise(forServerNoise, of.round, of.attempt).add(g, p.Noise*p.Clip)
	matrix.Scal(g, 1/(r.Fraction*float64(r.Clients)))
}

// snr is the length of a signal beside the expected one of the noise in d
// numbers; NaN where there is no noise.
func (p Privacy) snr(signal float64, d int) float64 {
	if !p.kept() {
		return math.NaN()
	}
	return signal / (p.Noise * p.Clip * math.Sqrt(float64(d)))
}

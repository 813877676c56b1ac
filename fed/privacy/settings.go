package privacy

import (
	"math"
	"math/rand/v2"
)

// What may be hidden.
const (
	Client  = "client"
	Example = "example"
)

// Settings are what is hidden, and how.
//
// At the client's level whether a client takes part at all is hidden: its whole
// update is clipped to S, and the sum gets noise zS. At the example's level each
// client hides each of its examples from the server, by differentially private
// SGD. The second needs far less noise where there are few clients.
//
// ε is of the parameters that come out. Losses, drifts and counts of clients go
// to the server as they are, for whoever runs the simulation to look at. It is
// of one run: runs on the same clients add up.
type Settings struct {
	Unit   string  // Client or Example
	Clip   float64 // S; 0 for no clipping, and then no noise
	Noise  float64 // z, the noise's standard deviation in units of S; 0 for none
	Delta  float64 // δ
	Budget float64 // ε at which the run ends; NaN for none
	Secret bool    // noise from the system's random numbers; else it follows from the seed
}

// Clients says whether whole updates are clipped.
func (s Settings) Clients() bool { return s.Unit == Client && s.Clip > 0 }

// Examples says whether the gradients of single examples are clipped.
func (s Settings) Examples() bool { return s.Unit == Example && s.Clip > 0 }

// Kept says whether there is noise, and so an ε.
func (s Settings) Kept() bool { return s.Noise > 0 }

// Sigma is zS, the standard deviation of the noise in each number of a sum.
func (s Settings) Sigma() float64 { return s.Noise * s.Clip }

// SNR is the length of a signal beside the expected one of the noise in d
// numbers; NaN where there is no noise.
func (s Settings) SNR(signal float64, d int) float64 {
	if !s.Kept() {
		return math.NaN()
	}
	return signal / (s.Sigma() * math.Sqrt(float64(d)))
}

// DefaultDelta is the δ for n secrets: well below 1/n, at which a mechanism that
// gives away one of them whole would pass.
func DefaultDelta(n int) float64 { return min(1e-5, math.Pow(float64(n), -1.1)) }

// AddNoise adds N(0, σ²) to every number of x; it draws nothing where σ is 0.
func AddNoise(x []float64, sigma float64, rng *rand.Rand) {
	if sigma == 0 {
		return
	}
	for i := range x {
		x[i] += sigma * rng.NormFloat64()
	}
}

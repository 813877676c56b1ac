package diagnosis

import "math"

// kept is the share of its weight that an estimate keeps when another comes:
// six or seven count.
const kept = 0.85

// average is the mean of estimates of a number that changes slowly. The later
// ones count more, by a factor, and each by a weight that it brings with it,
// such as its number of examples.
type average struct {
	sum, weight float64
	variance    float64 // of sum
	probes      float64 // Σ of the factors: how many estimates count, as it were
}

// Add takes another estimate.
func (a *average) Add(m Moment, weight float64) {
	a.sum = kept*a.sum + weight*m.Value
	a.weight = kept*a.weight + weight
	a.variance = kept*kept*a.variance + weight*weight*m.Variance
	a.probes = kept*a.probes + 1
}

// Moment is the mean, NaN while there is none.
func (a *average) Moment() Moment {
	if a.weight == 0 {
		return Moment{Value: math.NaN(), Variance: math.NaN()}
	}
	return Moment{Value: a.sum / a.weight, Variance: a.variance / (a.weight * a.weight)}
}

// Estimate is the mean with its interval. It is resolved if the interval is
// within a factor of it.
func (a *average) Estimate(factor float64) Estimate {
	return a.Moment().Estimate(factor)
}

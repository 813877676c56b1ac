package diagnosis

import (
	"math"

	"optwatch/train/view"
)

// kept is the share of its weight that an estimate keeps when another comes:
// six or seven count.
const kept = 0.85

// Average is the mean of estimates of a number that changes slowly. The later
// ones count more, by a factor, and each by a weight that it brings with it,
// such as its number of examples.
type Average struct {
	Sum, Weight float64
	Variance    float64 // of Sum
	Probes      float64 // Σ of the factors: how many estimates count, as it were
}

// Add takes another estimate.
func (a *Average) Add(m Moment, weight float64) {
	a.Sum = kept*a.Sum + weight*m.Value
	a.Weight = kept*a.Weight + weight
	a.Variance = kept*kept*a.Variance + weight*weight*m.Variance
	a.Probes = kept*a.Probes + 1
}

// Moment is the mean, NaN while there is none.
func (a *Average) Moment() Moment {
	if a.Weight == 0 {
		return Moment{Value: math.NaN(), Variance: math.NaN()}
	}
	return Moment{Value: a.Sum / a.Weight, Variance: a.Variance / (a.Weight * a.Weight)}
}

// Estimate is the mean with its interval. It is resolved if the interval is
// within a factor of it.
func (a *Average) Estimate(factor float64) view.Estimate {
	return a.Moment().Estimate(factor)
}

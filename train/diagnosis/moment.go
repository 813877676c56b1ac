package diagnosis

import (
	"math"

	"optwatch/train/view"
)

// Moment is an estimate with its variance.
type Moment struct{ Value, Variance float64 }

// MeanMoment is the mean of independent estimates of the same number, with the variance that they show.
func MeanMoment(values []float64) Moment {
	var s spread
	for _, v := range values {
		s.add(v)
	}
	n := float64(len(values))
	return Moment{Value: s.mean, Variance: s.squares / (n * (n - 1))}
}

// spread is the mean of numbers and the sum of their squared distances from it.
type spread struct{ n, mean, squares float64 }

func (s *spread) add(v float64) {
	s.n++
	d := v - s.mean
	s.mean += d / s.n
	s.squares += d * (v - s.mean)
}

// Estimate is the number with its interval, cut off at 0 below. It is resolved
// if both ends are within a factor of it, and so never where it is not positive.
func (m Moment) Estimate(factor float64) view.Estimate {
	low, high := m.interval()
	return view.Estimate{
		Value: m.Value, Low: max(0, low), High: high,
		Resolved: m.Value > 0 && high <= factor*m.Value && low*factor >= m.Value,
	}
}

// interval is ± two standard deviations about an estimate.
func (m Moment) interval() (low, high float64) {
	half := 2 * math.Sqrt(m.Variance)
	return m.Value - half, m.Value + half
}

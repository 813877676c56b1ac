package lab

import "math"

// scaling is S(B) = least·(1 + critical/B).
type scaling struct{ least, critical float64 }

func (c scaling) steps(batch float64) float64 { return c.least * (1 + c.critical/batch) }

// fitScaling fits S(B) by least squares of log S. For a given B_crit the best
// S_min is known; B_crit is searched for by golden sections.
func fitScaling(batches, steps []float64) scaling {
	at := func(logCritical float64) (scaling, float64) {
		c := scaling{least: 1, critical: math.Exp(logCritical)}
		residuals := make([]float64, len(steps))
		mean, sum := 0.0, 0.0
		for i := range steps {
			residuals[i] = math.Log(steps[i] / c.steps(batches[i]))
			mean += residuals[i] / float64(len(steps))
		}
		for _, v := range residuals {
			sum += (v - mean) * (v - mean)
		}
		c.least = math.Exp(mean)
		return c, sum
	}
	const golden = 0.6180339887498949
	lo, hi := math.Log(1e-2), math.Log(1e7)
	for hi-lo > 1e-6 {
		a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
		_, fa := at(a)
		if _, fb := at(b); fa < fb {
			hi = b
		} else {
			lo = a
		}
	}
	c, _ := at((lo + hi) / 2)
	return c
}

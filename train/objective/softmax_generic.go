package objective

import "math"

// softmaxRowsGeneric is, for each row of k outputs,
//
//	sum += log Σ_c exp(z[c]);  z[c] = exp(z[c]) / Σ_c exp(z[c])
//
// with the largest z taken off all exponents first.
func softmaxRowsGeneric(z []float64, k int) float64 {
	sum := 0.0
	for ; len(z) > 0; z = z[k:] {
		top, exponentials := probabilities(z[:k])
		sum += top + math.Log(exponentials)
	}
	return sum
}

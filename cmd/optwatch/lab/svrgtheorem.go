package lab

import (
	"fmt"
	"math"

	"optwatch/optimizers/matrix"
)

// SVRG's theorem: with the smoothness L of the single examples' losses, strong
// convexity μ, step η and m inner steps, an outer loop shrinks f − f* on
// average to at most
//
//	α = 1/(μη(1 − 2Lη)m) + 2Lη/(1 − 2Lη)
//
// of what it was, if 2Lη < 1. That says something where α < 1, and so needs
// η < 1/(4L) and m > 1/(μη(1 − 4Lη)), which is least, 16L/μ, at η = 1/(8L).
//
// Reference: Johnson and Zhang, "Accelerating stochastic gradient descent using predictive variance reduction", NIPS 2013, theorem 1.

// svrgFactor is α; +Inf where the theorem does not define it.
func svrgFactor(mu, smooth, eta, m float64) float64 {
	rest := 1 - 2*smooth*eta
	if rest <= 0 {
		return math.Inf(1)
	}
	return 1/(mu*eta*rest*m) + 2*smooth*eta/rest
}

// svrgLeast is the step and the inner steps with which α can be below 1 at the fewest.
func svrgLeast(mu, smooth float64) (eta, m float64) {
	return 1 / (8 * smooth), 16 * smooth / mu
}

// softmaxSmoothness is the largest L of an example's loss in softmax
// regression, ½·max‖x̃ᵢ‖² + λ: the Hessian of the loss in the scores is
// diag(p) − ppᵀ, with no eigenvalue above ½, and x̃ has a 1 for the bias.
//
// Reference: Böhning, "Multinomial logistic regression algorithm", AISM 1992.
func softmaxSmoothness(x matrix.Matrix, lambda float64) float64 {
	largest := 0.0
	for i := range x.Rows() {
		sum := 1.0
		x.Row(i, func(_ int, v float64) { sum += v * v })
		largest = max(largest, sum)
	}
	return largest/2 + lambda
}

// factorText is α in words.
func factorText(alpha float64) string {
	if math.IsInf(alpha, 1) {
		return "undefined, for 2Lη ≥ 1"
	}
	return fmt.Sprintf("%.3g", alpha)
}

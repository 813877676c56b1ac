package privacy

import (
	"fmt"
	"math"
)

// noiseTolerance is how near NoiseFor comes, relative to the noise.
const noiseTolerance = 1e-9

// NoiseFor is the smallest noise multiplier z with which so many steps at rate
// q in (0, 1] cost at most ε at δ, by bisection to a relative 1e-9 and rounded
// up, so that it is never too small. It is an error if the budget is not one
// that noise up to 1e100 can keep: ε must be positive and δ in (0, 1). It panics
// on another rate or on negative steps.
func NoiseFor(rate float64, steps int, epsilon, delta float64) (float64, error) {
	mustBeMechanism(rate, 0, float64(steps))
	if !(epsilon > 0) || !(delta > 0 && delta < 1) {
		return 0, fmt.Errorf("privacy: a privacy budget has ε > 0 and 0 < δ < 1, this one has ε = %g and δ = %g", epsilon, delta)
	}
	if steps == 0 || math.IsInf(epsilon, 1) {
		return 0, nil
	}
	enough := func(noise float64) bool {
		var a Accountant
		a.Charge(rate, noise, steps)
		return a.Epsilon(delta) <= epsilon
	}
	low, high := 0.5, 1.0
	for !enough(high) {
		if low, high = high, 2*high; high > MaxNoiseMultiplier {
			return 0, fmt.Errorf("privacy: no noise multiplier up to %g keeps ε = %g at δ = %g", MaxNoiseMultiplier, epsilon, delta)
		}
	}
	for low > 0 && enough(low) {
		low, high = low/2, low
	}
	for high-low > noiseTolerance*high {
		if mid := low + (high-low)/2; enough(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, nil
}

package privacy

import "math"

// The Gaussian mechanism, exactly: noise of deviation σ on a sum that one
// member moves by at most 1 is (ε, δ)-private just when
//
//	δ ≥ δ(ε) = Φ(1/(2σ) − εσ) − e^ε Φ(−1/(2σ) − εσ)
//
// T Gaussians, even adaptively chosen, are one with 1/σ² = Σ 1/σₜ².
//
// References: Balle and Wang, "Improving the Gaussian mechanism for
// differential privacy", ICML 2018, theorem 8; Dong, Roth and Su, "Gaussian
// differential privacy", JRSS B 2022, corollary 3.3.

// gaussianLogDelta is log δ(ε) for ε ≥ 0; σ = 0 is no privacy, δ = 1.
//
// With a = εσ − 1/(2σ) and b = εσ + 1/(2σ), b² − a² = 2ε and therefore
//
//	δ(ε) = Φ(−a) − e^ε Φ(−b) = ½e^(−a²/2) (erfcx(a/√2) − erfcx(b/√2))
//
// in which nothing overflows for a ≥ 0, and nothing underflows in its logarithm.
func gaussianLogDelta(sigma, epsilon float64) float64 {
	if sigma == 0 {
		return 0
	}
	if math.IsInf(epsilon, 1) {
		return math.Inf(-1)
	}
	width := 1 / sigma
	a := epsilon*sigma - width/2
	x, y := a/math.Sqrt2, (epsilon*sigma+width/2)/math.Sqrt2
	if width < gaussianNarrow {
		return math.Log(erfcxDrop(x, width/math.Sqrt2)/2) - a*a/2
	}
	if a < 0 {
		return math.Log((math.Erfc(x) - math.Exp(-a*a/2)*erfcx(y)) / 2)
	}
	return math.Log((erfcx(x)-erfcx(y))/2) - a*a/2
}

// gaussianNarrow is the 1/σ below which the two terms are too near each other
// to be subtracted, and three nodes are plenty.
const gaussianNarrow = 0.01

// erfcxDrop is erfcx(x) − erfcx(x+h) for x > −1 and small h, by Gauss and
// Legendre's rule of three nodes on −erfcx′.
func erfcxDrop(x, h float64) float64 {
	const node = 0.7745966692414834 // √(3/5)
	mid, far := x+h/2, h/2*node
	return h / 18 * (5*erfcxFall(mid-far) + 8*erfcxFall(mid) + 5*erfcxFall(mid+far))
}

// gaussianEpsilon is the smallest ε ≥ 0 with δ(ε) ≤ δ, by bisection and
// rounded up. It is +Inf if σ or δ is 0.
func gaussianEpsilon(sigma, delta float64) float64 {
	if sigma == 0 || delta == 0 {
		return math.Inf(1)
	}
	logDelta := math.Log(delta)
	if gaussianLogDelta(sigma, 0) <= logDelta {
		return 0
	}
	// An upper bound: ρ-zCDP with ρ = 1/(2σ²), Bun and Steinke 2016, proposition 1.3.
	rho := 1 / (2 * sigma * sigma)
	low, high := 0.0, rho+2*math.Sqrt(-rho*logDelta)
	for gaussianLogDelta(sigma, high) > logDelta { // by rounding
		high *= 2
	}
	for high-low > 1e-15*high {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			break
		}
		if gaussianLogDelta(sigma, mid) <= logDelta {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

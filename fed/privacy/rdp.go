package privacy

import "math"

// Rényi differential privacy: a mechanism whose outputs on neighbours diverge
// by at most r(α) at the order α composes by adding r, and for every α > 1 is
// (ε, δ)-private with
//
//	ε = r(α) + log((α−1)/α) − (log δ + log α)/(α−1)
//
// References: Mironov, "Rényi differential privacy", CSF 2017, for r;
// Balle, Barthe, Gaboardi, Hsu and Sato, "Hypothesis testing interpretations
// and Rényi differential privacy", AISTATS 2020, theorem 21, and Canonne,
// Kamath and Steinke, "The discrete Gaussian for differential privacy",
// NeurIPS 2020, proposition 12, for ε.

// rdpOrders are the orders α tried: those of Opacus, 1.1 to 10.9 by tenths and
// 12 to 63, and those that Google's dp-accounting has besides, 11 and the
// powers of two from 128, for small ε.
var rdpOrders = func() []float64 {
	var orders []float64
	for _, f := range rdpFractions {
		for n := range rdpFractional {
			orders = append(orders, f+float64(n+1))
		}
	}
	for _, alpha := range rdpWhole {
		orders = append(orders, float64(alpha))
	}
	return orders
}()

// The fractional orders are f+1, … f+rdpFractional for each fraction f.
var rdpFractions = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

const rdpFractional = 10

var rdpWhole = func() []int {
	var whole []int
	for alpha := 2; alpha <= 63; alpha++ {
		whole = append(whole, alpha)
	}
	return append(whole, 128, 256, 512, 1024)
}()

// rdpCurve is r(α) at rdpOrders.
type rdpCurve []float64

// newRDPCurve is the curve of one step of the Gaussian mechanism with noise
// multiplier z on Poisson samples of rate q. Without sampling r(α) = α/(2z²).
func newRDPCurve(rate, noise float64) rdpCurve {
	curve := make(rdpCurve, 0, len(rdpOrders))
	if rate == 1 || noise < 1/MaxNoiseMultiplier {
		for _, alpha := range rdpOrders {
			curve = append(curve, alpha/(2*noise*noise))
		}
		return curve
	}
	g := newSampledGaussian(rate, noise)
	for _, f := range rdpFractions {
		curve = append(curve, g.fractional(f, rdpFractional)...)
	}
	return append(curve, g.integer(rdpWhole)...)
}

// epsilon is the best ε at δ of all orders, and not negative.
func (c rdpCurve) epsilon(delta float64) float64 {
	best, logDelta := math.Inf(1), math.Log(delta)
	for i, alpha := range rdpOrders {
		best = min(best, rdpEpsilon(alpha, c[i], logDelta))
	}
	return max(0, best)
}

// logDelta is the best log δ at ε of all orders, and not positive: epsilon
// solved for δ.
func (c rdpCurve) logDelta(epsilon float64) float64 {
	best := 0.0
	for i, alpha := range rdpOrders {
		best = min(best, (alpha-1)*(c[i]-epsilon+math.Log1p(-1/alpha))-math.Log(alpha))
	}
	return best
}

// rdpEpsilon is the ε that r = r(α) proves.
func rdpEpsilon(alpha, r, logDelta float64) float64 {
	return r + math.Log1p(-1/alpha) - (logDelta+math.Log(alpha))/(alpha-1)
}

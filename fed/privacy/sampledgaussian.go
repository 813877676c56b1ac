package privacy

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// sampledGaussian is one step of the Gaussian mechanism with noise σ on a
// Poisson sample of rate q < 1. Its Rényi divergence of order α is
//
//	r(α) = log A(α)/(α−1)    A(α) = E[((1−q) + q·e^((2x−1)/(2σ²)))^α], x ~ N(0, σ²)
//
// The other direction is never larger.
//
// Reference: Mironov, Talwar and Zhang, "Rényi differential privacy of the
// sampled Gaussian mechanism", arXiv:1908.10530, section 3; its 3.3 has the series.
type sampledGaussian struct {
	sigma float64
	log1q float64 // log(1−q)
	odds  float64 // log((1−q)/q)
	half  float64 // 1/(2σ²)
	z0    float64 // where the two densities in A are equal, σ²·odds + ½
}

func newSampledGaussian(q, sigma float64) *sampledGaussian {
	g := &sampledGaussian{sigma: sigma, log1q: math.Log1p(-q), half: 1 / (2 * sigma * sigma)}
	g.odds = g.log1q - math.Log(q)
	g.z0 = sigma*sigma*g.odds + 0.5
	return g
}

// integer is r(α) at whole orders α ≥ 2, the largest last. The binomial weights
// sum to 1, so
//
//	A(α) − 1 = Σᵢ C(α,i) (1−q)^(α−i) qⁱ (e^((i²−i)/(2σ²)) − 1)
//
// whose terms are positive: no digit is lost where A is close to 1.
func (g *sampledGaussian) integer(orders []int) []float64 {
	// gain is the logarithm of all but C(α,i)(1−q)^α, the same for every α.
	gain := make([]float64, orders[len(orders)-1]+1)
	for i := 2; i < len(gain); i++ {
		x := float64(i) * float64(i-1) * g.half
		gain[i] = x + math.Log(-math.Expm1(-x)) - float64(i)*g.odds
	}
	r := make([]float64, len(orders))
	terms := make([]float64, len(gain))
	for n, alpha := range orders {
		logBinom := math.Log(float64(alpha))
		for i := 2; i <= alpha; i++ {
			logBinom += math.Log(float64(alpha-i+1) / float64(i))
			terms[i] = logBinom + gain[i]
		}
		excess := float64(alpha)*g.log1q + floats.LogSumExp(terms[2:alpha+1])
		r[n] = log1pExp(excess) / float64(alpha-1)
	}
	return r
}

// log1pExp is log(1 + eˣ).
func log1pExp(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

// fractional is r(α) at α = f+1, … f+n for 0 < f < 1, by the two series either
// side of z₀:
//
//	A(α) = (1−q)^α Σₖ C(α,k) (w(k, k−z₀) + w(α−k, z₀−α+k))
//	w(i, d) = e^((i²−i)/(2σ²)) (q/(1−q))ⁱ ½erfc(d/(√2σ))
//
// Orders that differ by a whole number share their w.
func (g *sampledGaussian) fractional(f float64, n int) []float64 {
	near := make([]float64, n+1+len(alternatingWeights)) // by k
	far := make([]float64, len(near))                    // by k where α = f+n
	for k := range near {
		i := float64(k)
		near[k] = g.logWeight(i, i-g.z0)
		i = f + float64(n-k)
		far[k] = g.logWeight(i, g.z0-i)
	}
	r := make([]float64, n)
	for m := range r {
		alpha := f + float64(m+1)
		// Never negative, but rounding may be where A is 1 to the last digit.
		r[m] = max(0, (alpha*g.log1q+logSeries(alpha, near, far[n-m-1:]))/(alpha-1))
	}
	return r
}

// logSeries is log Σₖ C(α,k)(e^near[k] + e^far[k]).
//
// The binomials are positive up to k = ⌊α⌋+1 and alternate from there. Taking
// their absolute values, as some accountants do, gives an upper bound only. The
// tail shrinks like k^(−α−2), too slowly to be added up term by term.
func logSeries(alpha float64, near, far []float64) float64 {
	head := int(alpha) + 1
	top := max(near[0], far[0]) // both fall with k
	binom, total := 1.0, 0.0
	for k := range head + len(alternatingWeights) {
		weight := binom
		if k >= head {
			weight = math.Abs(binom) * alternatingWeights[k-head]
		}
		total += weight * (math.Exp(near[k]-top) + math.Exp(far[k]-top))
		binom *= (alpha - float64(k)) / float64(k+1)
	}
	return top + math.Log(total)
}

// logWeight is log w(i, d). For d ≥ 0 a large exponent meets a small erfc;
// there the i cancel and w = ½e^(−z₀²/(2σ²)) erfcx(d/(√2σ)).
func (g *sampledGaussian) logWeight(i, d float64) float64 {
	x := d / (math.Sqrt2 * g.sigma)
	if x < 0 {
		return (i*i-i)*g.half - i*g.odds + logErfcHalf(x)
	}
	return math.Log(erfcx(x)/2) - g.z0*g.z0*g.half
}

// alternatingWeights are weights cₖ with which Σ cₖaₖ is the sum of a₀ − a₁ + a₂ − …
// to 5.8⁻²⁴ of a₀, for aₖ = ∫ xᵏ dμ(x) over [0, 1] with a positive measure μ.
// The tail above is such a series: |C(α,k)| is a beta integral for k > α, erfcx
// the Laplace transform of a Gaussian, and products of moments are moments.
//
// Reference: Cohen, Rodriguez Villegas and Zagier, "Convergence acceleration of
// alternating series", Experimental Mathematics 9, 2000, algorithm 1.
var alternatingWeights = func() (weights [24]float64) {
	n := float64(len(weights))
	d := math.Pow(3+math.Sqrt(8), n)
	d = (d + 1/d) / 2
	b, c := -1.0, -d
	for k := range weights {
		c = b - c
		weights[k] = c / d
		i := float64(k)
		b *= (i + n) * (i - n) / ((i + 0.5) * (i + 1))
	}
	return weights
}()

package lab

import (
	"math"
	"math/rand/v2"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// shrinkage is how weights decay under gradients that are noise alone:
//
//	g = σξ, ξ ~ N(0, 1), with λθ added for L2
//
// λθ is small beside σ, and α so small that θ hardly moves. In units of αλθ a
// step, Adam with L2 shrinks θ by 1/√v̂ = 1/√(σ² + λ²θ²), which is 1/σ; AdamW by 1.
type shrinkage struct {
	alpha, lambda float64
	warm, steps   int // before v̂ is steady, and while it is measured
}

// mirrored is how many repetitions a measurement has. Half of them are mirror
// images of the others, with −ξ for ξ, so that the random walk of θ cancels
// from the mean and only what λ does to it is left.
const mirrored = 256

// measure is the shrinkage per step in units of αλθ for gradients of scale σ,
// of Adam with L2 and of AdamW.
func (s shrinkage) measure(sigma float64, rng *rand.Rand) (l2, decoupled float64) {
	unit := s.alpha * s.lambda * float64(s.steps) // θ stays near 1
	before, after := s.walk(sigma, false, rng)
	l2 = (before - after) / unit
	before, after = s.walk(sigma, true, rng)
	return l2, (before - after) / unit
}

// walk is the mean θ once v̂ is steady, and at the end.
func (s shrinkage) walk(sigma float64, decouple bool, rng *rand.Rand) (before, after float64) {
	adam := optimizers.Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}
	var rule optimizers.Rule = &adam
	coupling := s.lambda
	if decouple {
		rule, coupling = &optimizers.AdamW{Adam: adam, Decay: s.lambda, Spans: []matrix.Span{{Lo: 0, Hi: mirrored}}}, 0
	}
	theta, g := ones(mirrored), make([]float64, mirrored)
	for t := range s.warm + s.steps {
		if t == s.warm {
			before = meanOf(theta)
		}
		for i := range mirrored / 2 {
			g[i] = sigma * rng.NormFloat64()
			g[i+mirrored/2] = -g[i]
		}
		matrix.Axpy(g, coupling, theta)
		rule.Apply(theta, g, s.alpha)
	}
	return before, meanOf(theta)
}

// halving is the λ that halves the weights in a number of steps with a
// learning rate, from three walks about where theory has it: log θ is in
// proportion to λ. Of AdamW it is the decay a step, αλ, which the paper calls λ.
func halving(alpha, sigma float64, steps int, decouple bool, rng *rand.Rand) float64 {
	guess := math.Ln2 / (alpha * float64(steps))
	if !decouple {
		guess *= sigma
	}
	var x, y []float64
	for _, factor := range []float64{0.5, 1, 2} {
		_, after := shrinkage{alpha: alpha, lambda: factor * guess, steps: steps}.walk(sigma, decouple, rng)
		x, y = append(x, math.Log(factor*guess)), append(y, math.Log(-math.Log(after)))
	}
	fit := fitLine(x, y)
	lambda := math.Exp((math.Log(math.Ln2) - fit.intercept) / fit.slope.value)
	if decouple {
		return alpha * lambda
	}
	return lambda
}

// predicted is the shrinkage of Adam with L2 at θ = 1.
func (s shrinkage) predicted(sigma float64) float64 { return 1 / math.Hypot(sigma, s.lambda) }

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

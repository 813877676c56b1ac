package privacy

import (
	"fmt"
	"math"
	"slices"

	"optwatch/optimizers"
)

// Accountant adds up the privacy spent by Gaussian mechanisms on Poisson
// samples, for add-or-remove adjacency: neighbours differ by one member, a
// client where clients are protected and an example where examples are.
//
// One step flips an independent coin of bias q for each member, sums what the
// chosen ones send, each clipped to norm S, and adds N(0, (zS)²) to every
// coordinate of the sum. A step that nobody was drawn for is charged like any
// other. Samples of a fixed size are not Poisson samples and their privacy is
// not this one; full participation is q = 1.
//
// Where every charge has q = 1 the answer is exact (gaussian.go). Otherwise it
// is an upper bound: the better of Rényi accounting (rdp.go) and of what the
// same noise costs without sampling, for leaving members out never hurts.
//
// The zero Accountant has spent nothing. It is not safe for concurrent use.
type Accountant struct {
	rate, noise, steps []float64 // one entry for each distinct (q, z) charged

	curves map[[2]float64]rdpCurve // by (q, z): one step's; a pure function of the key, so never stale
}

// MaxNoiseMultiplier bounds z. Squares of what is larger overflow.
const MaxNoiseMultiplier = 1e100

// Charge records so many steps with sampling rate q in (0, 1] and noise
// multiplier z in [0, 1e100], the noise's standard deviation over the clipping
// norm. With z = 0 there is no privacy left. It panics on anything else.
func (a *Accountant) Charge(rate, noise float64, steps int) {
	mustBeMechanism(rate, noise, float64(steps))
	if steps == 0 {
		return
	}
	for i := range a.rate {
		if a.rate[i] == rate && a.noise[i] == noise {
			a.steps[i] += float64(steps)
			return
		}
	}
	a.rate = append(a.rate, rate)
	a.noise = append(a.noise, noise)
	a.steps = append(a.steps, float64(steps))
}

func mustBeMechanism(rate, noise, steps float64) {
	switch {
	case !(rate > 0 && rate <= 1):
		panic(fmt.Sprintf("privacy: sampling rate %g is not in (0, 1]", rate))
	case !(noise >= 0 && noise <= MaxNoiseMultiplier):
		panic(fmt.Sprintf("privacy: noise multiplier %g is not in [0, %g]", noise, MaxNoiseMultiplier))
	case !(steps >= 0):
		panic(fmt.Sprintf("privacy: %g steps charged", steps))
	}
}

// Epsilon is the smallest ε we can prove at δ in [0, 1]: 0 if nothing was
// charged, +Inf if a charge had no noise or δ is 0. It panics on another δ.
func (a *Accountant) Epsilon(delta float64) float64 {
	if !(delta >= 0 && delta <= 1) {
		panic(fmt.Sprintf("privacy: δ = %g is not in [0, 1]", delta))
	}
	if len(a.rate) == 0 {
		return 0
	}
	sigma, curve := a.compose()
	eps := gaussianEpsilon(sigma, delta)
	if curve != nil {
		eps = min(eps, curve.epsilon(delta))
	}
	return eps
}

// Delta is the smallest δ we can prove at ε ≥ 0: 0 if nothing was charged, 1
// if a charge had no noise. It panics on a negative ε.
func (a *Accountant) Delta(epsilon float64) float64 {
	if !(epsilon >= 0) {
		panic(fmt.Sprintf("privacy: ε = %g is negative", epsilon))
	}
	if len(a.rate) == 0 {
		return 0
	}
	sigma, curve := a.compose()
	delta := math.Exp(gaussianLogDelta(sigma, epsilon))
	if curve != nil {
		delta = min(delta, math.Exp(curve.logDelta(epsilon)))
	}
	return delta
}

// compose is all charges as one mechanism: σ of the Gaussian that they would
// be without sampling, 1/σ² = Σ steps/z² (0 if a charge had no noise), and the
// sum of their Rényi curves, nil where every rate is 1 and σ says it all.
func (a *Accountant) compose() (sigma float64, curve rdpCurve) {
	if len(a.noise) != len(a.rate) || len(a.steps) != len(a.rate) {
		panic(fmt.Sprintf("privacy: accountant restored with %d rates, %d noises and %d steps", len(a.rate), len(a.noise), len(a.steps)))
	}
	precision := 0.0
	for i, n := range a.steps {
		mustBeMechanism(a.rate[i], a.noise[i], n)
		precision += n / (a.noise[i] * a.noise[i])
	}
	if slices.Max(a.rate) == 1 && slices.Min(a.rate) == 1 {
		return 1 / math.Sqrt(precision), nil
	}
	curve = make(rdpCurve, len(rdpOrders))
	for i, n := range a.steps {
		for j, r := range a.curve(a.rate[i], a.noise[i]) {
			curve[j] += n * r
		}
	}
	return 1 / math.Sqrt(precision), curve
}

// curve is the Rényi curve of one step, computed once.
func (a *Accountant) curve(rate, noise float64) rdpCurve {
	key := [2]float64{rate, noise}
	c, ok := a.curves[key]
	if !ok {
		if a.curves == nil {
			a.curves = make(map[[2]float64]rdpCurve)
		}
		c = newRDPCurve(rate, noise)
		a.curves[key] = c
	}
	return c
}

// After is ε at δ as it would be after so many more steps. It charges nothing:
// ask before a round, and stop before the budget is exceeded.
func (a *Accountant) After(rate, noise float64, steps int, delta float64) float64 {
	if a.curves == nil {
		a.curves = make(map[[2]float64]rdpCurve)
	}
	next := Accountant{rate: slices.Clone(a.rate), noise: slices.Clone(a.noise), steps: slices.Clone(a.steps), curves: a.curves}
	next.Charge(rate, noise, steps)
	return next.Epsilon(delta)
}

// State is the charges: q, z and the number of steps of each.
func (a *Accountant) State() []optimizers.Var {
	return []optimizers.Var{{Name: "rate", Vec: &a.rate}, {Name: "noise", Vec: &a.noise}, {Name: "steps", Vec: &a.steps}}
}

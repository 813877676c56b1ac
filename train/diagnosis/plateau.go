package diagnosis

import (
	"fmt"
	"math"

	"optwatch/train/view"
)

// A run that gets nowhere, and what may be the reason. Where f* is certified
// all of it is judged by f − f*, and by its logarithm: what converges like a
// power hardly changes its loss any more while it still comes closer.

// plateaued is a loss that cannot be seen to fall, and whose line leaves no
// room for a fall by a twentieth; or that falls by less than a thousandth; or
// one above what the run began with, however much it is thrown about there. It is
// over only where the loss is seen to fall.
func plateaued(v *view.Diagnosis, active bool) bool {
	p := v.Plateau
	switch {
	case active:
		return !recovers(v)
	case astray(v):
		return true
	}
	if p.Gap != nil {
		return stuck(p.Gap, p.Passes)
	}
	most := max(math.Abs(p.Slope), -p.Slope+2*p.Error) * p.Passes / math.Abs(p.Loss) // share of the loss
	return most < 0.05 && p.Falling < 0.9 || most < 1e-3
}

// recovers is a fall beyond doubt, and by more than what stalls and wavers falls by over
// a line now and then: f − f* by a fifth or, where that is not known, a loss by a hundredth,
// and one above the start by a fifth too.
func recovers(v *view.Diagnosis) bool {
	const decades, share, shareAbove = 0.1, 0.01, 0.2
	p := v.Plateau
	if p.Gap != nil {
		return p.Gap.Falling > 0.99 && -p.Gap.Slope*p.Passes > decades
	}
	least := share
	if Overshot(v) {
		least = shareAbove
	}
	return p.Falling > 0.99 && -p.Slope*p.Passes > least*math.Abs(p.Loss)
}

// astray is a loss above the start that is not seen to come down.
func astray(v *view.Diagnosis) bool { return Overshot(v) && trend(v) < 0.9 }

// stuck is the same of f − f*: its line leaves no room for a fall by half, or it
// falls by less than a fiftieth.
func stuck(g *view.Gap, passes float64) bool {
	most := max(math.Abs(g.Slope), -g.Slope+2*g.Error) * passes // decades
	return most < 0.3 && g.Falling < 0.9 || most < 0.01
}

func stalls(v *view.Diagnosis) string {
	p := v.Plateau
	text := fmt.Sprintf("the loss has not visibly fallen in %s", passes(p.Passes))
	switch {
	case Overshot(v):
		text = fmt.Sprintf("the loss has been about %.3g for %s", p.Loss, passes(p.Passes))
	case p.Gap != nil:
		text = fmt.Sprintf("f − f* has stayed at about %.1e for %s", p.Gap.Mean, passes(p.Passes))
	case p.Falling >= 0.9:
		text = fmt.Sprintf("the loss has fallen by %.1g %% in %s", -100*p.Slope*p.Passes/p.Loss, passes(p.Passes))
	}
	return text + ": " + reason(v)
}

const (
	// atRest is the f − f* at which a run has converged, but for rounding.
	atRest = 1e-11
	// noisy is how far above the floor that is expected of its noise a run may
	// be for that to hold it up: the floor is an estimate for a quadratic.
	noisy = 10
	// decayed is the share of α that a schedule leaves, below which it is what
	// holds a run up.
	decayed = 0.5
	// plain is the share of the estimated ‖∇f‖ that its interval leaves at least
	// where that is four deviations from 0: two may be chance, at an optimum too.
	plain = 0.7
	// short is the share of the stability limit below which lr is rather too
	// small than too large.
	short = 0.5
	// worse is how many times the loss that it began with a run must have for its
	// steps to be too large, whatever the curvature is where they have taken it.
	worse = 1.1
	// fitted is the share of the model's loss below which clients have fitted
	// their own examples in a round, and longer steps would only let them more.
	fitted = 0.8
)

const (
	eitherWay     = "noise holds it up, or steps that are too small: a smaller and a larger lr would tell which"
	perhapsAtRest = "it may have converged, or come on too slowly to be seen: a larger lr would tell"
	unclear       = "it may have converged, or its lr does not suit: a smaller and a larger lr would tell which"
	notThere      = "it has not converged: another lr may help"
)

// reason is what may hold a run up. What f − f* contradicts is not said, nor,
// where it is not known, what the gradient does.
func reason(v *view.Diagnosis) string {
	n, c, known := v.Noise, v.Curvature, v.Plateau.Gap != nil
	switch {
	case known && v.Plateau.Gap.Mean <= atRest:
		return "it has converged"
	case Overshot(v):
		return fmt.Sprintf("it began with %.3g: a smaller lr may help", v.Plateau.Start)
	case c != nil && c.Share < decayed:
		return fmt.Sprintf("its schedule has lr at %s × its full value", times(c.Share))
	case floored(v) && known:
		return besideFloor(v)
	case roomy(v):
		return tooShort(c)
	case floored(v):
		return expected(v) + "; if it is still far above that, a larger lr would tell"
	case v.Clients != nil && v.Clients.Local < fitted*v.Clients.Global:
		return "steps of clients on their own examples may hold it up, which fewer local epochs or a smaller lr would tell"
	case v.Clients != nil:
		return eitherWay
	case n != nil && n.Batch > 0 && v.Variance == nil:
		return eitherWay
	case known || n == nil || n.GradNorm.Low > 0 || v.Variance != nil && !(v.Variance.Ratio.High < smallRatio):
		return notThere // the gradient has not vanished, or the errors of its estimates have not
	case c != nil && c.L.Resolved && c.Times < short:
		return perhapsAtRest
	}
	return unclear
}

// floored says whether it is known where the run's noise lets it come to.
func floored(v *view.Diagnosis) bool {
	return v.Noise != nil && v.Noise.Trace.Resolved && finite(v.Noise.Floor)
}

// besideFloor holds f − f* against what the run's noise would let it come to. On
// a quadratic that is at most the floor divided by 1 − α/limit, so that a run
// that is far above it has a step too small for some direction or too large for
// another.
func besideFloor(v *view.Diagnosis) string {
	n, c := v.Noise, v.Curvature
	switch {
	case v.Plateau.Gap.Mean <= noisy*n.Floor:
		return expected(v)
	case c == nil || !c.L.Resolved || !finite(c.Times):
		return eitherWay
	case c.Times < short:
		return tooShort(c)
	case c.Times < 1:
		return fmt.Sprintf("its noise would let it come to about %.0e, its lr hardly gets there: columns of like scale, or a rule as adam, may help", n.Floor)
	}
	return fmt.Sprintf("lr is %s × the stability limit %s = %.2g: a smaller lr may help", times(c.Times), c.Law, c.Limit)
}

// expected is where the noise holds a run up. What lr its schedule has next is
// not for it to say.
func expected(v *view.Diagnosis) string {
	if c := v.Curvature; c != nil && c.Share < 1 {
		return fmt.Sprintf("with this batch and the lr that its schedule has now it is expected to stall about %.0e above f*", v.Noise.Floor)
	}
	return fmt.Sprintf("with this lr and batch it is expected to stall about %.0e above f*, and lower with a smaller lr", v.Noise.Floor)
}

func tooShort(c *view.Curvature) string {
	return fmt.Sprintf("lr is %s × the stability limit %s = %.2g: a larger lr may help", times(c.Times), c.Law, c.Limit)
}

// roomy says whether a step of twice the length would bring more, noise and
// all. For estimates g of variance V a step of SGD brings
//
//	E f(θ − αg) ≤ f(θ) − α‖∇f‖²·(1 − q)        q = (α/limit)·(1 + V/‖∇f‖²)
//
// by the descent lemma, and twice that step brings more if q < ⅓. Where ‖∇f‖ is
// lost in the noise, nothing follows from it.
//
// Reference: Bottou, Curtis and Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60, 2018, lemma
// 4.2.
func roomy(v *view.Diagnosis) bool {
	n, c := v.Noise, v.Curvature
	if n == nil || c == nil || !c.L.Resolved || !(n.GradNorm.Low > plain*n.GradNorm.Value) {
		return false
	}
	variance := 0.0
	switch {
	case v.Variance != nil && v.Variance.Ratio.Resolved:
		variance = v.Variance.Own
	case v.Variance != nil || n.Batch > 0 && !n.Trace.Resolved:
		return false
	case n.Batch > 0:
		variance = n.Trace.Value / float64(n.Batch)
	}
	if variance > 0 && c.Law != plainLaw { // momentum adds up the noise of many steps
		return false
	}
	return c.Times*(1+variance/(n.GradNorm.Low*n.GradNorm.Low)) < 0.25
}

// plainLaw is the limit of steps along the gradient and nothing else.
const plainLaw = "2/L"

// passes says how many passes over the data, in three digits or in whole ones.
func passes(n float64) string {
	if n >= 1000 {
		return fmt.Sprintf("%.0f passes", n)
	}
	return fmt.Sprintf("%.3g passes", n)
}

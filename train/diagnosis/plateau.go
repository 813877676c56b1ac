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
// room for a fall by a twentieth; or that falls by less than a thousandth.
func plateaued(v *view.Diagnosis, active bool) bool {
	p := v.Plateau
	if p.Gap != nil {
		return stuck(p.Gap, p.Passes, active)
	}
	most := max(math.Abs(p.Slope), -p.Slope+2*p.Error) * p.Passes / math.Abs(p.Loss) // share of the loss
	if active {
		return most < 0.1 && (p.Falling < 0.99 || most < 2e-3)
	}
	return most < 0.05 && p.Falling < 0.9 || most < 1e-3
}

// stuck is the same of f − f*: its line leaves no room for a fall by half, or it
// falls by less than a fiftieth.
func stuck(g *view.Gap, passes float64, active bool) bool {
	most := max(math.Abs(g.Slope), -g.Slope+2*g.Error) * passes // decades
	if active {
		return most < 0.5 && (g.Falling < 0.99 || most < 0.02)
	}
	return most < 0.3 && g.Falling < 0.9 || most < 0.01
}

func stalls(v *view.Diagnosis) string {
	p := v.Plateau
	text := fmt.Sprintf("the loss has not visibly fallen in %.3g passes", p.Passes)
	switch {
	case p.Gap != nil:
		text = fmt.Sprintf("f − f* has stayed at about %.1e for %.3g passes", p.Gap.Mean, p.Passes)
	case p.Falling >= 0.9:
		text = fmt.Sprintf("the loss has fallen by %.1g %% in %.3g passes", -100*p.Slope*p.Passes/p.Loss, p.Passes)
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
	// short is the share of the stability limit below which lr is rather too
	// small than too large, and tiny that where this needs no f* to be said.
	short, tiny = 0.5, 0.01
)

// reason is what may hold a run up. What f − f* contradicts is not said.
func reason(v *view.Diagnosis) string {
	n, c, known, gap := v.Noise, v.Curvature, v.Plateau.Gap != nil, math.NaN()
	if known {
		gap = v.Plateau.Gap.Mean
	}
	limited := c != nil && c.L.Resolved && !math.IsNaN(c.Times)
	floored := floored(v)
	switch {
	case known && gap <= atRest:
		return "it has converged"
	case c != nil && c.Share < decayed:
		return fmt.Sprintf("its schedule has brought lr to %s × what it was", times(c.Share))
	case floored && known && gap > noisy*n.Floor && limited && c.Times < short, limited && !known && c.Times < tiny:
		return fmt.Sprintf("lr is %s × the stability limit %s = %.2g: a larger lr may help", times(c.Times), c.Law, c.Limit)
	case floored && known && gap > noisy*n.Floor:
		return fmt.Sprintf("its noise would let it come to about %.1g, its lr hardly gets there: columns of like scale, or a rule as adam, may help", n.Floor)
	case floored:
		return fmt.Sprintf("with this lr and batch it is expected to stall about %.1g above f*, and lower with a smaller lr", n.Floor)
	case known:
		return unfinished(v, limited)
	case n != nil && n.Batch > 0 && v.Variance == nil:
		return "the noise of its gradients may hold it up, which a smaller lr would tell"
	}
	return "it may have converged"
}

// floored says whether it is known where the run's noise lets it come to.
func floored(v *view.Diagnosis) bool {
	return v.Noise != nil && v.Noise.Trace.Resolved && finite(v.Noise.Floor)
}

// unfinished is of a run that is known not to have converged, and of which it is
// not known where its noise would let it come to.
func unfinished(v *view.Diagnosis, limited bool) string {
	switch {
	case v.Clients != nil:
		return "steps of clients on their own examples may hold it up, which fewer local epochs or a smaller lr would tell"
	case v.Noise != nil && v.Noise.Batch > 0 && v.Variance == nil:
		return "noise holds it up, or steps that are too small: a smaller and a larger lr would tell which"
	case limited && v.Curvature.Times < short:
		return fmt.Sprintf("lr is %s × the stability limit %s = %.2g: a larger lr may help", times(v.Curvature.Times), v.Curvature.Law, v.Curvature.Limit)
	}
	return "it has not converged: another lr may help"
}

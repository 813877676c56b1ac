package diagnosis

import (
	"fmt"
	"math"

	"optwatch/train/view"
)

// check is when a condition holds, and what there is to say about it. Where it
// has begun it takes more for it to end than not to begin.
type check struct {
	condition view.Condition
	known     func(v *view.Diagnosis) bool // whether there are the numbers to judge by, and to say
	holds     func(v *view.Diagnosis, active bool) bool
	says      func(v *view.Diagnosis) string
	over      string // once it has ended
}

// text is what there is to say, with its numbers as screens write them.
func (c check) text(v *view.Diagnosis) string { return view.ShortExponents(c.says(v)) }

// checks are all conditions, the most pressing first.
var checks = []check{
	{view.Diverging, hasLine, diverging, rises, "the loss no longer rises"},
	{view.Unstable, hasLimit, unstable, overshoots, "lr is below the stability limit again"},
	{view.StaleSnapshot, hasSnapshot, stale, outdated, "the snapshot takes away noise again"},
	{view.ClientsDisagree, hasClients, disagree, pullApart, "clients no longer go different ways"},
	{view.BatchTooLarge, hasBatch, wasteful, tooLarge, "the batch is no longer far above B_simple"},
	{view.Plateaued, hasPlateau, plateaued, stalls, "the loss falls again"},
}

func hasLine(v *view.Diagnosis) bool { return !math.IsNaN(v.Plateau.Falling) }

// hasPlateau: while f* is being certified there is a plateau only where the
// run's own noise says at which height, or above the start; what else there is to say
// will be known.
func hasPlateau(v *view.Diagnosis) bool {
	return hasLine(v) && (!v.Plateau.Searching || floored(v) || Overshot(v))
}

// hasLimit: a limit says nothing of a run before it is seen where the loss goes.
func hasLimit(v *view.Diagnosis) bool {
	return v.Curvature != nil && !math.IsNaN(v.Curvature.Times) && hasLine(v)
}

func hasSnapshot(v *view.Diagnosis) bool { return v.Snapshot != nil && v.Variance != nil }
func hasClients(v *view.Diagnosis) bool  { return v.Clients != nil && !math.IsNaN(v.Clients.Agreement) }

func hasBatch(v *view.Diagnosis) bool {
	return v.Noise != nil && !math.IsNaN(v.Noise.Times) && hasLine(v)
}

// diverging is a loss that rises by a fifth over the line, beyond doubt.
func diverging(v *view.Diagnosis, active bool) bool {
	p, doubt, rise := v.Plateau, 0.01, 0.2
	if active {
		doubt, rise = 0.1, 0.1
	}
	return p.Falling < doubt && p.Slope*p.Passes > rise*math.Abs(p.Loss)
}

func rises(v *view.Diagnosis) string {
	p := v.Plateau
	text := fmt.Sprintf("the loss has risen by %.3g in %s", p.Slope*p.Passes, passes(p.Passes))
	if c := v.Curvature; c != nil && above(c) {
		return text + fmt.Sprintf(": lr is %s × the stability limit %s = %.2g here, try below it", times(c.Times), c.Law, c.Limit)
	}
	return text + ": a smaller lr may help"
}

func hasDiverged(v *view.Diagnosis) string {
	if c := v.Curvature; c != nil && above(c) {
		return fmt.Sprintf("it diverged: lr is %s × the stability limit %s = %.2g at the start, try below it", times(c.Times), c.Law, c.Limit)
	}
	return "it diverged: a smaller lr may help"
}

// unstable is a step above the limit beyond doubt, of a run that does not come
// nearer all the same, until it is a fifth below it or comes nearer beyond
// doubt: the limit is of a quadratic, and where f is flatter further on, a step
// above it may bring more than any below. While L is not resolved, as where a
// step throws θ about, nothing is known anew.
func unstable(v *view.Diagnosis, active bool) bool {
	c, falling := v.Curvature, trend(v)
	if active {
		return falling <= 0.99 && (!c.L.Resolved || c.Times > 0.8)
	}
	return falling < 0.9 && c.L.Resolved && above(c)
}

// above says whether the step is above the limit even if L is as small as may be.
func above(c *view.Curvature) bool { return c.Times*c.L.Low/c.L.Value > 1 }

func overshoots(v *view.Diagnosis) string {
	c := v.Curvature
	if c.Times < 1 {
		return fmt.Sprintf("lr is close to the stability limit %s = %.2g, at %s of it here: it may oscillate; try below it", c.Law, c.Limit, times(c.Times))
	}
	return fmt.Sprintf("lr is %s × the stability limit %s = %.2g here: expect oscillation; try below it", times(c.Times), c.Law, c.Limit)
}

// stale is a correction that adds noise, although what has been spent since the
// snapshot would have paid for a new one.
func stale(v *view.Diagnosis, active bool) bool {
	r := v.Variance.Ratio
	return v.Snapshot.Passes >= 1 && (r.Low > 1 || active && r.Value > 1)
}

func outdated(v *view.Diagnosis) string {
	return fmt.Sprintf("the snapshot is %.2g passes old, and corrected with it a gradient has %s × the variance of a plain one: a smaller m may help",
		v.Snapshot.Passes, times(v.Variance.Ratio.Value))
}

const (
	together = 0.1 // mean cosine of updates below which they have little in common
	ownShare = 0.5 // of the model's loss, below which clients fit what the others do not have
)

// disagree is clients that go different ways, and each of them to where the
// model they share is not: the noise of updates alone does not take them there.
func disagree(v *view.Diagnosis, active bool) bool {
	c, slack := v.Clients, 1.0
	if active {
		slack = 1.2
	}
	return c.Agreement < slack*together && c.Local < slack*ownShare*c.Global
}

func pullApart(v *view.Diagnosis) string {
	c := v.Clients
	return fmt.Sprintf("clients go different ways (mean cosine %.2f) and fit their own examples to %.2g where the model has %.2g: fewer local epochs, or FedProx, may help",
		c.Agreement, c.Local, c.Global)
}

// wasteful is a batch 8 times B_simple and more, even if that is as large as may
// be, of a run that comes nearer: what holds up one that does not is not its batch.
func wasteful(v *view.Diagnosis, active bool) bool {
	falling := trend(v)
	if Overshot(v) {
		return false
	}
	if active {
		return falling > 0.5 && v.Noise.Times > 6
	}
	return falling > 0.9 && float64(v.Noise.Batch) >= 8*v.Noise.Simple.High
}

// Overshot says whether the loss is above what the run began with, which steps
// have taken it to that are too large.
func Overshot(v *view.Diagnosis) bool { return v.Plateau.Loss > worse*v.Plateau.Start }

// trend is the probability that f − f* falls where that is known, else the loss.
func trend(v *view.Diagnosis) float64 {
	if v.Plateau.Gap != nil {
		return v.Plateau.Gap.Falling
	}
	return v.Plateau.Falling
}

func tooLarge(v *view.Diagnosis) string {
	n := v.Noise
	const help = ": a smaller batch may get as far with fewer evaluations"
	if !n.Simple.Resolved && !math.IsInf(n.Simple.High, 1) {
		return fmt.Sprintf("batch %d is over %s × B_simple, which is at most %s here", n.Batch, times(float64(n.Batch)/n.Simple.High), times(n.Simple.High)) + help
	}
	return fmt.Sprintf("batch %d is %s × B_simple = %s here", n.Batch, times(n.Times), times(n.Simple.Value)) + help
}

// times is a factor or a count in two digits, or as many as it has before the
// point, as long as those can be read: lr may be 1e308.
func times(x float64) string {
	if x >= 100 && x < 1e6 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2g", x)
}

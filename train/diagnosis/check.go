package diagnosis

import (
	"fmt"
	"math"
)

// check is when a condition holds, and what there is to say about it. Where it
// has begun it takes more for it to end than not to begin.
type check struct {
	condition Condition
	holds     func(v *View, active bool) bool
	says      func(v *View) string
	over      string // once it has ended
}

// checks are all conditions, the most pressing first.
var checks = []check{
	{Diverging, diverging, rises, "the loss no longer rises"},
	{Unstable, unstable, overshoots, "lr is below the stability limit again"},
	{StaleSnapshot, stale, outdated, "the snapshot takes away noise again"},
	{ClientsDisagree, disagree, pullApart, "clients no longer go different ways"},
	{BatchTooLarge, wasteful, tooLarge, "the batch is no longer far above B_simple"},
	{Plateaued, plateaued, settled, "the loss falls again"},
}

// diverging is a loss that rises by a fifth over the line, beyond doubt.
func diverging(v *View, _ bool) bool {
	p := v.Plateau
	return p.Falling < 0.01 && p.Slope*p.Passes > 0.2*math.Abs(p.Loss)
}

func rises(v *View) string {
	p := v.Plateau
	text := fmt.Sprintf("the loss has risen by %.3g in %.3g passes", p.Slope*p.Passes, p.Passes)
	if c := v.Curvature; c != nil && c.L.Resolved && c.Times > 1 {
		return text + fmt.Sprintf(": lr is %s × the stability limit %s = %.2g here, try below it", times(c.Times), c.Law, c.Limit)
	}
	return text + ": a smaller lr may help"
}

func hasDiverged(v *View) string {
	if c := v.Curvature; c != nil && c.Times > 1 {
		return fmt.Sprintf("it diverged: lr is %s × the stability limit %s = %.2g at the start, try below it", times(c.Times), c.Law, c.Limit)
	}
	return "it diverged: a smaller lr may help"
}

// unstable is a step above the limit, even if L is as small as may be.
func unstable(v *View, active bool) bool {
	c := v.Curvature
	if c == nil || !c.L.Resolved || math.IsNaN(c.Times) {
		return false
	}
	if active {
		return c.Times > 0.95
	}
	return c.Times*c.L.Low/c.L.Value > 1
}

func overshoots(v *View) string {
	c := v.Curvature
	return fmt.Sprintf("lr is %s × the stability limit %s = %.2g here: expect oscillation; try below it", times(c.Times), c.Law, c.Limit)
}

// stale is a correction that adds noise, although what has been spent since the
// snapshot would have paid for a new one.
func stale(v *View, active bool) bool {
	if v.Variance == nil || v.Snapshot == nil || v.Snapshot.Passes < 1 {
		return false
	}
	return v.Variance.Ratio.Low > 1 || active && v.Variance.Ratio.Value > 1
}

func outdated(v *View) string {
	return fmt.Sprintf("the snapshot is %.2g passes old, and corrected with it a gradient has %s × the variance of a plain one: a smaller m may help",
		v.Snapshot.Passes, times(v.Variance.Ratio.Value))
}

const (
	together = 0.1 // mean cosine of updates below which they have little in common
	ownShare = 0.5 // of the model's loss, below which clients fit what the others do not have
)

// disagree is clients that go different ways, and each of them to where the
// model they share is not: the noise of updates alone does not take them there.
func disagree(v *View, active bool) bool {
	c := v.Clients
	if c == nil {
		return false
	}
	slack := 1.0
	if active {
		slack = 1.2
	}
	return c.Agreement < slack*together && c.Local < slack*ownShare*c.Global
}

func pullApart(v *View) string {
	c := v.Clients
	return fmt.Sprintf("clients go different ways (mean cosine %.2f) and fit their own examples to %.2g where the model has %.2g: fewer local epochs, or FedProx, may help",
		c.Agreement, c.Local, c.Global)
}

// wasteful is a batch 8 times B_simple and more, and not only by chance.
func wasteful(v *View, active bool) bool {
	n := v.Noise
	if n == nil || !n.Simple.Resolved || n.Dominated || n.Batch == 0 {
		return false
	}
	if active {
		return n.Times > 6
	}
	return n.Times >= 8 && float64(n.Batch) > 4*n.Simple.High
}

func tooLarge(v *View) string {
	n := v.Noise
	return fmt.Sprintf("batch %d is %s × B_simple = %.2g here: a smaller batch may get as far with fewer evaluations", n.Batch, times(n.Times), n.Simple.Value)
}

// plateaued is a loss that cannot be seen to fall, and whose line leaves no
// room for a fall by a hundredth; or that falls by less than a ten-thousandth.
func plateaued(v *View, active bool) bool {
	p := v.Plateau
	most := max(math.Abs(p.Slope), -p.Slope+2*p.Error) * p.Passes / math.Abs(p.Loss) // share of the loss
	if active {
		return most < 0.02 && (p.Falling < 0.99 || most < 2e-4)
	}
	return most < 0.01 && (p.Falling < 0.95 || most < 1e-4)
}

func settled(v *View) string {
	p := v.Plateau
	text := fmt.Sprintf("the loss has not fallen in %.3g passes", p.Passes)
	if p.Falling >= 0.95 {
		text = fmt.Sprintf("the loss has fallen by %.1g %% in %.3g passes", -100*p.Slope*p.Passes/p.Loss, p.Passes)
	}
	if n := v.Noise; n != nil && n.Trace.Resolved && finite(n.Floor) {
		return text + fmt.Sprintf(": with this lr and batch it is expected to stall about %.1g above f*, and lower with a smaller lr", n.Floor)
	}
	return text + ": it may have converged"
}

// times is a factor in words of two digits.
func times(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2g", x)
}

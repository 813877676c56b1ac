package lab

import (
	"fmt"
	"math"
	"strings"

	"optwatch/train"
	"optwatch/train/study"
)

// judgeAnytime claims that each method that reduces variance overtakes all that
// can be stopped at any time.
func (c *comparison) judgeAnytime() {
	for _, r := range c.reducers() {
		var measured []string
		var parts []study.Verdict
		for _, rival := range c.anytime() {
			measured = append(measured, fmt.Sprintf("%s: %s", rival.name, c.against(r, rival)))
			parts = append(parts, atLeast(0).judge(c.leadAt(len(c.horizons)-1, r, rival)))
		}
		c.page.Claim(study.Claim{
			Text:      fmt.Sprintf("%s overtakes SGD and Adam with steps that need no horizon, in passes", r.name),
			Predicted: fmt.Sprintf("by %.3g passes: noise keeps constant steps above a floor and falls like 1/√t at best with the others, f − f* of the one by a factor a pass", c.last()),
			Measured:  strings.Join(measured, "; "),
			RefutedBy: fmt.Sprintf("one of them ahead at %.3g passes with its whole interval", c.last()),
			Verdict:   study.All(parts...),
		})
	}
}

// judgeHorizons claims what was measured elsewhere of MNIST, where theory only
// says that O(1/T) is overtaken some day: by 10 passes the best cosine step is
// ahead of SVRG as it is known, by 30 SVRG at its strongest is ahead of all.
func (c *comparison) judgeHorizons() {
	if !onMNIST(c.bench) {
		return
	}
	first, cosine := c.reducers()[0], c.knowing()[0]
	e := c.leadAt(1, cosine, first)
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("At 10 passes %s, which knows that it ends there, is ahead of %s: f − f* of the latter is that of the former times", cosine.name, first.name),
		Predicted: "more than 1: medians of three seeds elsewhere are 2.3e-4 and 2.6e-3",
		Measured:  c.timesText(e),
		RefutedBy: atLeast(1).refutes("%g"),
		Verdict:   atLeast(0).judge(e),
	})
	if len(c.horizons) < 3 {
		return
	}
	for _, r := range c.reducers()[1:] {
		var measured []string
		var parts []study.Verdict
		for _, rival := range c.knowing() {
			e := c.leadAt(2, r, rival)
			measured, parts = append(measured, fmt.Sprintf("%s: %s", rival.name, timesOf(e))), append(parts, atLeast(0).judge(e))
		}
		c.page.Claim(study.Claim{
			Text:      fmt.Sprintf("At 30 passes %s is ahead of all that know that they end there: f − f* of each is that of the method times", r.name),
			Predicted: "more than 1: medians of three seeds elsewhere are 1.8e-7 of SVRG after a pass of SGD, 2.5e-5 of the best cosine",
			Measured:  strings.Join(measured, "; "),
			RefutedBy: "one of them " + atLeast(1).refutes("%g"),
			Verdict:   study.All(parts...),
		})
	}
}

// timesOf is a lead as a ratio with its interval.
func timesOf(e estimate) string {
	return fmt.Sprintf("%.3g (%.3g … %.3g)", math.Exp(e.value), math.Exp(e.low()), math.Exp(e.high()))
}

func (c *comparison) timesText(e estimate) string {
	return fmt.Sprintf("%s, geometric mean of %d seeds and its 95 %% interval", timesOf(e), c.seeds)
}

// accuracies claims that near the optimum they say nothing.
func (c *comparison) accuracies(examples int) {
	best := c.optimum.ValAccuracy
	if math.IsNaN(best) || examples == 0 {
		c.page.Note("There is no validation set, or no certified optimum, to compare accuracies with.")
		return
	}
	sigma := math.Sqrt(best * (1 - best) / float64(examples))
	far, looks, least := 0.0, 0, indistinct
	for _, e := range c.contenders {
		for _, points := range e.points {
			for _, p := range points {
				if gap := p.Loss - c.optimum.Value; gap < indistinct {
					far, looks, least = max(far, math.Abs(p.ValAccuracy-best)), looks+1, min(least, gap)
				}
			}
		}
	}
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("Below f − f* = %g, validation accuracies differ from the optimum's by at most", indistinct),
		Predicted: fmt.Sprintf("their sampling error, √(p(1−p)/%d) = %.2f points", examples, 100*sigma),
		Measured:  fmt.Sprintf("%.2f points, in %d looks down to f − f* = %.1g", 100*far, looks, least),
		RefutedBy: "a single look farther off",
		Verdict:   judgeLooks(looks, far <= sigma),
	})
}

// judgeLooks is the verdict on what every one of some looks must show.
func judgeLooks(looks int, ok bool) study.Verdict {
	if looks == 0 {
		return study.Unresolved
	}
	return study.Judge(ok)
}

// judgeNet claims of the net that variance reduction does not help, and says
// what else differs from the convex problem.
//
// Reference: Defazio and Bottou, "On the ineffectiveness of variance reduced optimization for deep learning", NeurIPS 2019.
func (c *comparison) judgeNet() {
	end := len(c.horizons) - 1
	rival := c.anytime()[0]
	for _, r := range c.anytime() {
		if c.leadAt(end, r, rival).value > 0 {
			rival = r
		}
	}
	pairs, overtaken, behind := 0, 0, 0
	for _, r := range c.reducers() {
		e := c.leadAt(end, r, rival)
		c.page.Claim(study.Claim{
			Text:      fmt.Sprintf("On the net %s is not ahead after %.3g passes: f of %s, the best that can be stopped at any time, is that of the method times", r.name, c.last(), rival.name),
			Predicted: "1 or less: a snapshot is soon too old for what is not convex, and costs as before; the rival is chosen by these seeds, which is for the claim",
			Measured:  c.timesText(e),
			RefutedBy: atMost(1).refutes("%g"),
			Verdict:   atMost(0).judge(e),
		})
		for _, other := range c.anytime() {
			o := c.against(r, other)
			pairs++
			switch {
			case o.overtakes():
				overtaken++
			case o.never():
				behind++
			}
		}
	}
	c.page.Note(fmt.Sprintf("What differs from the convex problem: no f* is certified, so that f itself is compared, λ's share included, and a ratio near 1 says less. "+
		"SAGA's table is for linear models. Of %d pairs of a method that reduces variance and one that can be stopped at any time, the former overtakes in %d, does not in %d, and %d are not resolved.",
		pairs, overtaken, behind, pairs-overtaken-behind))
	c.accuraciesOfNet()
}

// accuraciesOfNet says whether accuracies tell methods apart where f does.
func (c *comparison) accuraciesOfNet() {
	d, _ := c.bench.Views(0)
	if d.Val == 0 {
		c.page.Note("There is no validation set to compare accuracies on.")
		return
	}
	end := len(c.horizons) - 1
	mean := func(r *racer) float64 { return meanOf(c.at(r, end, onValidation)) }
	low, high := c.racers[0], c.racers[0]
	for _, r := range c.racers {
		if mean(r) < mean(low) {
			low = r
		}
		if mean(r) > mean(high) {
			high = r
		}
	}
	apart := average(minus(c.at(high, end, onValidation), c.at(low, end, onValidation)))
	p := mean(high) / 100
	c.page.Note(fmt.Sprintf("Validation accuracies after %.3g passes are from %.2f %% (%s) to %.2f %% (%s), %s points apart, where the sampling error is %.2f points: here they %s.",
		c.last(), mean(low), low.name, mean(high), high.name, apart, 100*math.Sqrt(p*(1-p)/float64(d.Val)),
		map[bool]string{true: "tell methods apart, other than near the convex problem's optimum", false: "tell no methods apart, as near the convex problem's optimum"}[apart.low() > 100*math.Sqrt(p*(1-p)/float64(d.Val))]))
}

func gaps(points []train.Point, optimum float64) []float64 {
	out := make([]float64, len(points))
	for i, p := range points {
		out[i] = p.Loss - optimum
	}
	return out
}

package lab

import (
	"fmt"
	"math"
	"strings"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// What the study of compare shows on its page.

// shownPoints is how far below the optimum's the accuracies are drawn.
const shownPoints = 5

// indistinct is the f − f* below which accuracies are no guide.
const indistinct = 2e-3

// draw shows what is known so far.
func (c *comparison) draw() {
	x, y := study.Axis{Label: "gradient evaluations, in passes of n"}, study.Axis{Label: c.measure(), Log: true}
	gap := study.Figure{Name: "compare-suboptimality", Title: c.measure() + " of methods that can be stopped at any time", X: x, Y: y}
	budgets := study.Figure{
		Name: "compare-horizons", Title: c.measure() + " at the end of budgets that are known in advance, and variance reduction, which needs no horizon",
		X: study.Axis{Label: "budget, in passes of n", Log: true}, Y: y,
	}
	// The beginning would leave no room for what the figure is about.
	least := math.Floor(100*c.optimum.ValAccuracy) - shownPoints
	title := "validation accuracy"
	if c.onNet() {
		least = math.Inf(-1)
	} else if !math.IsNaN(least) {
		title += fmt.Sprintf(", where it is above %g %%", least)
	}
	acc := study.Figure{Name: "compare-accuracy", Title: title, X: x, Y: study.Axis{Label: "validation accuracy %"}}
	for _, r := range c.racers {
		if r.horizon {
			budgets.Series = append(budgets.Series, c.endsSeries(r))
			continue
		}
		curve := r.courses[0].series(c.n, above(c.best))
		gap.Series = append(gap.Series, curve)
		acc.Series = append(acc.Series, from(least, r.courses[0].series(c.n, onValidation)))
		if r.reduces {
			budgets.Series = append(budgets.Series, curve)
		}
	}
	if !c.onNet() {
		gap.Lines = []study.Line{{Name: "accuracies separate nothing below", At: indistinct}}
		if !math.IsNaN(c.optimum.ValAccuracy) {
			acc.Lines = []study.Line{{Name: "the optimum's", At: 100 * c.optimum.ValAccuracy}}
		}
	}
	c.page.Draw(gap)
	c.page.Draw(budgets)
	c.page.Draw(acc)
}

// endsSeries is the ends of a method that knows its horizon, a point for each.
func (c *comparison) endsSeries(r *racer) study.Series {
	out := study.Series{Name: r.name, Slot: r.slot, Dots: true}
	for k := range r.courses {
		e := r.courses[k].series(c.n, above(c.best))
		out.X, out.Y = append(out.X, e.X...), append(out.Y, e.Y...)
		out.Lo, out.Hi = append(out.Lo, e.Lo...), append(out.Hi, e.Hi...)
	}
	return out
}

// from is a series without what lies below a level: gaps, and the band no lower.
func from(least float64, s study.Series) study.Series {
	for i, y := range s.Y {
		if y < least {
			s.Y[i], s.Lo[i], s.Hi[i] = math.NaN(), math.NaN(), math.NaN()
		} else if s.Lo[i] < least {
			s.Lo[i] = least
		}
	}
	return s
}

// tabulate shows where everybody is at the horizons, and who overtakes whom.
func (c *comparison) tabulate() {
	ends := study.Table{
		Name: "ends", Title: fmt.Sprintf("%s after so many passes, medians of %d seeds with all that they span", c.measure(), c.seeds),
		Head: []string{"method", "knows its horizon", "lr"},
	}
	for _, h := range c.horizons {
		ends.Head = append(ends.Head, fmt.Sprintf("%.3g", h))
	}
	ends.Head = append(ends.Head, "validation accuracy % then")
	for _, r := range c.racers {
		row := []string{r.name, yesNo(r.horizon), trials.Joined("%g", r.chosen)}
		for k := range c.horizons {
			row = append(row, spanOf("%.2g", c.at(r, k, above(c.best))))
		}
		ends.Rows = append(ends.Rows, append(row, spanOf("%.2f", c.at(r, len(c.horizons)-1, onValidation))))
	}
	c.page.Tabulate(ends)
	who := study.Table{
		Name: "overtaking", Title: "passes after which a method overtakes its rivals for good, with 95 % intervals; of rivals that know their horizon, the budgets between which",
		Head: []string{"rival", "knows its horizon"},
	}
	for _, r := range c.reducers() {
		who.Head = append(who.Head, r.name)
	}
	for _, rival := range append(c.anytime(), c.knowing()...) {
		row := []string{rival.name, yesNo(rival.horizon)}
		for _, r := range c.reducers() {
			row = append(row, c.against(r, rival).String())
		}
		who.Rows = append(who.Rows, row)
	}
	c.page.Tabulate(who)
	c.page.Note(fmt.Sprintf("Overtaking is by the mean over %d seeds, paired, of the logarithm of the ratio of %s: the interval reaches from where its 95 %% band by Student's t first lets the method be ahead for good to where it leaves no doubt. "+
		"“start” is from the first look on, “never” not by %.3g passes; an interval that contains never is not resolved.", c.seeds, c.measure(), c.last()))
	c.page.Note("Methods that can be stopped at any time have one rate, that of the least f after the passes named below, for their whole course; those that know their horizon have one for each budget, and no say before its end.")
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// spanOf is the median of values with all that they span.
func spanOf(format string, values []float64) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	return fmt.Sprintf(format+" ("+format+" … "+format+")", trials.Median(values), lo, hi)
}

// sentence says who overtakes whom, from the numbers: SVRG as it is known, and
// the method that is best at the last horizon.
func (c *comparison) sentence() string {
	first, strongest := c.reducers()[0], c.strongest()
	text := "Here " + c.fate(first)
	if strongest != first {
		text += " The strongest that reduces variance is " + strongest.name + ": " + c.fate(strongest)
	}
	return text
}

// strongest is the method of those that reduce variance with the least mean at the last horizon.
func (c *comparison) strongest() *racer {
	best := c.reducers()[0]
	for _, r := range c.reducers() {
		if c.leadAt(len(c.horizons)-1, r, best).value > 0 {
			best = r
		}
	}
	return best
}

// fate says whom a method overtakes, and who of those that know their horizon is ahead of it.
func (c *comparison) fate(r *racer) string {
	var overtaken, open, never []string
	for _, rival := range c.anytime() {
		switch o := c.against(r, rival); {
		case o.overtakes() && o.to <= o.first:
			overtaken = append(overtaken, fmt.Sprintf("%s after less than %.3g", rival.name, o.first))
		case o.overtakes():
			overtaken = append(overtaken, fmt.Sprintf("%s after %s", rival.name, o))
		case o.never():
			never = append(never, rival.name)
		default:
			open = append(open, rival.name)
		}
	}
	var parts []string
	if len(overtaken) > 0 {
		parts = append(parts, fmt.Sprintf("%s overtakes %s passes", r.name, listed(overtaken)))
	}
	if len(never) > 0 {
		parts = append(parts, fmt.Sprintf("%s does not overtake %s within %.3g passes", r.name, listed(never), c.last()))
	}
	if len(open) > 0 {
		parts = append(parts, fmt.Sprintf("whether %s overtakes %s within %.3g passes is not resolved", r.name, listed(open), c.last()))
	}
	var at []string
	for k, h := range c.horizons {
		at = append(at, fmt.Sprintf("at %.3g passes %s", h, c.standing(r, k)))
	}
	return fmt.Sprintf("%s; of the %d rivals that know their horizon, %s.", strings.Join(parts, "; "), len(c.knowing()), strings.Join(at, ", "))
}

// standing says who of those that know their horizon is ahead of a method there.
func (c *comparison) standing(r *racer, horizon int) string {
	var ahead, open []string
	for _, rival := range c.knowing() {
		switch e := c.leadAt(horizon, r, rival); {
		case e.high() < 0:
			ahead = append(ahead, rival.name)
		case !(e.low() > 0):
			open = append(open, rival.name)
		}
	}
	text := ""
	switch {
	case len(ahead) == len(c.knowing()):
		return "all are ahead of it"
	case len(ahead) == 0 && len(open) == 0:
		return "it is ahead of all"
	case len(open) == len(c.knowing()):
		return "none is told apart from it"
	case len(ahead) > 0:
		text = listed(ahead) + map[bool]string{true: " is", false: " are"}[len(ahead) == 1] + " ahead of it"
	default:
		text = "it is behind none"
	}
	if len(open) > 0 {
		text += " (" + listed(open) + " not resolved)"
	}
	return text
}

// listed joins names as a sentence does.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

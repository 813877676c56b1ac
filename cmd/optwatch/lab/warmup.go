package lab

import (
	"fmt"
	"math"
	"strings"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// warmup judges what the warm-up buys and what it costs, where the rule breaks.
func (c *scalingStudy) warmup() {
	without, with := c.contenders[5], c.contenders[6]
	c.judgePeak(without, with)
	along := compareAlong(without, with, c.optimum)
	c.judgeDelay(along)
	c.showAlong(along)
	c.page.Note(along.sentence(c.peakText(without, with)))
}

// judgePeak claims that the worst of the way is less bad.
func (c *scalingStudy) judgePeak(without, with *contender) {
	small := c.contenders[4]
	before, after := damage(without, small), damage(with, small)
	factor := average(logs(over(before, after)))
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("With base lr %g, a warm-up of %d steps cuts the peak, the most that f lies above the small batch's at equal evaluations", bases[2], warmSteps),
		Predicted: "÷ more than 1",
		Measured:  fmt.Sprintf("÷ %s (geometric mean of %d seeds and its 95 %% interval), from %.3g to %.3g", factor.exp(), len(before), trials.Median(before), trials.Median(after)),
		RefutedBy: "an interval below ÷ 1",
		Verdict:   atLeast(0).judge(factor),
	})
}

// peakText says what the warm-up does to the peak, and whether that is resolved.
func (c *scalingStudy) peakText(without, with *contender) string {
	factor := average(logs(over(damage(without, c.contenders[4]), damage(with, c.contenders[4]))))
	switch atLeast(0).judge(factor) {
	case study.Holds:
		return fmt.Sprintf("Warm-up divides the peak by %s", factor.exp())
	case study.Refuted:
		return fmt.Sprintf("Warm-up raises the peak %s-fold", estimate{-factor.value, factor.half}.exp())
	}
	return fmt.Sprintf("What warm-up does to the peak is not resolved (÷ %s)", factor.exp())
}

// along is f − f* with warm-up against that without at every look.
type along struct {
	at     []int64
	ratio  []estimate  // of the logarithm, by look
	course [][]float64 // the same, by seed and look
}

// compareAlong takes the looks at which f − f* of two contenders is known, seed by seed.
func compareAlong(without, with *contender, optimum float64) along {
	out := along{course: make([][]float64, len(with.points))}
	for k, evals := range with.at {
		a := logs(over(with.of(k, above(optimum)), without.of(k, above(optimum))))
		out.at, out.ratio = append(out.at, evals), append(out.ratio, average(a))
		for seed, v := range a {
			out.course[seed] = append(out.course[seed], v)
		}
	}
	return out
}

// between is the mean of log f − f* with warm-up ÷ without over the looks from
// one count of evaluations to another, each standing for those since the look
// before, with the interval over the seeds.
func (a along) between(from, to int64) estimate {
	means := make([]float64, len(a.course))
	for seed, course := range a.course {
		sum, total, before := 0.0, 0.0, from
		for k, evals := range a.at {
			if evals > from && evals <= to {
				sum += course[k] * float64(evals-before)
				total += float64(evals - before)
				before = evals
			}
		}
		means[seed] = sum / total
	}
	return average(means)
}

// The parts of the course: the steps that are smaller than those without by a
// factor of more than two, the rest of the warm-up, and what comes after.
var warmParts = []struct {
	name     string
	from, to int64 // steps of the large batch
}{
	{"the first half of the warm-up", 0, warmSteps / 2},
	{"the second half of the warm-up", warmSteps / 2, warmSteps},
	{"after it", warmSteps, largeSteps},
	{"the whole course", 0, largeSteps},
}

// judgeDelay claims the price: in the second half of the warm-up, when the
// first steps are over for both, the one that has gone half as far is behind.
func (c *scalingStudy) judgeDelay(a along) {
	e := a.between(warmParts[1].from*largeBatch, warmParts[1].to*largeBatch)
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("With base lr %g, warm-up has its price: over its second half, steps %d to %d, f − f* is that without it times", bases[2], warmParts[1].from, warmParts[1].to),
		Predicted: "more than 1: up to there it has gone a quarter to a half as far",
		Measured:  fmt.Sprintf("%s (geometric mean of %d seeds and its 95 %% interval)", e.exp(), c.seeds),
		RefutedBy: "an interval below 1",
		Verdict:   atLeast(0).judge(e),
	})
}

// showAlong tabulates and draws the ratio along the course.
func (c *scalingStudy) showAlong(a along) {
	t := study.Table{
		Name: "scaling-warmup", Title: fmt.Sprintf("f − f* with warm-up ÷ without, base lr %g, geometric means of %d seeds with 95 %% intervals", bases[2], c.seeds),
		Head: []string{"over", "evaluations", "ratio", "which is"},
	}
	for _, part := range warmParts {
		e := a.between(part.from*largeBatch, part.to*largeBatch)
		t.Rows = append(t.Rows, []string{part.name, fmt.Sprintf("%d … %d", part.from*largeBatch, part.to*largeBatch), e.exp(), standing(e)})
	}
	c.page.Tabulate(t)
	s := study.Series{Name: "with warm-up ÷ without", Slot: 2}
	for k, e := range a.ratio {
		s.X, s.Y = append(s.X, float64(a.at[k])), append(s.Y, math.Exp(e.value))
		s.Lo, s.Hi = append(s.Lo, math.Exp(e.value-e.half)), append(s.Hi, math.Exp(e.value+e.half))
	}
	c.page.Draw(study.Figure{
		Name: "scaling-warmup", Title: fmt.Sprintf("f − f* with warm-up ÷ without, base lr %g, 95 %% intervals", bases[2]),
		X: study.Axis{Label: "gradient evaluations"}, Y: study.Axis{Label: "ratio", Log: true}, Series: []study.Series{s},
		Lines: []study.Line{{Name: "alike", At: 1}, {Name: "warm-up ends", At: warmSteps * largeBatch, Vertical: true}},
	})
}

// standing says which is ahead, if that is resolved.
func standing(e estimate) string {
	switch atMost(0).judge(e) {
	case study.Holds:
		return "better with warm-up"
	case study.Refuted:
		return "worse with warm-up"
	}
	return "not resolved"
}

// stretches are the runs of looks of one standing, as evaluations.
func (a along) stretches(of string) []string {
	var out []string
	for k := 0; k < len(a.at); k++ {
		if standing(a.ratio[k]) != of {
			continue
		}
		first := k
		for k+1 < len(a.at) && standing(a.ratio[k+1]) == of {
			k++
		}
		text := fmt.Sprint(a.at[first])
		if k > first {
			text += fmt.Sprintf(" … %d", a.at[k])
		}
		out = append(out, text)
	}
	return out
}

// sentence says what warm-up buys and costs, in the numbers.
func (a along) sentence(peak string) string {
	count := func(of string) (n int) {
		for _, e := range a.ratio {
			if standing(e) == of {
				n++
			}
		}
		return n
	}
	part := func(of, words string) string {
		if where := a.stretches(of); len(where) > 0 {
			return fmt.Sprintf("%s at %d (evaluations %s)", words, count(of), strings.Join(where, ", "))
		}
		return words + " at none"
	}
	end := a.ratio[len(a.ratio)-1]
	return fmt.Sprintf("%s. Of %d looks along the course, each judged by its own 95 %% interval, of which one in twenty errs, f − f* is lower with it %s, %s, and not resolved at %d; over the second half of the warm-up it is %s times that without, over the whole course %s, at the end %s (%s).",
		peak, len(a.at), strings.TrimSpace(part("better with warm-up", "")), part("worse with warm-up", "higher"), count("not resolved"),
		a.between(warmParts[1].from*largeBatch, warmParts[1].to*largeBatch).exp(), a.between(0, largeSteps*largeBatch).exp(), end.exp(), strings.TrimSuffix(standing(end), " with warm-up"))
}

// damage is the most by which a contender's f lies above another's at equal
// evaluations, for each seed.
func damage(e, reference *contender) []float64 {
	out := make([]float64, len(e.points))
	for i := range out {
		out[i] = math.Inf(-1)
		for k, p := range e.points[i] {
			out[i] = max(out[i], p.Loss-reference.points[i][k].Loss)
		}
	}
	return out
}

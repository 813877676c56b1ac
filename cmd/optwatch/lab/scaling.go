package lab

import (
	"fmt"
	"math"
	"slices"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// The linear scaling rule: k times the batch takes k times the learning rate
// and a k-th of the steps, at the same gradient evaluations. k small steps of η
// and one large step of kη,
//
//	θₜ₊ₖ = θₜ − η Σⱼ ∇f_{Bⱼ}(θₜ₊ⱼ)        θ̂ₜ₊₁ = θₜ − kη ∇f_{∪Bⱼ}(θₜ)
//
// are alike as long as the gradient hardly changes over them: where kη is small
// beside 2/L. Early, where it changes most, a warm-up helps: ηₜ rises to kη in
// equal parts.
//
// Reference: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, sections 2.1 and 2.2.
var linearScaling = Experiment{
	Name:  "scaling",
	Title: "Eight times the batch, eight times the learning rate, an eighth of the steps",
	About: "B = 256 with lr against B = 2048 with 8·lr, drawn with replacement, at equal gradient evaluations: alike while 8·lr is moderate. " +
		"With base lr 0.2 the rule breaks; what warm-up buys then and what it costs is judged along the whole course. `optwatch lab scaling --params …` works it out for a model of yours.",
	run: runScaling,
}

const (
	scaledBy   = 8
	largeBatch = 2048
	largeSteps = 122 // five passes over MNIST's 50,000
	warmSteps  = 49  // two of these
	alike      = 0.05
)

// bases are the learning rates of the small batch: where the rule must hold,
// where it was found to hold on MNIST, and where to break.
var bases = []float64{0.025, 0.1, 0.2}

// scalingStudy is the study under way. Of base i, contender 2i has the small
// batch and 2i+1 the large one; the last is the largest rate with warm-up.
type scalingStudy struct {
	contest
	page    *study.Page
	optimum float64
}

func runScaling(s *session, p *study.Page) error {
	p.Doing("reading the data")
	b, err := s.Bench(validated)
	if err != nil {
		return err
	}
	p.Doing("certifying f*")
	c := &scalingStudy{page: p, optimum: b.Optimum().Value}
	// Where the rule breaks, log f − f* scatters by about ½ from seed to seed: five resolve a factor of two.
	c.contest = contest{bench: b, seeds: shorter(s.quick, 8, 5), span: trials.Span{From: 0, To: 1}, changed: c.draw}
	at := append(every(1, 20, 1, largeBatch), every(26, largeSteps, 6, largeBatch)...)
	for _, lr := range bases {
		c.contenders = append(c.contenders,
			&contender{name: fmt.Sprintf("B = 256, lr %g", lr), slot: 0, recipe: fmt.Sprintf("sgd:batch=%d,lr=%g,sample=replace", largeBatch/scaledBy, lr), at: at},
			&contender{name: fmt.Sprintf("B = 2048, lr %.3g", scaledBy*lr), slot: 1, recipe: fmt.Sprintf("sgd:batch=%d,lr=%.6g,sample=replace", largeBatch, scaledBy*lr), at: at})
	}
	c.contenders = append(c.contenders, &contender{
		name: "the same with warm-up", slot: 2, at: at,
		recipe: fmt.Sprintf("sgd:batch=%d,lr=%.6g,warmup=%d,sample=replace", largeBatch, scaledBy*bases[2], warmSteps),
	})
	p.Doing("training with small and large batches")
	if err := c.run(s, p); err != nil {
		return err
	}
	c.tabulate()
	defer c.warmup()
	c.holds(0)
	if onMNIST(b) {
		c.holds(1)
		c.breaks()
	}
	return nil
}

func (c *scalingStudy) draw() {
	for i, lr := range bases {
		f := study.Figure{
			Name: fmt.Sprintf("scaling-%g", lr), Title: fmt.Sprintf("base lr %g", lr),
			X: study.Axis{Label: "gradient evaluations"}, Y: study.Axis{Label: "f − f*", Log: true},
		}
		which := c.contenders[2*i : 2*i+2]
		if i == len(bases)-1 {
			which = c.contenders[2*i:]
		}
		for _, e := range which {
			f.Series = append(f.Series, e.series(1, above(c.optimum)))
		}
		c.page.Draw(f)
	}
}

// late is the mean f − f* of each seed over the last fifth of the evaluations.
func (c *scalingStudy) late(e *contender) []float64 {
	out := make([]float64, c.seeds)
	for i, points := range e.points {
		n := 0
		for k, p := range points {
			if e.at[k] > largeSteps*largeBatch*4/5 {
				out[i] += p.Loss - c.optimum
				n++
			}
		}
		out[i] /= float64(n)
	}
	return out
}

func (c *scalingStudy) tabulate() {
	t := study.Table{
		Name: "scaling", Title: fmt.Sprintf("after %d gradient evaluations, medians of %d seeds", largeSteps*largeBatch, c.seeds),
		Head: []string{"", "steps", "f − f* at the end", "mean of the last fifth", "highest on the way"},
	}
	for i, e := range c.contenders {
		steps := largeSteps
		if i < 2*len(bases) && i%2 == 0 {
			steps *= scaledBy
		}
		var highest []float64
		for _, points := range e.points {
			highest = append(highest, slices.Max(gaps(points, c.optimum)))
		}
		t.Rows = append(t.Rows, []string{
			e.name, fmt.Sprint(steps), rangeOf("%.3g", "", e.last(above(c.optimum))), rangeOf("%.3g", "", c.late(e)), fmt.Sprintf("%.3g", trials.Median(highest)),
		})
	}
	c.page.Tabulate(t)
}

// holds claims that the two batches end alike at a base rate.
func (c *scalingStudy) holds(base int) {
	ratio := over(c.contenders[2*base+1].last(above(c.optimum)), c.contenders[2*base].last(above(c.optimum)))
	mean := average(ratio)
	predicted := fmt.Sprintf("1 within %g %%: 8·lr = %.2g", 100*alike, scaledBy*bases[base])
	if base == 0 {
		predicted += " is below 2/L at θ₀ (0.51 on MNIST)"
	}
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("With base lr %g, f − f* of the large batch in %d steps is that of the small one in %d, times", bases[base], largeSteps, scaledBy*largeSteps),
		Predicted: predicted,
		Measured:  fmt.Sprintf("%s (mean of %d seeds and its 95 %% interval)", mean, len(ratio)),
		RefutedBy: around(1, alike).refutes("%.2f"),
		Verdict:   around(1, alike).judge(mean),
	})
}

// breaks claims that they do not with the largest.
func (c *scalingStudy) breaks() {
	ratio := average(logs(over(c.late(c.contenders[5]), c.late(c.contenders[4]))))
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("With base lr %g the rule breaks: over the last fifth the mean f − f* is that of the small batch times", bases[2]),
		Predicted: fmt.Sprintf("more than 1 + %g %%", 100*alike),
		Measured:  fmt.Sprintf("%s (geometric mean of %d seeds and its 95 %% interval)", ratio.exp(), c.seeds),
		RefutedBy: fmt.Sprintf("an interval below %.2f", 1+alike),
		Verdict:   atLeast(math.Log1p(alike)).judge(ratio),
	})
	c.page.Note(fmt.Sprintf("Where the rule breaks, f jumps about at the end: measured elsewhere after five passes, f − f* was 0.0225 with the small batch, "+
		"0.205 with the large one and 0.060 with warm-up. Here the medians are %.3g, %.3g and %.3g.",
		trials.Median(c.contenders[4].last(above(c.optimum))), trials.Median(c.contenders[5].last(above(c.optimum))), trials.Median(c.contenders[6].last(above(c.optimum)))))
}

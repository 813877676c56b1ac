package lab

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
)

// floorsStudy is SGD with constant steps on the data, from θ = 0 to where it
// settles. Batches are drawn with replacement: reshuffled epochs cancel the
// noise along directions that take longer than an epoch, and settle lower.
type floorsStudy struct {
	lrs      []float64 // η, halved from one to the next
	batch    int
	seeds    int
	settling float64 // steps before looking, in units of 1/(ηλ), the time of the flattest direction
	looking  float64 // steps while looking, in the same unit
	looks    int
	unit     float64 // of work, a step
}

func floorPlan(quick bool) floorsStudy {
	if quick {
		return floorsStudy{lrs: []float64{0.1, 0.05}, batch: 16, seeds: 4, settling: 2.5, looking: 1.5, looks: 20}
	}
	return floorsStudy{lrs: []float64{0.2, 0.1, 0.05}, batch: 16, seeds: 4, settling: 2.5, looking: 3, looks: 50}
}

// stepsOf is the steps of a trial until it is looked at, and to its end.
func (f floorsStudy) stepsOf(lr float64) (first, end int64) {
	unit := 1 / (lr * assigned.L2)
	return int64(f.settling * unit), int64((f.settling + f.looking) * unit)
}

// steps is those of all trials.
func (f floorsStudy) steps() float64 {
	total := 0.0
	for _, lr := range f.lrs {
		_, end := f.stepsOf(lr)
		total += float64(f.seeds) * float64(end)
	}
	return total
}

// floors measures where f − f* settles, and compares it with η·tr Σ(θ*)/(4B).
func (s *session) floors(p *study.Page, plan floorsStudy, work *workload) error {
	p.Doing("reading the data")
	b, err := s.Bench(assigned)
	if err != nil {
		return err
	}
	near, err := s.approach(p, b)
	if err != nil {
		return err
	}
	g := gradientsAt(b, near.Theta())
	optimum := b.Optimum().Value
	if onMNIST(b) {
		p.Claim(study.Claim{
			Text:      "MNIST: tr Σ at the optimum (within 1 %, measured elsewhere)",
			Predicted: "10.5366", Measured: fmt.Sprintf("%.4f at f − f* = %.1g", g.trace, g.loss-optimum),
			RefutedBy: "more than 1 % off", Verdict: study.Judge(math.Abs(g.trace/10.536602501-1) < 0.01),
		})
	}
	scale := lrScale(b)
	for i := range plan.lrs {
		plan.lrs[i] *= scale
	}
	p.Doing(fmt.Sprintf("SGD with constant steps, B = %d, until it settles", plan.batch))
	levels := make([][]float64, len(plan.lrs))
	curves := make([][][]train.Point, len(plan.lrs))
	for i := range plan.lrs {
		levels[i], curves[i] = make([]float64, plan.seeds), make([][]train.Point, plan.seeds)
	}
	var mu sync.Mutex
	draw := func() { p.Draw(plan.figure(curves, optimum, g.trace)) }
	err = s.Each(len(plan.lrs)*plan.seeds, func(i int) error {
		// The longest first, so that none is left over at the end.
		which, seed := len(plan.lrs)-1-i/plan.seeds, i%plan.seeds
		level, err := plan.level(p, b, plan.lrs[which], s.TrialSeed(seed), optimum, work, func(points []train.Point) {
			mu.Lock()
			defer mu.Unlock()
			curves[which][seed] = points
			draw()
		})
		levels[which][seed] = level
		return err
	})
	if err != nil {
		return err
	}
	plan.judge(p, levels, g.trace)
	return nil
}

// level is where a trial settles: the mean f − f* of all looks.
func (f floorsStudy) level(p *study.Page, b *train.Bench, lr float64, seed uint64, optimum float64, work *workload, drawn func([]train.Point)) (float64, error) {
	first, end := f.stepsOf(lr)
	batch := int64(f.batch)
	t, err := b.Trial(fmt.Sprintf("sgd:lr=%.6g,batch=%d,sample=replace", lr, batch), seed, end*batch)
	if err != nil {
		return 0, err
	}
	sum, before := 0.0, int64(0)
	for look := range f.looks {
		at := first + (end-first)*int64(look+1)/int64(f.looks)
		if _, err := trials.Advance(p, t, at*batch); err != nil {
			return 0, err
		}
		sum += (t.Last().Loss - optimum) / float64(f.looks)
		work.add(f.unit * float64(at-before))
		before = at
		drawn(t.Curve())
	}
	return sum, nil
}

// figure is f − f* of every step size, the median of the seeds with their
// range, and the floor that theory has for it.
func (f floorsStudy) figure(curves [][][]train.Point, optimum, trace float64) study.Figure {
	out := study.Figure{
		Name: "rates-data", Title: fmt.Sprintf("a constant step on the data, B = %d", f.batch),
		X: study.Axis{Label: "gradient evaluations", Log: true}, Y: study.Axis{Label: "f − f*", Log: true},
	}
	for i, lr := range f.lrs {
		out.Series = append(out.Series, suboptimality(fmt.Sprintf("η = %.3g", lr), i, curves[i], optimum))
		out.Lines = append(out.Lines, study.Line{Name: fmt.Sprintf("η·tr Σ/(4B), η = %.3g", lr), At: new(optimizers.SGD).NoiseFloor(lr, trace, f.batch)})
	}
	return out
}

// judge gives the verdicts on the levels, [learning rate][seed].
func (f floorsStudy) judge(p *study.Page, levels [][]float64, trace float64) {
	t := study.Table{
		Name: "rates-data-floors", Title: fmt.Sprintf("where f − f* settles on the data, B = %d", f.batch),
		Head: []string{"η", "η·tr Σ/(4B)", "measured", "ratio"},
	}
	end := len(levels) - 1
	var verdicts []study.Verdict
	means, ratios := make([]estimate, len(levels)), make([]string, len(levels))
	for i, lr := range f.lrs {
		means[i] = average(levels[i])
		want := new(optimizers.SGD).NoiseFloor(lr, trace, f.batch)
		ratio := estimate{means[i].value / want, means[i].half / want}
		allowed := bound{0.5, 2}
		if i == end {
			allowed = around(1, 0.25)
		}
		verdicts, ratios[i] = append(verdicts, allowed.judge(ratio)), fmt.Sprintf("%.2f ± %.2f", ratio.value, ratio.half)
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%.3g", lr), fmt.Sprintf("%.3e", want), fmt.Sprintf("%.3e ± %.1e", means[i].value, means[i].half), ratios[i]})
	}
	p.Tabulate(t)
	p.Claim(study.Claim{
		Text:      "Data, constant step: f − f* settles within a factor 2 of η·tr Σ(θ*)/(4B), and with the smallest step within a quarter",
		Predicted: "measured ÷ predicted = 1, the more nearly the smaller η",
		Measured:  fmt.Sprintf("%s for η = %s, 95 %% intervals of %d seeds", strings.Join(ratios, ", "), trials.Joined("%.3g", f.lrs), f.seeds),
		RefutedBy: "an interval outside 0.5 … 2, or with the smallest step outside 0.75 … 1.25", Verdict: study.All(verdicts...),
	})
	half := quotient(means[end-1], means[end])
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("Data: halving η from %.3g halves the floor: it is in proportion to η, and neither to √η nor to η²", f.lrs[end-1]),
		Predicted: fmt.Sprintf("÷ 2, at least nearer to it than to ÷ √2 and to ÷ 4: ÷ %.2f … %.2f", proportional.low, proportional.high),
		Measured:  fmt.Sprintf("÷ %.2f ± %.2f", half.value, half.half), RefutedBy: proportional.refutes("%.2f"), Verdict: proportional.judge(half),
	})
}

// proportional is by how much what is in proportion to η falls with half of it,
// told apart from √η and η² at the middle between their powers and 1.
var proportional = bound{math.Exp2(0.75), math.Exp2(1.5)}

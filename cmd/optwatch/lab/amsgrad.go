package lab

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train/study"
)

// Reddi's counterexamples: on x ∈ [−1, 1] the losses are linear, and on average
// fall towards x = −1, yet Adam goes to +1. A large gradient comes once in a
// while; by the time it matters, Adam's moving average has forgotten it, and
// divides the many small gradients the other way by little. AMSGrad keeps the
// largest average it has seen.
//
//	cycle       fₜ(x) = Cx if t mod 3 = 1, else −x        C > 2, β₁ = 0, β₂ = 1/(1+C²)
//	spikes      fₜ(x) = 1010x if t mod 101 = 1, else −10x   β₁ = 0.9, β₂ = 0.99
//	at random   fₜ(x) = 1010x with probability 0.01, else −10x
//
// After every step x is put back into [−1, 1]. At random, where AMSGrad is by
// the end depends on the seed: it is on its way, and the median is judged.
//
// Reference: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018, theorems 1 and 3, section 5.
var amsgrad = Experiment{
	Name:  "amsgrad",
	Title: "Adam walks away from the optimum, AMSGrad does not",
	About: "On Reddi's linear losses the minimum over [−1, 1] is at −1. Adam's average of squared gradients forgets the rare large ones " +
		"and drifts to +1, the worst point; AMSGrad, which keeps the largest average so far, goes to −1.",
	run: runAMSGrad,
}

// online is one of the counterexamples.
type online struct {
	name         string
	title        string
	start        float64
	beta1, beta2 float64
	alpha        float64 // of α/√t
	steps        int
	seeds        int // walks to take the median of; 1 where nothing is random
	grad         func(t int, rng *rand.Rand) float64
	reach        [2]float64 // Adam ends above the one, AMSGrad below the other
	predicted    [2]string
}

func counterexamples(quick bool) []online {
	cycle := func(c float64) online {
		beta2 := 1 / (1 + c*c)
		return online{
			name: fmt.Sprintf("cycle-%g", c), title: fmt.Sprintf("Cx, −x, −x with C = %g", c), start: 1, beta2: beta2,
			alpha: 0.5 * math.Sqrt(1-beta2), steps: shorter(quick, 300_000, 100_000), seeds: 1,
			grad: func(t int, _ *rand.Rand) float64 {
				if t%3 == 1 {
					return c
				}
				return -1
			},
			reach: [2]float64{0.99, -0.99}, predicted: [2]string{"+1", "−1"},
		}
	}
	spikes := online{
		name: "spikes", title: "1010x every 101st step, else −10x", beta1: 0.9, beta2: 0.99, alpha: 0.5, steps: 1_010_000, seeds: 1,
		grad: func(t int, _ *rand.Rand) float64 {
			if t%101 == 1 {
				return 1010
			}
			return -10
		},
		reach: [2]float64{0.99, -0.99}, predicted: [2]string{"+1", "−1"},
	}
	random := online{
		name: "random", title: "1010x with probability 0.01, else −10x", beta1: 0.9, beta2: 0.99, alpha: 0.5, steps: 2_000_000, seeds: shorter(quick, 14, 7),
		grad: func(_ int, rng *rand.Rand) float64 {
			if rng.Float64() < 0.01 {
				return 1010
			}
			return -10
		},
		reach: [2]float64{0.9, 0}, predicted: [2]string{"towards +1", "towards −1 (below 0 by then)"},
	}
	return []online{cycle(3), cycle(4), cycle(10), spikes, random}
}

// rules are those that walk: Adam and AMSGrad, in this order.
func (e online) rules() [2]optimizers.Rule {
	adam := optimizers.Adam{Beta1: e.beta1, Beta2: e.beta2}
	return [2]optimizers.Rule{&adam, &optimizers.AMSGrad{Adam: adam}}
}

func runAMSGrad(s *session, p *study.Page) error {
	examples := counterexamples(s.quick)
	var jobs [][2]int // of each walk: the counterexample and the seed
	walks := make([][2][]walk, len(examples))
	work := &workload{page: p}
	for i, e := range examples {
		for which := range walks[i] {
			walks[i][which] = make([]walk, e.seeds)
		}
		for seed := range e.seeds {
			jobs = append(jobs, [2]int{i, seed})
		}
		work.total += float64(e.seeds * e.steps)
	}
	p.Doing("walking with Adam and AMSGrad")
	err := s.Each(len(jobs), func(j int) error {
		i, seed := jobs[j][0], jobs[j][1]
		e := examples[i]
		for which, rule := range e.rules() {
			walks[i][which][seed] = e.walk(s.Context(), rule, rand.New(rand.NewPCG(s.Seed, uint64(i)<<32|uint64(seed))))
		}
		if s.Context().Err() != nil {
			return s.Context().Err()
		}
		work.add(float64(e.steps))
		return nil
	})
	if err != nil {
		return err
	}
	for i, e := range examples {
		e.report(p, walks[i])
	}
	return nil
}

// report draws the walks of Adam and AMSGrad, and judges where they end.
func (e online) report(p *study.Page, walks [2][]walk) {
	f := study.Figure{
		Name: "amsgrad-" + e.name, Title: e.title, X: study.Axis{Label: "steps", Log: true}, Y: study.Axis{Label: "x"},
		Lines: []study.Line{{Name: "the minimum", At: -1}},
	}
	for which, name := range [...]string{"Adam", "AMSGrad"} {
		var t, x [][]float64
		var ends, means []float64
		for _, w := range walks[which] {
			t, x = append(t, w.t), append(x, w.x)
			ends, means = append(ends, w.end), append(means, w.mean)
		}
		series := bandOfCurves(strings.ToLower(name), 1-which, t, x)
		end := trials.Median(ends)
		allowed, text := atLeast(e.reach[0]), fmt.Sprintf("%s: %s goes to", e.title, name)
		if which == 1 {
			allowed = atMost(e.reach[1])
		}
		verdict, refuted := allowed.judge(estimate{value: end}), fmt.Sprintf("x below %g", allowed.low)
		if which == 1 {
			refuted = fmt.Sprintf("x above %g", allowed.high)
		}
		measured := fmt.Sprintf("x = %+.4f after %d steps, %+.4f on average", end, e.steps, trials.Median(means))
		if e.seeds > 1 {
			between := medianInterval(ends)
			text = fmt.Sprintf("%s: the median of %d walks of %s goes to", e.title, e.seeds, name)
			measured = fmt.Sprintf("x = %+.4f after %d steps, %+.4f … %+.4f", end, e.steps, between.value-between.half, between.value+between.half)
			refuted, verdict = "a 95 % interval of the median with all "+refuted, allowed.judge(between)
		} else {
			series.Lo, series.Hi = nil, nil
		}
		f.Series = append(f.Series, series)
		p.Claim(study.Claim{Text: text, Predicted: e.predicted[which], Measured: measured, RefutedBy: refuted, Verdict: verdict})
	}
	p.Draw(f)
}

// walk is where x went.
type walk struct {
	t, x []float64 // on a logarithmic grid
	end  float64
	mean float64 // over all steps
}

// walk takes the steps of the counterexample with a rule, fewer if the context ends.
func (e online) walk(ctx context.Context, rule optimizers.Rule, rng *rand.Rand) walk {
	var w walk
	x, g := []float64{e.start}, []float64{0}
	next, sum := 1.0, 0.0
	for t := 1; t <= e.steps; t++ {
		g[0] = e.grad(t, rng)
		rule.Apply(x, g, e.alpha/math.Sqrt(float64(t)))
		x[0] = min(max(x[0], -1), 1)
		if float64(t) >= next || t == e.steps {
			w.t, w.x = append(w.t, float64(t)), append(w.x, x[0])
			next = max(next*1.05, float64(t)+1)
		}
		sum += x[0]
		if t%10_000 == 0 && ctx.Err() != nil {
			break
		}
	}
	w.end, w.mean = x[0], sum/float64(e.steps)
	return w
}

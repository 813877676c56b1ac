package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optwatch/optimizers"
	"optwatch/train/record"
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
// After every step x is put back into [−1, 1].
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
	grad         func(t int, rng *rand.Rand) float64
	reach        [2]float64 // Adam ends above the one, AMSGrad below the other
	predicted    [2]string
}

func counterexamples(quick bool) []online {
	cycle := func(c float64) online {
		beta2 := 1 / (1 + c*c)
		return online{
			name: fmt.Sprintf("cycle-%g", c), title: fmt.Sprintf("Cx, −x, −x with C = %g", c), start: 1, beta2: beta2,
			alpha: 0.5 * math.Sqrt(1-beta2), steps: shorter(300_000, quick, 3),
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
		name: "spikes", title: "1010x every 101st step, else −10x", beta1: 0.9, beta2: 0.99, alpha: 0.5, steps: 1_010_000,
		grad: func(t int, _ *rand.Rand) float64 {
			if t%101 == 1 {
				return 1010
			}
			return -10
		},
		reach: [2]float64{0.99, -0.99}, predicted: [2]string{"+1", "−1"},
	}
	random := online{
		name: "random", title: "1010x with probability 0.01, else −10x", beta1: 0.9, beta2: 0.99, alpha: 0.5, steps: 1_000_000,
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

func runAMSGrad(s *session, p *record.Page) error {
	examples := counterexamples(s.o.Quick)
	walks := make([][2]walk, len(examples))
	err := s.each(2*len(examples), func(i int) error {
		e, which := examples[i/2], i%2
		var rule optimizers.Rule = &optimizers.Adam{Beta1: e.beta1, Beta2: e.beta2}
		if which == 1 {
			rule = &optimizers.AMSGrad{Adam: optimizers.Adam{Beta1: e.beta1, Beta2: e.beta2}}
		}
		walks[i/2][which] = e.walk(rule, rand.New(rand.NewPCG(s.o.Seed, uint64(i/2))))
		p.Progress(float64(i+1) / float64(2*len(examples)))
		return s.ctx.Err()
	})
	if err != nil {
		return err
	}
	for i, e := range examples {
		p.Draw(record.Figure{
			Name: "amsgrad-" + e.name, Title: e.title, X: record.Axis{Label: "steps", Log: true}, Y: record.Axis{Label: "x"},
			Series: []record.Series{
				{Name: "adam", Slot: 1, X: walks[i][0].t, Y: walks[i][0].x},
				{Name: "amsgrad", Slot: 0, X: walks[i][1].t, Y: walks[i][1].x},
			},
			Lines: []record.Line{{Name: "the minimum", At: -1}},
		})
		for which, name := range [...]string{"Adam", "AMSGrad"} {
			w := walks[i][which]
			holds := w.end > e.reach[0]
			if which == 1 {
				holds = w.end < e.reach[1]
			}
			p.Claim(record.Claim{
				Text:      fmt.Sprintf("%s: %s goes to", e.title, name),
				Predicted: e.predicted[which],
				Measured:  fmt.Sprintf("x = %+.4f after %d steps, %+.4f on average", w.end, e.steps, w.mean),
				Verdict:   record.Judge(holds),
			})
		}
	}
	return nil
}

// walk is where x went.
type walk struct {
	t, x []float64 // on a logarithmic grid
	end  float64
	mean float64 // over all steps
}

// walk takes the steps of the counterexample with a rule.
func (e online) walk(rule optimizers.Rule, rng *rand.Rand) walk {
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
	}
	w.end, w.mean = x[0], sum/float64(e.steps)
	return w
}

// shorter is a count of steps, divided where time is short.
func shorter(steps int, quick bool, by int) int {
	if quick {
		return steps / by
	}
	return steps
}

package lab

import (
	"fmt"

	"optwatch/train/study"
)

// How fast SGD comes to the minimum, by its step sizes. On (μ/2)x² with
// gradients of variance s² all of it is known exactly:
//
//	η              E f settles at ηs²/(2(2−ημ)B), about ηs²/(4B)
//	α₀/√t          E f ≈ α₀s²/(4√t)
//	2/(μ(t+1))     E f(x_{T+1}) = s²(2T+1)/(3μT(T+1)), wherever it began
//	               the average Σ t·xₜ·2/(T(T+1)) is at most 2G²/(μ(T+1)) above f*
//
// On data the first law reads f − f* ≈ η·tr Σ(θ*)/(4B), for steps that are
// small beside 2/L.
//
// Reference: Robbins and Monro, "A stochastic approximation method", 1951; Lacoste-Julien, Schmidt and Bach, "A simpler
// approach to obtaining an O(1/t) convergence rate for the projected stochastic subgradient method", 2012; Mandt, Hoffman
// and Blei, "Stochastic gradient descent as approximate Bayesian inference", JMLR 18, 2017.
var rates = Experiment{
	Name:  "rates",
	Title: "What each step size brings, and how fast",
	About: "With a constant step SGD falls to a floor in proportion to the step; with α₀/√t the distance falls like 1/√t, with 2/(μ(t+1)) like 1/t. " +
		"Measured on a quadratic with noise, where the constants are known too, over thousands of repetitions, and the floor on the data. " +
		"Where theory is exact, a claim allows six standard errors of the design, so that its 95 % interval resolves it; powers are fitted flock by flock.",
	run: runRates,
}

// quadratic is the quadratic of the experiment. Neither μ nor s is 1, so that both show in the results.
var quadratic = noisyQuadratic{mu: 0.5, noise: 2, start: 4}

func runRates(s *session, p *study.Page) error {
	list := courses(s.quick)
	work := &workload{page: p}
	for _, c := range list {
		work.total += c.work()
	}
	// On a data set a step at B = 16 takes about as long as 2,000 of a coordinate.
	data := floorPlan(s.quick)
	data.unit = 2000.0 / repetitions
	work.total += data.unit * data.steps()

	results := make([][]flock, len(list))
	for i, c := range list {
		p.Doing(fmt.Sprintf("%s, %d repetitions on a noisy quadratic", c.name, c.flocks*repetitions))
		var err error
		if results[i], err = s.walk(c, uint64(i), work); err != nil {
			return err
		}
		switch {
		case i < constants:
			drawConstant(p, list, results[:i+1])
		case i == constants:
			judgeConstant(p, list[:i], results[:i])
			judgeInvSqrt(p, list[i], results[i])
		default:
			judgeStrong(p, list[i], results[i])
		}
	}
	return s.floors(p, data, work)
}

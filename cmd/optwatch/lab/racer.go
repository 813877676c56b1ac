package lab

import (
	"math"
	"strconv"

	"optwatch/cmd/optwatch/search"
	"optwatch/train"
)

// racer is a method that races, with the learning rates that it has the choice of.
type racer struct {
	name    string
	recipe  string // without the rate
	rates   []float64
	slot    int  // its colour and line
	horizon bool // its schedule is laid out for a budget that it knows in advance
	reduces bool // the variance of its gradients goes to zero

	ladder  *search.Ladder // of what knows its horizon
	chosen  []float64      // the best rates: one, or one for each horizon
	courses []*contender   // one, or one for each horizon
}

// netModel is the model that has no optimum to measure from.
const netModel = "net"

// softmaxRacers are those of the convex problem. Rates of steps in proportion to
// the gradient are for data of MNIST's scale, times one, to a digit, for other
// data; Adam's steps do not depend on it. SVRG races as its paper's experiments have it on
// convex problems but for the shorter m, and as it is strongest here, after a
// pass of SGD, as SARAH+ and SAGA do.
func softmaxRacers(scale float64) []*racer {
	digit := math.Pow(10, math.Floor(math.Log10(scale)))
	scale = math.Round(scale/digit) * digit
	scaled := func(rates ...float64) []float64 {
		for i, v := range rates {
			rates[i] = toDigits(v*scale, 3)
		}
		return rates
	}
	return []*racer{
		{name: "sgd constant", recipe: "sgd:batch=64", slot: 0, rates: scaled(0.01, 0.03, 0.1, 0.3, 1)},
		{name: "sgd 1/√t", recipe: "sgd:batch=64,schedule=invsqrt", slot: 1, rates: scaled(0.3, 1, 3, 10, 30)},
		{name: "adam constant", recipe: "adam:batch=64", slot: 2, rates: []float64{1e-4, 3e-4, 1e-3, 3e-3, 1e-2}},
		{name: "adam 1/√t", recipe: "adam:batch=64,schedule=invsqrt", slot: 3, rates: []float64{0.003, 0.01, 0.03, 0.1, 0.3}},
		{name: "svrg m=n/10", recipe: "svrg:batch=1,m=n/10", slot: 4, reduces: true, rates: scaled(0.01, 0.02, 0.03, 0.05)},
		{name: "svrg warm", recipe: "svrg:batch=1,m=n/2,warm=1", slot: 5, reduces: true, rates: scaled(0.005, 0.01, 0.02, 0.03)},
		{name: "sarah+ warm", recipe: "sarah-plus:batch=1,m=n/2,warm=1", slot: 6, reduces: true, rates: scaled(0.005, 0.01, 0.02, 0.03)},
		{name: "saga warm", recipe: "saga:batch=1,warm=1", slot: 7, reduces: true, rates: scaled(0.005, 0.01, 0.02, 0.03)},
		{name: "sgd cosine", recipe: "sgd:batch=64,schedule=cosine", slot: 0, horizon: true, rates: scaled(0.12, 0.25, 0.5, 1, 2)},
		{name: "sgd linear", recipe: "sgd:batch=64,schedule=linear", slot: 1, horizon: true, rates: scaled(0.12, 0.25, 0.5, 1, 2)},
		{name: "adam cosine", recipe: "adam:batch=64,schedule=cosine", slot: 2, horizon: true, rates: []float64{0.001, 0.003, 0.01, 0.03, 0.1}},
		{name: "adam linear", recipe: "adam:batch=64,schedule=linear", slot: 3, horizon: true, rates: []float64{0.001, 0.003, 0.01, 0.03, 0.1}},
	}
}

// toDigits is a value to so many significant digits.
func toDigits(v float64, digits int) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		panic("lab: a number that was written cannot be read")
	}
	return out
}

// netRacers are those of the net, whose passes cost some twenty times as much:
// their grids have three rates. SAGA's table is for linear models.
func netRacers() []*racer {
	sgd, adam := []float64{0.03, 0.1, 0.3}, []float64{1e-3, 3e-3, 1e-2}
	return []*racer{
		{name: "sgd constant", recipe: "sgd:batch=64", slot: 0, rates: sgd},
		{name: "sgd 1/√t", recipe: "sgd:batch=64,schedule=invsqrt", slot: 1, rates: []float64{1, 3, 10}},
		{name: "adam constant", recipe: "adam:batch=64", slot: 2, rates: []float64{3e-4, 1e-3, 3e-3}},
		{name: "adam 1/√t", recipe: "adam:batch=64,schedule=invsqrt", slot: 3, rates: []float64{0.003, 0.01, 0.03}},
		{name: "svrg m=n/64", recipe: "svrg:batch=64,m=n/64", slot: 4, reduces: true, rates: sgd},
		{name: "svrg warm", recipe: "svrg:batch=64,m=n/64,warm=1,warm_lr=0.1", slot: 5, reduces: true, rates: sgd},
		{name: "sarah+ warm", recipe: "sarah-plus:batch=64,m=n/64,warm=1,warm_lr=0.1", slot: 6, reduces: true, rates: sgd},
		{name: "sgd cosine", recipe: "sgd:batch=64,schedule=cosine", slot: 0, horizon: true, rates: []float64{0.1, 0.3, 1}},
		{name: "sgd linear", recipe: "sgd:batch=64,schedule=linear", slot: 1, horizon: true, rates: []float64{0.1, 0.3, 1}},
		{name: "adam cosine", recipe: "adam:batch=64,schedule=cosine", slot: 2, horizon: true, rates: adam},
		{name: "adam linear", recipe: "adam:batch=64,schedule=linear", slot: 3, horizon: true, rates: adam},
	}
}

// those are the racers that a test lets through, in their order.
func (c *comparison) those(which func(*racer) bool) []*racer {
	var out []*racer
	for _, r := range c.racers {
		if which(r) {
			out = append(out, r)
		}
	}
	return out
}

// reducers are the methods that reduce variance. The first is SVRG as it is known.
func (c *comparison) reducers() []*racer { return c.those(func(r *racer) bool { return r.reduces }) }

// anytime are their rivals that can be stopped at any time.
func (c *comparison) anytime() []*racer {
	return c.those(func(r *racer) bool { return !r.reduces && !r.horizon })
}

// knowing are their rivals that know their horizon.
func (c *comparison) knowing() []*racer { return c.those(func(r *racer) bool { return r.horizon }) }

// at is what is compared, of every seed of a racer that has trained for a
// horizon: along its one course, or at the end of the one laid out for it.
func (c *comparison) at(r *racer, horizon int, read func(train.Point) float64) []float64 {
	e := r.courses[0]
	if r.horizon {
		return r.courses[horizon].last(read)
	}
	for k, evals := range e.at {
		if evals == c.evals(c.horizons[horizon]) {
			return e.of(k, read)
		}
	}
	panic("lab: nobody looked at " + e.recipe + " at a horizon")
}

// ends is what is compared at every horizon, by seed.
func (c *comparison) ends(r *racer) [][]float64 {
	out := make([][]float64, c.seeds)
	for k := range c.horizons {
		for seed, v := range c.at(r, k, above(c.best)) {
			out[seed] = append(out[seed], v)
		}
	}
	return out
}

// along is what is compared at every look of a course, by seed.
func (c *comparison) along(e *contender) [][]float64 {
	out := make([][]float64, c.seeds)
	for seed := range out {
		out[seed] = gaps(e.points[seed], c.best)
	}
	return out
}

// against says where one that can be stopped at any time overtakes another.
func (c *comparison) against(one, other *racer) overtaking {
	if other.horizon {
		return bracketOf(c.horizons, leads(c.ends(one), c.ends(other), c.floor()))
	}
	e := one.courses[0]
	passes := make([]float64, len(e.at))
	for k, evals := range e.at {
		passes[k] = float64(evals) / c.n
	}
	return overtakingOf(passes, leads(c.along(e), c.along(other.courses[0]), c.floor()))
}

// leadAt is how far one is ahead of another at a horizon.
func (c *comparison) leadAt(horizon int, one, other *racer) estimate {
	return leads(c.ends(one), c.ends(other), c.floor())[horizon]
}

// floor is the least that is told apart from nothing.
func (c *comparison) floor() float64 { return max(c.least, math.SmallestNonzeroFloat64) }

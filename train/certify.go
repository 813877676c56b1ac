package train

import (
	"fmt"
	"math"
	"runtime/debug"
	"sync"

	"optwatch/train/objective"
	"optwatch/train/view"
)

// certifier knows the minimum f* with a bound where that can be had, else the
// best loss that any run has seen. It works in the background, in a training
// slot like any run, and in those that no run wants.
type certifier struct {
	exp     *Experiment
	problem *problem
	gate    *gate
	oracle  *oracle    // for its crew
	summing sync.Mutex // by which its crew's sums meet

	mu  sync.Mutex
	opt Optimum
}

func newCertifier(e *Experiment) *certifier {
	nan := math.NaN()
	return &certifier{
		exp: e, gate: newGate(e.slots, e.config.Clock),
		opt: Optimum{Value: nan, Bound: nan, ValAccuracy: nan, TestAccuracy: nan},
	}
}

// get is what is known now.
func (c *certifier) get() Optimum {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opt
}

// seen takes a loss that a run has reached.
func (c *certifier) seen(loss float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opt.State != OptimumCertified && !(loss >= c.opt.Value) && !math.IsNaN(loss) {
		c.opt.Value = loss
	}
}

// settled says whether nothing better will be known.
func (c *certifier) settled() bool {
	s := c.get().State
	return s == OptimumCertified || s == OptimumBestKnown
}

func (c *certifier) set(change func(*Optimum)) {
	c.mu.Lock()
	change(&c.opt)
	c.mu.Unlock()
	c.exp.touch()
}

// begin takes the problem, and its optimum too if that is known already.
func (c *certifier) begin(p *problem) {
	c.problem = p
	state := OptimumBestKnown
	if p.certifiable() {
		state = OptimumSearching
	}
	c.set(func(o *Optimum) { o.State = state })
	if known, ok := knownOptimum(c.exp.config.Cache, p); ok {
		c.set(func(o *Optimum) { *o = known })
	}
}

// run certifies the optimum if it is not known yet.
func (c *certifier) run() {
	defer c.exp.wake()
	if c.settled() {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			stack := debug.Stack()
			if of, ok := p.(crewPanic); ok {
				p, stack = of.value, of.stack
			}
			c.giveUp(fmt.Sprintf("panic: %v\n%s", p, stack))
		}
	}()
	c.gate.enter()
	defer c.gate.leave()
	c.oracle = newOracleOf(c.problem.train, c.problem.trainRows, nil, c.gate)
	s := newSolver(c.problem.train.Worker().(*objective.Linear), c.problem.l2, c.exp.ctx.Err)
	s.profile.Divide = c.divide
	if deviations, apart := c.problem.data.ScalesApart(); apart {
		s.precondition(deviations)
	}
	s.visited = func() { c.set(func(o *Optimum) { o.Evaluations, o.Reached = s.evaluations, s.bound }) }
	switch err := s.minimise(); {
	case err != nil:
		c.giveUp(err.Error())
	case s.bound > 1e-6:
		if finite(s.bound) {
			c.seen(s.bestValue)
		}
		c.giveUp(view.ShortExponents(fmt.Sprintf("after %s f − f* ≤ %.0e is all that is known", s.work(), s.bound)))
	default:
		c.certify(s)
	}
}

// divide makes the calls of a pass in as many goroutines as there are slots that
// nobody else waits for.
func (c *certifier) divide(n int, do func(i int, hand objective.Hand) error) error {
	return c.oracle.each(n, func(m *oracle, i int) error { return do(i, hand{m.turn, &c.summing}) })
}

// hand is a goroutine that makes calls of a pass.
type hand struct {
	turn    *turn
	summing *sync.Mutex
}

// Yield lets others have the slot where it is time.
func (h hand) Yield() { h.turn.yield() }

// Alone calls do while no other does.
func (h hand) Alone(do func()) {
	h.summing.Lock()
	defer h.summing.Unlock()
	do()
}

// giveUp settles for the best loss seen.
func (c *certifier) giveUp(why string) {
	c.set(func(o *Optimum) { o.State = OptimumBestKnown })
	if c.exp.ctx.Err() == nil {
		c.exp.log("", view.EventInfo, "f* is not certified ("+why+"): the best loss known stands in for it")
	}
}

// certify publishes and caches what was found.
func (c *certifier) certify(s *solver) {
	p := c.problem
	o := Optimum{State: OptimumCertified, Value: s.bestValue, Bound: roundedBound(s.bestValue, s.bound), Evaluations: s.evaluations}
	o.ValAccuracy, o.TestAccuracy = p.accuracy(p.val, p.valRows, s.best), p.accuracy(p.test, p.testRows, s.best)
	c.set(func(to *Optimum) { *to = o })
	c.exp.log("", view.EventInfo, view.ShortExponents(fmt.Sprintf("optimum certified: f* = %.12f to within %.0e in %s", o.Value, o.Bound, s.work())))
	if err := cacheOptimum(c.exp.config.Cache, p, o); err != nil {
		c.exp.log("", view.EventInfo, "the optimum could not be cached: "+err.Error())
	}
}

// rounding is about what is unknown of a loss for rounding, beside it.
const rounding = 1e-14

// roundedBound is a bound on f − f* for f as it was computed: where λ is large
// the certificate's own comes out far below what rounding leaves of f. It is a floor
// for what is shown, and proves nothing of rounding.
func roundedBound(value, bound float64) float64 { return max(bound, rounding*math.Abs(value)) }

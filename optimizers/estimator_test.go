package optimizers

import (
	"fmt"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// estimatorRecipes are all estimators of the catalogue, in the variants of their own settings.
func estimatorRecipes() []string {
	recipes := []string{
		"minibatch:batch=4",
		"svrg:m=5,batch=2,option=2",
		"svrg:m=5,batch=2,stored=1",
		"svrg:m=5,batch=2,option=2,stored=1",
		"svrg:m=5,batch=4,stored=1,sample=shuffle",
		"svrg:m=1,batch=1",
		"sarah:m=1,batch=1",
		"sarah-plus:m=14,batch=2,lr=0.15", // some loops end early
		"sarah-plus:m=9,gamma=1",
	}
	for _, p := range Default().Estimators {
		recipes = append(recipes, p.Name, p.Name+":sample=shuffle")
		if p.Name != "full" {
			recipes = append(recipes, p.Name+":batch=4,sample=shuffle", p.Name+":batch=4,sample=replace")
		}
	}
	return recipes
}

// start builds a recipe for an oracle of its problem.
func start(t *testing.T, recipe string, o *oracle) *run {
	t.Helper()
	m := build(t, recipe, problemOf(o))
	o.replace = m.Replace
	r := newRun(o, m.Estimator, m.Rule, m.LR)
	r.s = m.Schedule
	return r
}

// problemOf is the problem of an oracle, with the last row of θ as bias.
func problemOf(o *oracle) Problem {
	return Problem{N: o.Len(), L2: 1e-3, Spans: []matrix.Span{{Lo: 0, Hi: o.Dim() - o.k}}, Linear: true, Evals: int64(1000 * o.Len())}
}

func build(t *testing.T, recipe string, p Problem) *Method {
	t.Helper()
	r, err := Default().Parse(recipe)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Default().Build(r, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// One outer loop costs, in gradient evaluations by the oracle's meter: n + 2mB of SVRG, n + mB with stored residuals
// (Johnson and Zhang 2013, section 3), n + 2(m−1)B of SARAH (Nguyen et al. 2017: "each inner iteration evaluates 2
// stochastic gradients", and the first step is the full gradient's).
func TestOuterLoopsCost(t *testing.T) {
	const n, m, b, loops = 13, 5, 3, 4
	for _, c := range []struct {
		recipe string
		steps  int // of an outer loop
		want   int
	}{
		{"full", 1, n},
		{"sgd:batch=3,sample=replace", 1, b},
		{"svrg:m=5,batch=3", m, n + 2*m*b},
		{"svrg:m=5,batch=3,option=2", m, n + 2*m*b},
		{"svrg:m=5,batch=3,stored=1", m, n + m*b},
		{"sarah:m=5,batch=3", m, n + 2*(m-1)*b},
		{"sarah:m=1,batch=3", 1, n},
		{"sarah-plus:m=5,batch=3,gamma=0", m, n + 2*(m-1)*b},
	} {
		o := leastSquares(n, 1)
		r := start(t, c.recipe, o)
		for loop := 1; loop <= loops; loop++ {
			for range c.steps {
				r.mustStep(t)
			}
			if o.evals != loop*c.want {
				t.Errorf("%s: got %d evaluations after %d loops, want %d", c.recipe, o.evals, loop, loop*c.want)
			}
		}
	}
}

// SAGA pays for its table once; a pass of reshuffled mini-batches costs n, the short last one included.
func TestOnceAndPassesCost(t *testing.T) {
	const n = 13
	for _, c := range []struct {
		recipe string
		want   []int
	}{
		{"saga:batch=3", []int{n + 3, n + 6, n + 9, n + 12}},
		{"sgd:batch=5", []int{5, 10, 13, 18, 23, 26}},
		{"sgd:batch=13", []int{13, 26, 39}},
		{"svrg:batch=5,m=4,sample=shuffle", []int{n + 10, n + 20, n + 26, n + 36, 2*n + 46, 2*n + 52}},
	} {
		o := leastSquares(n, 1)
		r := start(t, c.recipe, o)
		for i, want := range c.want {
			r.mustStep(t)
			if o.evals != want {
				t.Errorf("%s: got %d evaluations after step %d, want %d", c.recipe, o.evals, i+1, want)
			}
		}
	}
}

// Before every step Cost is what the step will take by the oracle's meter, and
// Full says rightly whether the loss returned is f at the θ of before.
func TestCostAndFullForetell(t *testing.T) {
	for _, recipe := range estimatorRecipes() {
		o := leastSquares(13, 1)
		r := start(t, recipe, o)
		for step := range 60 {
			if step == 30 {
				r.e.SetBatch(2)
			}
			before, evals, cost, full, f := slices.Clone(r.theta), o.evals, r.e.Cost(o), r.e.Full(), o.value(r.theta)
			loss, err := r.e.Estimate(r.g, r.theta, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := o.evals - evals; got != cost {
				t.Errorf("%s, step %d: Cost said %d evaluations, the meter %d", recipe, step+1, cost, got)
			}
			if full {
				near(t, fmt.Sprintf("%s, step %d: loss", recipe, step+1), loss, f, 1e-14)
				sameBits(t, "θ", r.theta, before)
			}
			r.rule.Apply(r.theta, r.g, r.lr)
		}
	}
}

// A changed batch size holds from the next draw on, in the middle of an outer loop too.
func TestSetBatch(t *testing.T) {
	for _, p := range Default().Estimators {
		o := leastSquares(60, 1)
		r := start(t, p.Name+":sample=replace", o)
		r.mustStep(t)
		o.tape = &tape{}
		r.e.SetBatch(5)
		if got, want := r.e.BatchSize(), map[bool]int{true: 0, false: 5}[p.Name == "full"]; got != want {
			t.Errorf("%s: got batch size %d, want %d", p.Name, got, want)
		}
		for range 4 {
			r.mustStep(t)
		}
		for _, rows := range o.tape.rows {
			if len(rows) != 5 {
				t.Errorf("%s: got a batch of %d, want 5", p.Name, len(rows))
			}
		}
	}
}

// trace is θ, the loss and the meter after every step.
type trace struct {
	theta [][]float64
	loss  []float64
	evals []float64
}

func (tr *trace) add(r *run, loss float64) {
	tr.theta = append(tr.theta, slices.Clone(r.theta))
	tr.loss = append(tr.loss, loss)
	tr.evals = append(tr.evals, float64(r.o.evals))
}

func sameTrace(t *testing.T, what string, got, want trace) {
	t.Helper()
	for i := range want.theta {
		sameBits(t, fmt.Sprintf("%s: θ after step %d", what, i+1), got.theta[i], want.theta[i])
	}
	sameBits(t, what+": losses", got.loss, want.loss)
	sameBits(t, what+": evaluations", got.evals, want.evals)
}

const transactionSteps = 40

func undisturbed(t *testing.T, recipe string) (trace, int) {
	t.Helper()
	r := start(t, recipe, leastSquares(13, 1))
	var tr trace
	for range transactionSteps {
		tr.add(r, r.mustStep(t))
	}
	return tr, r.o.calls
}

// disturbed repeats every step that fails. What fails must not have moved θ,
// nor what the estimator foretells; and if reload is set, it is replaced by a
// new one restored from a checkpoint of that moment.
func disturbed(t *testing.T, recipe string, fails func(call int) bool, reload bool) trace {
	t.Helper()
	r := start(t, recipe, leastSquares(13, 1))
	r.o.fails = fails
	var tr trace
	for len(tr.theta) < transactionSteps {
		before, cost, full := slices.Clone(r.theta), r.e.Cost(r.o), r.e.Full()
		loss, err := r.step()
		if err == nil {
			tr.add(r, loss)
			continue
		}
		sameBits(t, recipe+": θ after an error", r.theta, before)
		if r.e.Cost(r.o) != cost || r.e.Full() != full {
			t.Fatalf("%s: after an error Cost is %d, Full %v; before it %d, %v", recipe, r.e.Cost(r.o), r.e.Full(), cost, full)
		}
		if reload {
			saved := Save(r.e.State())
			r.e = build(t, recipe, problemOf(r.o)).Estimator
			if err := Restore(r.e.State(), saved); err != nil {
				t.Fatal(err)
			}
		}
	}
	return tr
}

// A call that is interrupted and made again leaves no trace, whichever of the calls of the oracle it was.
func TestErrorsLeaveNoTrace(t *testing.T) {
	for _, recipe := range estimatorRecipes() {
		want, calls := undisturbed(t, recipe)
		for at := 1; at <= calls; at++ {
			once := func(call int) bool { return call == at }
			sameTrace(t, fmt.Sprintf("%s, call %d fails", recipe, at), disturbed(t, recipe, once, at%2 == 0), want)
		}
		third := func(call int) bool { return call%3 == 0 }
		sameTrace(t, recipe+", every third call fails", disturbed(t, recipe, third, true), want)
		stretch := func(call int) bool { return call > 5 && call < 20 }
		sameTrace(t, recipe+", a stretch of calls fails", disturbed(t, recipe, stretch, true), want)
	}
}

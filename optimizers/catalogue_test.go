package optimizers

import (
	"math"
	"slices"
	"testing"
)

// Every pair of the catalogue's parts, as built from its defaults, lowers a
// least-squares objective by a hundredth at least in ten passes.
func TestEveryPairDescends(t *testing.T) {
	for _, recipe := range everyPair() {
		o := leastSquares(100, 1)
		r := start(t, recipe, o)
		before := o.value(r.theta)
		for o.evals < 10*o.Len() {
			r.mustStep(t)
		}
		if after := o.value(r.theta); !(after < 0.99*before) {
			t.Errorf("%s: f went from %g to %g", recipe, before, after)
		}
	}
}

func TestEveryScheduleDescends(t *testing.T) {
	for _, s := range Default().Schedules {
		for _, warmup := range []string{"", ",warmup=5"} {
			o := leastSquares(100, 1)
			r := start(t, "sgd:batch=10,schedule="+s.Name+warmup, o)
			before := o.value(r.theta)
			for range 100 {
				r.mustStep(t)
			}
			if after := o.value(r.theta); !(after < 0.9*before) {
				t.Errorf("%s%s: f went from %g to %g", s.Name, warmup, before, after)
			}
		}
	}
}

// Variance-reduced methods converge linearly on a strongly convex objective: far below where SGD's noise keeps it.
func TestVarianceReductionReachesTheOptimum(t *testing.T) {
	exact := leastSquares(50, 1)
	gd := newRun(exact, &Full{}, &SGD{}, 0.5)
	for range 2000 {
		gd.mustStep(t)
	}
	best := exact.value(gd.theta)
	gap := func(recipe string) float64 {
		r := start(t, recipe, leastSquares(50, 1))
		for r.o.evals < 200*r.o.Len() {
			r.mustStep(t)
		}
		return r.o.value(r.theta) - best
	}
	for _, recipe := range []string{"svrg:lr=0.05,m=n", "svrg:lr=0.05,m=n,option=2", "svrg:lr=0.05,m=n,stored=1", "sarah:lr=0.05,m=n", "sarah-plus:lr=0.05,m=n", "saga:lr=0.05"} {
		if got := gap(recipe); !(math.Abs(got) < 1e-13) {
			t.Errorf("%s: f − f* is %g, want rounding", recipe, got)
		}
	}
	if got := gap("sgd:lr=0.05,batch=1,sample=replace"); !(got > 1e-6) {
		t.Errorf("sgd: f − f* is %g, want its noise", got)
	}
}

// Once its buffers are there a step allocates nothing, over outer loops, short last batches and epochs.
func TestStepsAllocateNothing(t *testing.T) {
	for _, recipe := range append(everyPair(), estimatorRecipes()...) {
		r := start(t, recipe, leastSquares(30, 1))
		steps := func() {
			for range 100 {
				r.mustStep(t)
			}
		}
		steps()
		// One run of many steps: the mean over many runs would be rounded down. The count is the whole process's, in
		// which the runtime may allocate too; a step's own allocations are there every time.
		least := math.Inf(1)
		for range 5 {
			if least = min(least, testing.AllocsPerRun(1, steps)); least == 0 {
				break
			}
		}
		if least != 0 {
			t.Errorf("%s: got %v allocations in 100 steps, want 0", recipe, least)
		}
	}
}

// A diverged run is a result, not a crash.
func TestNaNDoesNotPanic(t *testing.T) {
	for _, recipe := range append(everyPair(), estimatorRecipes()...) {
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			r := start(t, recipe, leastSquares(13, 1))
			for range 7 {
				r.mustStep(t)
			}
			r.theta[1] = bad
			for range 25 {
				r.mustStep(t)
			}
		}
		// And it is seen: one more check that NaN is not flushed away.
		r := start(t, recipe, leastSquares(13, 1))
		r.theta[1] = math.NaN()
		if r.mustStep(t); !math.IsNaN(r.theta[1]) {
			t.Errorf("%s: NaN became %g", recipe, r.theta[1])
		}
	}
}

// Every part says what it is, and its settings are documented and begin inside their own range.
func TestCatalogueIsDocumented(t *testing.T) {
	c := Default()
	names := map[string]bool{}
	title := func(name, title string) {
		if name == "" || title == "" || names[name] {
			t.Errorf("part %q with title %q: want both, and the name once", name, title)
		}
		names[name] = true
	}
	params := slices.Clone(Common)
	for _, p := range c.Estimators {
		title(p.Name, p.Title)
		params = append(params, p.Params...)
		if p.Paper == "" {
			t.Errorf("%s: no paper", p.Name)
		}
	}
	for _, p := range c.Rules {
		title(p.Name, p.Title)
		params = append(params, p.Params...)
		if p.Paper == "" || p.LR <= 0 {
			t.Errorf("%s: got paper %q and learning rate %g, want both", p.Name, p.Paper, p.LR)
		}
	}
	for _, p := range c.Schedules {
		title(p.Name, p.Title)
		params = append(params, p.Params...)
	}
	for _, p := range params {
		if p.Name == "" || p.Doc == "" {
			t.Errorf("%+v: want a name and a line of help", p)
		}
		if p.Default == "" {
			continue
		}
		if err := p.check(p.Default); err != nil {
			t.Errorf("%s: its default: %v", p.Name, err)
		}
	}
}

// A key means one thing in a recipe, whatever its parts are.
func TestKeysAreUnambiguous(t *testing.T) {
	c := Default()
	for _, recipe := range everyPair() {
		for _, s := range c.Schedules {
			r, err := c.Parse(recipe + ":schedule=" + s.Name)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, p := range c.Params(r) {
				if seen[p.Name] {
					t.Errorf("%s: two parameters are called %s", r, p.Name)
				}
				seen[p.Name] = true
			}
		}
	}
}

// The schedules that can be named are those of the catalogue.
func TestScheduleChoices(t *testing.T) {
	i := slices.IndexFunc(Common, func(p Param) bool { return p.Name == "schedule" })
	var names []string
	for _, s := range Default().Schedules {
		names = append(names, s.Name)
	}
	if !slices.Equal(Common[i].Choices, names) {
		t.Errorf("got %v, want %v", Common[i].Choices, names)
	}
}

package train

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// digitsData is MNIST, or the built-in digits where OPTWATCH_DATA has none.
func digitsData(tb testing.TB) *data.Dataset {
	tb.Helper()
	ds, err := bench()
	if err != nil {
		tb.Fatal(err)
	}
	return ds
}

var bench = sync.OnceValues(func() (*data.Dataset, error) {
	return data.Open(context.Background(), data.Options{Name: "auto", Val: 0}, nil)
})

// still is a run of a recipe that nobody drives.
func still(tb testing.TB, ds *data.Dataset, model, text string) *run {
	tb.Helper()
	return stillOf(tb, ds, model, ModelSettings{}, text)
}

// stillOf is one of a model with settings.
func stillOf(tb testing.TB, ds *data.Dataset, model string, settings ModelSettings, text string) *run {
	tb.Helper()
	return stillIn(tb, optimizers.Default(), ds, model, settings, text)
}

// stillIn is one of a method in a catalogue.
func stillIn(tb testing.TB, catalogue optimizers.Catalogue, ds *data.Dataset, model string, settings ModelSettings, text string) *run {
	tb.Helper()
	p, err := newProblem(ds, model, settings, 1e-3)
	if err != nil {
		tb.Fatal(err)
	}
	e := &Experiment{config: Config{Catalogue: catalogue, Seed: 1, Clock: time.Now}, slots: NewSlots(1), problem: p, ctx: context.Background(), began: time.Now()}
	e.optimum = newCertifier(e)
	e.optimum.set(func(o *Optimum) { o.State = OptimumBestKnown }) // nobody looks for it
	recipe, err := e.config.Catalogue.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := newRun(e, 0, text, recipe)
	if err != nil {
		tb.Fatal(err)
	}
	r.gate.enter()
	r.start, r.nextPlot = math.Ln10, 1e15
	return r
}

func stepOnce(tb testing.TB, r *run) {
	if _, err := r.advance(); err != nil {
		tb.Fatal(err)
	}
}

// Stepping allocates nothing but what is shown of it: the points of its trace, and what it publishes now and then.
func TestStepsAllocateNothing(t *testing.T) {
	for _, recipe := range []string{"sgd:batch=1", "sgd:batch=64", "adam:batch=64", "svrg:batch=1,m=n/2", "svrg:batch=1,m=n/2,stored=1", "saga:batch=1", "amsgrad:batch=64", "momentum:batch=8"} {
		allocatesNothing(t, recipe, still(t, blobs(3000), "softmax", recipe))
	}
	for storage, ds := range storedDigits(t, 3000) {
		for _, recipe := range []string{"sgd:batch=128", "sgd:batch=256", "adam:batch=128", "momentum:batch=1100"} {
			allocatesNothing(t, recipe+" in float32 on "+storage, stillOf(t, ds, "softmax", ModelSettings{Precision: objective.Float32}, recipe))
		}
	}
}

func allocatesNothing(t *testing.T, what string, r *run) {
	t.Helper()
	for range 3 {
		stepOnce(t, r)
	}
	r.tr.width, r.gate.onSlice = math.MaxInt64, func() {}
	if got := testing.AllocsPerRun(20, func() { stepOnce(t, r) }); got != 0 {
		t.Errorf("%s: got %v allocations a step, want 0", what, got)
	}
}

// TestLeaps compares runs that take many steps at once with runs that take
// each by estimator and rule: plot points lie at the same counts, losses and
// parameters differ by rounding only, and the end is the same.
func TestLeaps(t *testing.T) {
	for _, recipe := range []string{
		"sgd:batch=1,lr=0.01", "sgd:batch=7", "sgd:batch=64,schedule=invsqrt", "sgd:batch=3,sample=replace",
		"svrg:batch=1,m=n/2", "svrg:batch=4,m=n/10,stored=1", "svrg:batch=1,option=2", "saga", "saga:batch=5",
		"svrg:batch=16,m=n/32", "saga:batch=16", "svrg:batch=1,m=n/2,warm=1", "saga:warm=1",
	} {
		t.Run(recipe, func(t *testing.T) { compareLeaps(t, ofBlobs(t, recipe), view.Budget, 1e-11, func(*run) {}) })
	}
}

// A leap ends with the warm-up. Neither plot points nor full buckets end it here.
func TestLeapsEndWithWarmUp(t *testing.T) {
	for _, recipe := range []string{"svrg:batch=1,m=n/2,warm=1", "saga:warm=1"} {
		t.Run(recipe, func(t *testing.T) {
			compareLeaps(t, ofBlobs(t, recipe), view.Budget, 1e-11, func(r *run) { r.nextPlot, r.start, r.tr.width = 1e15, math.Ln10, math.MaxInt64 })
		})
	}
}

// A leap ends at the step that diverges. Neither plot points nor full buckets
// end it here, and f(θ₀) is taken for small, since the loss grows slowly. Rounding
// errors grow too.
func TestLeapsDiverge(t *testing.T) {
	for _, recipe := range []string{"sgd:batch=1,lr=200", "sgd:batch=7,lr=200", "svrg:batch=1,m=n/2,lr=200", "saga:lr=200"} {
		t.Run(recipe, func(t *testing.T) {
			compareLeaps(t, ofBlobs(t, recipe), view.Diverged, 1e-9, func(r *run) { r.nextPlot, r.start, r.tr.width = 1e15, 0, math.MaxInt64 })
		})
	}
	t.Run("in parts", func(t *testing.T) {
		if !matrix.Accelerated() {
			t.Skip("nothing is computed in float32 without kernels")
		}
		compareLeaps(t, inFloat32(t, storedDigits(t, 1100)["bytes/255"], "momentum:batch=64,lr=30"), view.Diverged, 0, func(r *run) { r.nextPlot, r.start, r.tr.width = 1e15, 0, math.MaxInt64 })
	})
}

// Rules that step part by part, where mini-batches are in float32, come to the parameters
// of steps that do not, to the bit. The last batch of a pass is too short for float32.
func TestLeapsInParts(t *testing.T) {
	if !matrix.Accelerated() {
		t.Skip("nothing is computed in float32 without kernels")
	}
	for storage, ds := range storedDigits(t, 1100) {
		for _, recipe := range []string{"adam:batch=64", "amsgrad:batch=64,schedule=invsqrt", "amsgrad-torch:batch=128", "momentum:batch=64", "nesterov:batch=100,sample=replace", "rmsprop:batch=64", "adagrad:batch=64", "adamw:batch=64,decay=0.01"} {
			t.Run(storage+"/"+recipe, func(t *testing.T) {
				compareLeaps(t, inFloat32(t, ds, recipe), view.Budget, 0, func(*run) {})
			})
		}
	}
}

func inFloat32(t *testing.T, ds *data.Dataset, recipe string) func() *run {
	return func() *run { return stillOf(t, ds, "softmax", ModelSettings{Precision: objective.Float32}, recipe) }
}

func ofBlobs(t *testing.T, recipe string) func() *run {
	return func() *run { return still(t, blobs(800), "softmax", recipe) }
}

// compareLeaps drives a run with leaps and without, to the same end.
func compareLeaps(t *testing.T, begin func() *run, end view.State, within float64, prepare func(*run)) {
	t.Helper()
	ends := func(leap bool) (*run, string) {
		r := begin()
		r.exp.config.Budget, r.nextPlot, r.start = Limits{Passes: 20}, 0, math.NaN()
		prepare(r)
		if !leap {
			r.lazy, r.stage.stepper = nil, nil // nor after a warm-up
		}
		state, why := r.loop()
		if state != end {
			t.Fatalf("it ends %s: %s", state, why)
		}
		return r, why
	}
	want, whyPlain := ends(false)
	got, why := ends(true)
	if why != whyPlain {
		t.Errorf("it ends %q, want %q", why, whyPlain)
	}
	if got.steps != want.steps || got.oracle.evals() != want.oracle.evals() || got.lossEvals != want.lossEvals {
		t.Errorf("got %d steps, %d evaluations and %d for plots, want %d, %d, %d",
			got.steps, got.oracle.evals(), got.lossEvals, want.steps, want.oracle.evals(), want.lossEvals)
	}
	for i := range want.theta {
		if math.Abs(got.theta[i]-want.theta[i]) > within*max(1, math.Abs(want.theta[i])) {
			t.Fatalf("θ[%d]: got %v, want %v", i, got.theta[i], want.theta[i])
		}
	}
	if cap(want.leap.rates) != 0 || cap(got.leap.rates) == 0 {
		t.Error("the one has leapt, or the other has not")
	}
	comparePoints(t, got.line.Points(), want.line.Points())
}

func comparePoints(t *testing.T, got, want []Point) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d plot points, want %d", len(got), len(want))
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-11*max(1, math.Abs(b)) || a != a && b != b }
	for i, p := range want {
		if q := got[i]; q.Evals != p.Evals || q.Step != p.Step || !near(q.Loss, p.Loss) || !near(q.GradNorm, p.GradNorm) {
			t.Errorf("point %d: got %+v, want %+v", i, q, p)
		}
	}
}

// Beyond the largest batch for which leaps pay, SVRG and SAGA take single
// steps; plain mini-batches have no such limit.
func TestLeapsOnlyWhereTheyPay(t *testing.T) {
	for _, c := range []struct {
		recipe string
		leaps  bool
	}{
		{"svrg:batch=16,m=n/32", true},
		{"svrg:batch=17,m=n/32", false},
		{"svrg:batch=16,m=n/32,stored=1", true},
		{"svrg:batch=17,m=n/32,stored=1", false},
		{"saga:batch=16", true},
		{"saga:batch=17", false},
		{"sgd:batch=17", true},
		{"sgd:batch=128", true},
		{"sgd:batch=129", false}, // a block
		{"adam:batch=64", false}, // in float64
	} {
		r := still(t, blobs(800), "softmax", c.recipe)
		for range 5 { // the first are full gradients
			stepOnce(t, r)
		}
		if got := cap(r.leap.rates) > 0; got != c.leaps {
			t.Errorf("%s: it leaps: %v, want %v", c.recipe, got, c.leaps)
		}
	}
}

// What is published in the middle of a leap is of one step: with B = 1 SGD has
// taken as many as it has evaluated gradients.
func TestLeapsPublishTheirSteps(t *testing.T) {
	r := still(t, blobs(800), "softmax", "sgd:batch=1,lr=0.01,schedule=invsqrt")
	now, inside := time.Now(), 0
	r.gate.clock = func() time.Time { now = now.Add(slice); return now } // every block yields
	r.gate.onSlice = func() {
		r.publish()
		if v := r.report(r.budget()); v.Step != v.Evals || v.StepLR != r.stage.stepLR(v.Step-1) {
			t.Errorf("got step %d with α = %v after %d evaluations", v.Step, v.StepLR, v.Evals)
		}
		if r.oracle.evals() > r.steps {
			inside++
		}
	}
	r.tr.width = math.MaxInt64
	for range 3 {
		stepOnce(t, r)
		r.publish()
		if v := r.report(r.budget()); v.Step != v.Evals || v.Step != r.steps {
			t.Errorf("after a leap: got step %d after %d evaluations, want %d", v.Step, v.Evals, r.steps)
		}
	}
	if inside == 0 {
		t.Error("nothing was published in the middle of a leap")
	}
}

// Single steps of a paused run, and a run left alone, end at the same bits.
func TestLeapsSinglyChangeNothing(t *testing.T) {
	ds := storedDigits(t, 1100)["bytes/255"]
	for recipe, begin := range map[string]func() *run{
		"sgd:batch=1,lr=0.01": ofBlobs(t, "sgd:batch=1,lr=0.01"), "svrg": ofBlobs(t, "svrg:batch=1,m=n/2"), "saga": ofBlobs(t, "saga"),
		"adam in float32": inFloat32(t, ds, "adam:batch=64"),
		// θ is formed anew, and rounded, in the middle of leaps too.
		"sgd in float32": func() *run {
			r := inFloat32(t, ds, "sgd:batch=64,lr=0.5")()
			r.exp.problem.l2.Lambda, r.tr.width = 0.3, math.MaxInt64
			r.fuse()
			return r
		},
	} {
		ends := func(single bool) *run {
			r := begin()
			for range 900 {
				before := r.steps
				for n := 0; r.steps < before+1; n++ {
					r.gate.attention.Store(single && (before/50)%2 == 0)
					stepOnce(t, r)
				}
				if r.steps >= 900 {
					break
				}
			}
			return r
		}
		alone, singly := ends(false), ends(true)
		for alone.steps != singly.steps {
			r := alone
			if singly.steps < alone.steps {
				r = singly
			}
			r.gate.attention.Store(true)
			stepOnce(t, r)
		}
		for i := range alone.theta {
			if alone.theta[i] != singly.theta[i] {
				t.Fatalf("%s: θ[%d]: got %v singly, want %v", recipe, i, singly.theta[i], alone.theta[i])
			}
		}
	}
}

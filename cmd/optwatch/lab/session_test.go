package lab

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"optwatch/cmd/optwatch/trials"
	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/objective"
	"optwatch/train/study"
)

// drawn is the built-in data, made once.
var drawn = sync.OnceValues(func() (*data.Dataset, error) {
	return data.Open(context.Background(), data.Options{Name: "digits", Val: 0}, nil)
})

// someDigits are options to look quickly at the first examples of the built-in
// digits. Where validation is wanted, the five hundred after them are for it.
func someDigits(examples, threads int) Options {
	load := func(_ context.Context, val int, _ data.Progress) (*data.Dataset, error) {
		ds, err := drawn()
		if err != nil {
			return nil, err
		}
		part := *ds
		split := func(lo, hi int) data.Split {
			return data.Split{X: ds.Train.X.Slice(lo, hi), Labels: ds.Train.Labels[lo:hi]}
		}
		part.Train = split(0, examples)
		if val != 0 {
			part.Val = split(examples, examples+500)
		}
		part.Digest += fmt.Sprint(examples)
		return &part, nil
	}
	return Options{trials.Options{Load: load, Catalogue: fed.Catalogue(optimizers.Default()), Seed: 1, Threads: threads}, true, ""}
}

// newTestSession is a session over the first examples of the built-in digits.
func newTestSession(t *testing.T, ctx context.Context, examples, threads int) *session {
	t.Helper()
	s := newSession(ctx, someDigits(examples, threads), study.NewNotebook(nil))
	t.Cleanup(s.Close)
	return s
}

// page is an empty page of a notebook.
func page() *study.Page {
	return study.NewNotebook(nil, study.Study{Name: "test"}).Pages()[0]
}

// studied makes an experiment, and gives its page. Once that says that a share
// of the work is done, it is cut short; never for 1.
func studied(t *testing.T, e Experiment, o Options, share float64) (s study.Study, cutAt float64) {
	t.Helper()
	ctx, cut := context.WithCancel(context.Background())
	defer cut()
	notebook := Open([]Experiment{e})
	done := make(chan error, 1)
	go func() { done <- Run(ctx, o, []Experiment{e}, notebook) }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil && ctx.Err() == nil {
				t.Fatal(err)
			}
			return notebook.Pages()[0].Study(), cutAt
		case <-tick.C:
			if now := notebook.Pages()[0].Study().Share; now > share && ctx.Err() == nil {
				cutAt = now
				cut()
			}
		}
	}
}

func testBench(t *testing.T, s *session) *train.Bench {
	t.Helper()
	b, err := s.Bench(assigned)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// variances is mean ‖vᵢ − v̄‖², from the vectors themselves.
func variances(v [][]float64) float64 {
	mean, sum := make([]float64, len(v[0])), 0.0
	for _, x := range v {
		matrix.Axpy(mean, 1/float64(len(v)), x)
	}
	for _, x := range v {
		sum += squaredDistance(x, mean) / float64(len(v))
	}
	return sum
}

// TestErrorsOfEstimates compares what is computed over all examples at once
// with a loop over single gradients, in the middle of an outer loop.
func TestErrorsOfEstimates(t *testing.T) {
	const n = 150
	s := newTestSession(t, context.Background(), n, 1)
	b := testBench(t, s)
	o := b.Objective().(*objective.Linear)
	// single is ∇fᵢ(θ) of every example less what is subtracted from it.
	single := func(theta []float64, subtract func(g []float64, i int32)) [][]float64 {
		var out [][]float64
		for i := range int32(n) {
			g := make([]float64, o.Dim())
			o.AddGrad(g, theta, []int32{i}, 1)
			subtract(g, i)
			out = append(out, g)
		}
		return out
	}
	for _, m := range reducers() {
		trial, err := b.Trial(m.recipe+",lr=0.02", 1, 4*n)
		if err != nil {
			t.Fatal(err)
		}
		trial.Advance(4 * n)
		state, want := trial.Carried(), 0.0
		switch m.name {
		case "SGD":
			want = variances(single(trial.Theta(), func([]float64, int32) {}))
		case "SVRG":
			want = variances(single(trial.Theta(), func(g []float64, i int32) { o.AddGrad(g, vector(state, "snapshot"), []int32{i}, -1) }))
		case "SAGA":
			table, k := vector(state, "table"), o.Width()
			want = variances(single(trial.Theta(), func(g []float64, i int32) { o.AddOuter(g, table[int(i)*k:int(i)*k+k], []int32{i}, -1) }))
		case "SARAH+":
			mean := make([]float64, o.Dim())
			o.AddGrad(mean, vector(state, "last"), matrix.AllRows(n), 1.0/n)
			want = squaredDistance(mean, vector(state, "v"))
		}
		if got := m.error2(b, trial); !(want > 1e-12) || math.Abs(got/want-1) > 1e-6 {
			t.Errorf("%s: E‖g − ∇f‖² = %.12g, want %.12g", m.name, got, want)
		}
	}
}

// TestGradientsAt compares tr Σ, ‖∇f‖² and f with a loop over single gradients.
func TestGradientsAt(t *testing.T) {
	const n = 150
	s := newTestSession(t, context.Background(), n, 1)
	b := testBench(t, s)
	o, l2 := b.Objective(), b.L2()
	theta := make([]float64, o.Dim())
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range theta {
		theta[i] = 0.1 * rng.NormFloat64()
	}
	var single [][]float64
	mean, loss := make([]float64, o.Dim()), 0.0
	for i := range int32(n) {
		g := make([]float64, o.Dim())
		loss += o.AddGrad(g, theta, []int32{i}, 1) / n
		matrix.Axpy(mean, 1.0/n, g)
		single = append(single, g)
	}
	l2.AddGrad(mean, theta)
	got := gradientsAt(b, theta)
	for _, v := range []struct {
		what      string
		got, want float64
	}{{"tr Σ", got.trace, variances(single)}, {"‖∇f‖²", got.square, matrix.Dot(mean, mean)}, {"f", got.loss, loss + l2.Value(theta)}} {
		if math.Abs(v.got/v.want-1) > 1e-10 {
			t.Errorf("%s = %.12g, want %.12g", v.what, v.got, v.want)
		}
	}
}

// TestBatchNoise draws batches of a small set: the claims hold, and would not
// if the mean were taken for another.
func TestBatchNoise(t *testing.T) {
	s := newTestSession(t, context.Background(), 600, 2)
	b := testBench(t, s)
	plan := drawPlan(600, true)
	p := page()
	if err := s.batchNoise(p, b, plan, &workload{page: p, total: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.startNoise(p, b); err != nil {
		t.Fatal(err)
	}
	found := p.Study()
	if failing := found.Refuted(); len(failing) > 0 || len(found.Claims) < 4 {
		t.Errorf("of %d claims these fail: %+v", len(found.Claims), failing)
	}
	theta := make([]float64, b.Objective().Dim())
	mean := gradientsAt(b, theta).mean
	whole, _ := s.draw(b, theta, mean, draws{size: 600, count: 2}, rand.New(rand.NewPCG(1, 1)))
	for _, d := range whole { // all of them without replacement are no sample
		if d > 1e-20 {
			t.Errorf("a batch of all examples is %g from ∇f", d)
		}
	}
}

// TestThreadsChangeNothing runs parts of the experiments with one thread and
// with four: races, floors and flocks come out the same to the bit.
func TestThreadsChangeNothing(t *testing.T) {
	outcome := func(threads int) []float64 {
		s := newTestSession(t, context.Background(), 400, threads)
		b, p := testBench(t, s), page()
		work := &workload{page: p, total: 1}
		r := race{lrs: []float64{0.05, 0.1, 0.2}, seeds: 2, runners: 2, target: 0.5, optimum: b.Optimum().Value, n: 400}
		best, a, err := r.run(s, p, b, 16, 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		out := append([]float64{float64(best)}, a.median())
		plan := floorsStudy{batch: 16, settling: 0.02, looking: 0.02, looks: 3}
		level, err := plan.level(p, b, 0.1, 1, b.Optimum().Value, work, func([]train.Point) {})
		if err != nil {
			t.Fatal(err)
		}
		flocks, err := s.walk(course{"", optimizers.Constant{}, 0.1, 1, []int{10, 20}, 5}, 3, work)
		if err != nil {
			t.Fatal(err)
		}
		return append(append(out, level), centres(pooled(flocks, last))...)
	}
	if one, four := outcome(1), outcome(4); !slices.Equal(one, four) {
		t.Errorf("one thread: %v; four: %v", one, four)
	}
}

// TestExperimentsEndWithTheirContext ends every experiment at once and under
// way: it ends, has not failed, and works on for little.
func TestExperimentsEndWithTheirContext(t *testing.T) {
	examples := map[string]int{linearScaling.Name: largeBatch, dp.Name: 1000} // what their recipes need
	for _, e := range Experiments() {
		if raceEnabled && (e.Name == amsgrad.Name || e.Name == adamw.Name) {
			continue // they are arithmetic, and take long
		}
		for _, share := range []float64{-1, 0.05} {
			s, at := studied(t, e, someDigits(max(400, examples[e.Name]), 2), share)
			if s.State != study.Ended || len(s.Refuted()) > 0 {
				t.Errorf("%s, cut at %.2f, is %s: %s", e.Name, at, s.State, s.Err)
			}
			if s.Share > at+0.2 {
				t.Errorf("%s was cut at %.2f and worked on to %.2f", e.Name, at, s.Share)
			}
		}
	}
}

// needMNIST skips a test where MNIST is not at hand.
func needMNIST(t *testing.T) {
	t.Helper()
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("OPTWATCH_DATA"), "mnist", "train-images*")); found == nil {
		t.Skip("OPTWATCH_DATA has no MNIST")
	}
}

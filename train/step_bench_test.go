//go:build unix

package train

import (
	"context"
	"math"
	"sync"
	"syscall"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/data"
)

// bench is an experiment without goroutines on MNIST, or on the built-in
// digits where OPTWATCH_DATA has none.
var bench = sync.OnceValues(func() (*data.Dataset, error) {
	return data.Open(context.Background(), data.Options{Name: "auto", Val: 0}, nil)
})

// still is a run of a recipe that nobody drives.
func still(tb testing.TB, model, text string) *run {
	tb.Helper()
	ds, err := bench()
	if err != nil {
		tb.Fatal(err)
	}
	p, err := newProblem(ds, model, 1e-3)
	if err != nil {
		tb.Fatal(err)
	}
	e := &Experiment{config: Config{Catalogue: optimizers.Default(), Seed: 1, Clock: time.Now}, slots: NewSlots(1), problem: p, ctx: context.Background(), began: time.Now()}
	e.optimum = newCertifier(e)
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

// BenchmarkStep is the stepping of a run as the program does it, plots left
// out, on one thread.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct{ model, recipe string }{
		{"softmax", "sgd:batch=1"},
		{"softmax", "sgd:batch=64"},
		{"softmax", "adam:batch=64"},
		{"softmax", "momentum:batch=64"},
		{"softmax", "svrg:batch=1,m=n/2"},
		{"softmax", "svrg:batch=1,m=n/2,stored=1"},
		{"softmax", "saga:batch=1"},
		{"softmax", "full"},
		{"net", "sgd:batch=64"},
	} {
		b.Run("model="+c.model+"/"+c.recipe, func(b *testing.B) {
			r := still(b, c.model, c.recipe)
			for range 3 {
				stepOnce(b, r)
			}
			b.ResetTimer()
			steps, evals, cpu := r.steps, r.oracle.evals(), cpuTime(b)
			for r.steps < steps+int64(b.N) {
				stepOnce(b, r)
			}
			spent := float64(cpuTime(b) - cpu)
			b.ReportMetric(spent/float64(r.steps-steps), "cpu-ns/step")
			b.ReportMetric(1e9*float64(r.oracle.evals()-evals)/spent, "evals/cpu-s")
		})
	}
}

// BenchmarkSolve is the time to f − f* ≤ 1e-6 on MNIST from θ = 0, data in
// memory. Every pass f is looked at, off the clock.
func BenchmarkSolve(b *testing.B) {
	const optimum = 0.334610978429 // of the 60,000 training rows, λ = 1e-3
	for _, recipe := range []string{"svrg:lr=0.02,batch=1,m=n/2,warm=1,stored=1", "saga:lr=0.02,warm=1"} {
		b.Run(recipe, func(b *testing.B) {
			if mnist(b, 0).data.Name != "mnist" {
				b.Skip("f* is of MNIST")
			}
			var spent time.Duration
			var evals int64
			for b.Loop() {
				r := still(b, "softmax", recipe)
				n := float64(r.oracle.Len())
				for gap := 1.0; gap > 1e-6; {
					from, until := cpuTime(b), float64(r.oracle.evals())+n
					for r.nextPlot = until; float64(r.oracle.evals()) < until; r.finishWarmUp() {
						stepOnce(b, r)
					}
					spent += cpuTime(b) - from
					loss, _ := r.oracle.losses(r.oracle.objective, r.exp.problem.trainRows, r.theta)
					gap = loss + r.exp.problem.l2.Value(r.theta) - optimum
				}
				evals += r.oracle.evals()
			}
			b.ReportMetric(spent.Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(float64(evals)/60_000/float64(b.N), "passes")
		})
	}
}

// cpuTime is the time this process has computed for. On a machine that others
// use too, it says more than the time on the wall.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func stepOnce(tb testing.TB, r *run) {
	if _, err := r.advance(); err != nil {
		tb.Fatal(err)
	}
}

// Stepping allocates nothing but what is shown of it: the points of its trace, and what it publishes now and then.
func TestStepsAllocateNothing(t *testing.T) {
	for _, recipe := range []string{"sgd:batch=1", "sgd:batch=64", "adam:batch=64", "svrg:batch=1,m=n/2", "svrg:batch=1,m=n/2,stored=1", "saga:batch=1", "amsgrad:batch=64", "momentum:batch=8"} {
		r := still(t, "softmax", recipe)
		for range 3 {
			stepOnce(t, r)
		}
		r.tr.width, r.gate.onSlice = math.MaxInt64, func() {}
		if got := testing.AllocsPerRun(20, func() { stepOnce(t, r) }); got != 0 {
			t.Errorf("%s: got %v allocations a step, want 0", recipe, got)
		}
	}
}

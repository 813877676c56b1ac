package train

import (
	"errors"
	"math"
	"slices"
	"testing"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/view"
)

// TestPassesSameBits runs what takes full gradients, on enough rows that they
// are divided, with 1, 2 and 4 threads, alone and beside others: parameters and
// curves must be the same to the bit.
func TestPassesSameBits(t *testing.T) {
	recipes := []string{"full", "svrg:m=n/2", "svrg:name=stored,m=n/2,stored=1,option=2", "sarah", "saga"}
	const n = 6000
	if got := parts(n, 128); got != 5 {
		t.Fatalf("%d rows are divided into %d parts: the test shows something else", n, got)
	}
	run := func(threads int, recipes ...string) []RunReport {
		c := config(n, recipes...)
		c.Threads = threads
		return finished(t, c).Runs
	}
	want := run(1, recipes...)
	for _, threads := range []int{2, 4} {
		together := run(threads, recipes...)
		for i, recipe := range recipes {
			for _, got := range []RunReport{run(threads, recipe)[0], together[i]} {
				if got.ThetaSHA256 == "" || got.ThetaSHA256 != want[i].ThetaSHA256 {
					t.Errorf("%s, %d threads: parameters %.8s, want %.8s", recipe, threads, got.ThetaSHA256, want[i].ThetaSHA256)
				}
				samePoints(t, recipe, got.Curve, want[i].Curve)
			}
		}
	}
}

// samePoints compares curves to the bit, but for the times.
func samePoints(t *testing.T, what string, got, want []Point) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d points, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		p, q := got[i], want[i]
		p.Seconds, p.Elapsed = q.Seconds, q.Elapsed
		for _, both := range [][2]*float64{{&p.GradNorm, &q.GradNorm}, {&p.ValAccuracy, &q.ValAccuracy}} {
			if math.IsNaN(*both[0]) && math.IsNaN(*both[1]) {
				*both[0], *both[1] = 0, 0
			}
		}
		if p != q {
			t.Errorf("%s: point %d is %+v, want %+v", what, i, p, q)
		}
	}
}

// A divided sum is the plain sum but for rounding, for any number of rows.
func TestPassesSum(t *testing.T) {
	for _, n := range []int{1, 127, 129, 2047, 2048, 5000, 40_000} {
		for _, threads := range []int{1, 3} {
			o := worker(t, n, threads)
			theta, g := ramp(o.Dim()), make([]float64, o.Dim())
			loss, err := o.FullGrad(g, theta)
			if err != nil {
				t.Fatal(err)
			}
			plain := worker(t, n, 1).objective
			want := make([]float64, o.Dim())
			sum := plain.AddGrad(want, theta, matrix.AllRows(n), 1/float64(n))
			near(t, "loss", []float64{loss}, []float64{sum / float64(n)})
			near(t, "gradient", g, want)
			if got := o.evals(); got != int64(n) {
				t.Errorf("%d evaluations of %d rows", got, n)
			}

			rows := matrix.AllRows(n)
			slices.Reverse(rows)
			sum, correct := plain.Loss(theta, rows)
			loss, accuracy := o.losses(o.over, rows, theta)
			near(t, "evaluation", []float64{loss, accuracy}, []float64{sum / float64(n), float64(correct) / float64(n)})
		}
	}
}

// ramp is d numbers that differ.
func ramp(d int) []float64 {
	theta := make([]float64, d)
	for i := range theta {
		theta[i] = float64(i%7)/10 - 0.3
	}
	return theta
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if diff := got[i] - want[i]; !(diff < 1e-13 && diff > -1e-13) {
			t.Errorf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// A pass that is broken off meters nothing, leaves the error, and is made again
// with the same numbers, in the vectors that it had.
func TestPassesBrokenOff(t *testing.T) {
	for _, threads := range []int{1, 3} {
		o := worker(t, 20_000, threads)
		theta, want, g := ramp(o.Dim()), make([]float64, o.Dim()), make([]float64, o.Dim())
		if _, err := o.FullGrad(want, theta); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			o.gate.pause()
			o.gate.enqueue(queued{Command: view.Command{Kind: view.Set}, change: func() {}})
			if _, err := o.FullGrad(g, theta); !errors.Is(err, errInterrupted) {
				t.Fatalf("%d threads: got %v, want %v", threads, err, errInterrupted)
			}
			o.gate.set(func() { o.gate.paused, o.gate.queue = false, nil })
			if _, err := o.FullGrad(g, theta); err != nil || !slices.Equal(g, want) {
				t.Fatalf("%d threads: the gradient made again differs (%v)", threads, err)
			}
		}
		if got := o.evals(); got != 21*20_000 {
			t.Errorf("%d threads: %d evaluations, want %d", threads, got, 21*20_000)
		}
		if got := len(o.pass.spare); got > mostParts-1 {
			t.Errorf("%d threads: %d vectors are kept, more than parts", threads, got)
		}
	}
}

// Alone, a pass allocates nothing once it has been made.
func TestPassesAllocateNothing(t *testing.T) {
	o := worker(t, 20_000, 1)
	theta, g := ramp(o.Dim()), make([]float64, o.Dim())
	l := o.face().(optimizers.LinearOracle)
	r := make([]float64, o.Len()*l.Width())
	if got := testing.AllocsPerRun(5, func() {
		_, _ = o.FullGrad(g, theta)
		_, _ = l.FullResiduals(r, g, theta)
		o.losses(o.over, o.all, theta)
	}); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

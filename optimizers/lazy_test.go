package optimizers

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

var _ LazyOracle = (*oracle)(nil)

// SumResiduals forms the sum.
func (o *oracle) SumResiduals(r []float64, a float64, u []float64, b float64, v []float64, rows []int32) float64 {
	theta := make([]float64, len(u))
	for i := range theta {
		theta[i] = a * u[i]
		if v != nil {
			theta[i] += b * v[i]
		}
	}
	return o.Residuals(r, theta, rows)
}

// Ahead knows what a stream with replacement gives, and nothing of another.
func (o *oracle) Ahead(n int) []int32 {
	if !o.replace || o.force != nil {
		return nil
	}
	if cap(o.ahead) < n {
		o.ahead = make([]int32, n)
	}
	o.copied = o.pcg
	rng := rand.New(&o.copied)
	for i := range n {
		o.ahead[:n][i] = rng.Int32N(int32(o.Len()))
	}
	return o.ahead[:n]
}

func (o *oracle) Products(z, w []float64, rows []int32) {
	k := len(w) / len(o.x[0])
	for p, i := range rows {
		o.product(z[p*k:(p+1)*k], w, i)
	}
}

func (o *oracle) Count(evals int) { o.evals += evals }

func (o *oracle) ProductResiduals(z []float64, rows []int32) float64 {
	loss := 0.0
	for p, i := range rows {
		loss += o.productResidual(z[p*o.k:(p+1)*o.k], i)
	}
	return loss / float64(len(rows))
}

// Shadow says that all is computed in float64.
func (o *oracle) Shadow(int) matrix.Shadow { return nil }

// mistaken looks ahead and sees nothing, or what does not come.
type mistaken struct {
	*oracle
	sees []int32
}

func (o mistaken) Ahead(n int) []int32 { return o.sees[:min(n, len(o.sees))] }

// What is foreseen saves time and changes no bit, right or wrong.
func TestForesightChangesNothing(t *testing.T) {
	for _, stored := range []bool{false, true} {
		for _, batch := range []int{1, 3} {
			var ends [][]float64
			for _, sees := range [][]int32{nil, {}, {7}, {1, 2, 3, 4, 5, 6, 7, 8}} {
				c := lazyCase{make: func() Estimator { return &SVRG{M: 17, Batch: batch, Stored: stored} }, lambda: 1e-3}
				r := c.run()
				lr := make([]float64, 5)
				for i := range lr {
					lr[i] = 0.01
				}
				for r.t < 200 {
					var o LazyOracle = r.o
					if sees != nil {
						o = mistaken{r.o, sees}
					}
					done, err := r.stepper.Steps(r.theta, o, lr, func(float64) bool { return true })
					if err != nil {
						t.Fatal(err)
					}
					if r.t += done; done == 0 {
						r.plain()
					}
				}
				ends = append(ends, r.theta)
			}
			for _, end := range ends {
				if !slices.Equal(end, ends[0]) {
					t.Errorf("B=%d stored=%v: θ is %v, with right foresight %v", batch, stored, end, ends[0])
				}
			}
		}
	}
}

// lazyCase is an estimator that has a Stepper, and λ.
type lazyCase struct {
	name    string
	make    func() Estimator
	lambda  float64
	shuffle bool
}

func lazyCases() []lazyCase {
	var cases []lazyCase
	for _, batch := range []int{1, 3, 40} { // 40 of 30 rows: some come twice
		for _, lambda := range []float64{0, 1e-3, 2} {
			add := func(name string, shuffle bool, e func() Estimator) {
				cases = append(cases, lazyCase{fmt.Sprintf("%s/B=%d/λ=%g", name, batch, lambda), e, lambda, shuffle})
			}
			add("sgd", false, func() Estimator { return &Minibatch{Batch: batch} })
			add("sgd-shuffled", true, func() Estimator { return &Minibatch{Batch: batch} })
			add("svrg", false, func() Estimator { return &SVRG{M: 17, Batch: batch} })
			add("svrg-stored", false, func() Estimator { return &SVRG{M: 17, Batch: batch, Stored: true} })
			add("svrg-option-2", false, func() Estimator { return &SVRG{M: 17, Batch: batch, Second: true} })
			add("saga", false, func() Estimator { return &SAGA{Batch: batch} })
		}
	}
	return cases
}

// lazyRun steps a method with L2, with its Stepper where it can or without.
type lazyRun struct {
	*run
	lambda  float64
	stepper Stepper
	losses  []float64
}

func (c lazyCase) run() *lazyRun {
	o := leastSquares(30, 5)
	o.replace = !c.shuffle
	e := c.make()
	r := &lazyRun{run: newRun(o, e, &SGD{}, 0.02), lambda: c.lambda, stepper: Fuse(e, &SGD{}, c.lambda)}
	r.s = InvSqrt{}
	return r
}

// plain is one step by estimator and rule.
func (r *lazyRun) plain() {
	loss, err := r.e.Estimate(r.g, r.theta, r.o)
	if err != nil {
		panic(err)
	}
	r.t++
	for i := range len(r.theta) - r.o.k {
		r.g[i] += r.lambda * r.theta[i]
	}
	r.rule.Apply(r.theta, r.g, r.lr*r.s.At(r.t))
	r.losses = append(r.losses, loss)
	r.stepper.Forget()
}

// lazily is up to n steps at once, or a plain one where the Stepper takes none.
func (r *lazyRun) lazily(n int) {
	lr := make([]float64, n)
	for i := range lr {
		lr[i] = r.lr * r.s.At(r.t+1+i)
	}
	done, err := r.stepper.Steps(r.theta, r.o, lr, func(loss float64) bool {
		r.losses = append(r.losses, loss)
		return true
	})
	r.t += done
	if err != nil && err != errTold {
		panic(err)
	}
	if done == 0 && err == nil {
		r.plain()
	}
}

// TestLazySteps compares many steps at once with as many by the pair: losses, θ, evaluations and state.
func TestLazySteps(t *testing.T) {
	const steps = 400
	for _, c := range lazyCases() {
		t.Run(c.name, func(t *testing.T) {
			plain, lazy := c.run(), c.run()
			for range steps {
				plain.plain()
			}
			calls := 0
			for lazy.t < steps {
				lazy.lazily(min(1+lazy.t%23, steps-lazy.t))
				calls++
			}
			allNear(t, "θ", lazy.theta, plain.theta, 1e-12)
			allNear(t, "losses", lazy.losses, plain.losses, 1e-12)
			if lazy.o.evals != plain.o.evals {
				t.Errorf("evaluations: got %d, want %d", lazy.o.evals, plain.o.evals)
			}
			if calls > steps/2 {
				t.Errorf("%d calls for %d steps", calls, steps)
			}
			want := Save(plain.e.State())
			for name, got := range Save(lazy.e.State()) {
				allNear(t, name, got, want[name], 1e-12)
			}
		})
	}
}

// TestLazyStepsInAnyCalls divides the same steps among calls in several ways,
// with errors in between: to the bit, nothing may come of it.
func TestLazyStepsInAnyCalls(t *testing.T) {
	const steps = 300
	for _, c := range lazyCases() {
		t.Run(c.name, func(t *testing.T) {
			var want *lazyRun
			for _, seed := range []uint64{0, 1, 2} {
				r, rng := c.run(), rand.New(rand.NewPCG(seed, 9))
				if seed == 2 {
					failed := false
					r.o.fails = func(int) bool { // now and then, but never twice in a row
						failed = !failed && r.t > 0 && rng.IntN(9) == 0
						return failed && r.stepping()
					}
				}
				for r.t < steps {
					n := steps - r.t
					if seed > 0 {
						n = min(n, 1+rng.IntN(12))
					}
					r.lazily(n)
				}
				if want == nil {
					want = r
					continue
				}
				sameBits(t, "θ", r.theta, want.theta)
				sameBits(t, "losses", r.losses, want.losses)
				if r.o.evals != want.o.evals {
					t.Errorf("evaluations: got %d, want %d", r.o.evals, want.o.evals)
				}
			}
		})
	}
}

// stepping says whether the next draw is for the Stepper: plain steps of this test may not fail.
func (r *lazyRun) stepping() bool {
	switch e := r.e.(type) {
	case *SVRG:
		return e.left > 0
	case *SAGA:
		return e.table != nil
	}
	return true
}

// A Stepper that goes on from a saved state gives the same bits.
func TestLazyStateSaved(t *testing.T) {
	for _, c := range lazyCases() {
		t.Run(c.name, func(t *testing.T) {
			r := c.run()
			for r.t < 100 {
				r.lazily(7)
			}
			copied := c.run()
			copied.o, copied.t, copied.o.evals = r.o.clone(), r.t, r.o.evals
			copied.theta = slices.Clone(r.theta)
			for _, part := range [][2][]Var{{copied.e.State(), r.e.State()}, {copied.stepper.State(), r.stepper.State()}} {
				if err := Restore(part[0], Save(part[1])); err != nil {
					t.Fatal(err)
				}
			}
			for r.t < 150 {
				r.lazily(9)
				copied.lazily(9)
			}
			sameBits(t, "θ", copied.theta, r.theta)
		})
	}
}

// Steps end where seen says so, with θ at that step.
func TestLazyStepsEndEarly(t *testing.T) {
	c := lazyCases()[0]
	r, want := c.run(), c.run()
	n := 0
	done, err := r.stepper.Steps(r.theta, r.o, slices.Repeat([]float64{0.1}, 9), func(float64) bool { n++; return n < 4 })
	if done != 4 || err != nil {
		t.Fatalf("got %d steps and %v, want 4", done, err)
	}
	if _, err := want.stepper.Steps(want.theta, want.o, slices.Repeat([]float64{0.1}, 4), func(float64) bool { return true }); err != nil {
		t.Fatal(err)
	}
	sameBits(t, "θ", r.theta, want.theta)
}

// Where αλ is so large that a would vanish, no step is taken lazily.
func TestLazyStepsRefuseStrongDecay(t *testing.T) {
	r := lazyCase{make: func() Estimator { return &Minibatch{Batch: 1} }, lambda: 2}.run()
	if done, err := r.stepper.Steps(r.theta, r.o, []float64{0.4}, nil); done != 0 || err != nil {
		t.Errorf("got %d steps and %v, want none", done, err)
	}
}

func TestFuseOnlyWithSGD(t *testing.T) {
	if Fuse(&SVRG{}, &Adam{}, 0) != nil || Fuse(&Full{}, &SGD{}, 0) != nil || Fuse(&SARAH{}, &SGD{}, 0) != nil {
		t.Error("a pair without lazy steps has a Stepper")
	}
}

func TestLazyStepsAllocateNothing(t *testing.T) {
	for _, c := range lazyCases() {
		r := c.run()
		for r.t < 60 {
			r.lazily(1)
		}
		lr, seen := []float64{0.01}, func(float64) bool { return true }
		o := frugal{r.o}
		if got := testing.AllocsPerRun(20, func() {
			if _, err := r.stepper.Steps(r.theta, o, lr, seen); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", c.name, got)
		}
	}
}

// frugal is the oracle without allocations of its own.
type frugal struct{ *oracle }

func (o frugal) SumResiduals(r []float64, _ float64, u []float64, _ float64, _ []float64, rows []int32) float64 {
	return o.Residuals(r, u, rows)
}

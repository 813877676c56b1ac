package train

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// solved certifies the optimum of a problem, in the test's own goroutine.
func solved(t *testing.T, p *problem) *solver {
	t.Helper()
	s := newSolver(p.train.(*objective.Linear), p.l2, func() error { return nil })
	if err := s.minimise(); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestKnownOptima proves the table: the optima of MNIST with 50,000 and 60,000
// training rows and λ = 1e-3, found from θ = 0 with a bound of 1e-12 in at most
// 100 evaluations. The values were computed independently before, by L-BFGS on
// W and b together: 0.337729353736 and 0.334610978429.
func TestKnownOptima(t *testing.T) {
	if raceEnabled {
		t.Skip("two hundred passes over MNIST take too long under the race detector")
	}
	for i, val := range []int{10_000, 0} {
		p := mnist(t, val)
		known := knownOptima[i]
		if got := optimumKey(p); got != known.key {
			t.Fatalf("MNIST with --val %d has the key %s, the table %s", val, got, known.key)
		}
		s := solved(t, p)
		if math.Abs(s.bestValue-known.optimum.Value) > 1e-12 || s.bound > 1e-12 {
			t.Errorf("--val %d: f* = %.14f to within %.1e, the table says %.14f", val, s.bestValue, s.bound, known.optimum.Value)
		}
		if val == 0 {
			checkNoiseAtOptimum(t, p, s.best)
		}
		if s.evaluations > 100 {
			t.Errorf("--val %d: %d evaluations, want at most 100", val, s.evaluations)
		}
		if got, want := p.accuracy(p.val, p.valRows, s.best), known.optimum.ValAccuracy; got != want && !math.IsNaN(want) {
			t.Errorf("--val %d: validation accuracy %v, the table says %v", val, got, want)
		}
		if got, want := p.accuracy(p.test, p.testRows, s.best), known.optimum.TestAccuracy; got != want {
			t.Errorf("--val %d: test accuracy %v, the table says %v", val, got, want)
		}
	}
}

// TestCertificate certifies every convex model on two classes, and checks the
// bound: no run of gradient descent gets below f* − bound.
func TestCertificate(t *testing.T) {
	ds := blobs(300)
	ds.Classes = ds.Classes[:2]
	for _, split := range []data.Split{ds.Train, ds.Val, ds.Test} {
		for i := range split.Labels {
			split.Labels[i] %= 2
		}
	}
	for _, model := range []string{"softmax", "logistic", "svm", "least-squares"} {
		p, err := newProblem(ds, model, ModelSettings{}, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		s := solved(t, p)
		if s.bound > 1e-12 {
			t.Errorf("%s: the bound is %.1e, want 1e-12", model, s.bound)
		}
		theta, g := make([]float64, p.train.Dim()), make([]float64, p.train.Dim())
		loss := 0.0
		for range 5000 {
			clear(g)
			scale := 1 / float64(p.train.Len())
			loss = p.train.AddGrad(g, theta, p.trainRows, scale)*scale + p.l2.Value(theta)
			p.l2.AddGrad(g, theta)
			for i := range theta {
				theta[i] -= 0.02 * g[i]
			}
		}
		if gap := loss - s.bestValue; gap < -1e-12 || gap > 1e-6 {
			t.Errorf("%s: 5,000 steps of gradient descent end at f − f* = %g", model, gap)
		}
	}
}

// unscaled is blobs with one column a million times as large, and with columns of
// zeros up to so many.
func unscaled(n, columns int) *data.Dataset {
	ds := blobs(n)
	columns = max(columns, ds.Features)
	for _, split := range []*data.Split{&ds.Train, &ds.Val, &ds.Test} {
		x := make([]float64, split.Len()*columns)
		for i := range split.Len() {
			split.X.Row(i, func(j int, v float64) { x[i*columns+j] = v * map[bool]float64{true: 1e6, false: 1}[j == 3] })
		}
		split.X = matrix.NewDense(split.Len(), columns, x)
	}
	ds.Features = columns
	return ds
}

// Newton's method does not know units, and is done after a few gradients where
// L-BFGS gets nowhere.
func TestNewton(t *testing.T) {
	p, err := newProblem(unscaled(300, 0), "softmax", ModelSettings{}, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	s := solved(t, p)
	if s.bound > certified || s.evaluations > 30 || s.hessians > 10 {
		t.Errorf("f − f* ≤ %.0e after %d gradients and %d Hessians, want 1e-12 after 30 and 10 at most", s.bound, s.evaluations, s.hessians)
	}
}

// Where scales of columns differ a thousandfold, line searches see them even:
// then the optimum is found in about as many evaluations as of columns that are.
func TestUnscaledColumns(t *testing.T) {
	ds := unscaled(300, newtonParameters)
	p, err := newProblem(ds, "softmax", ModelSettings{}, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	deviations, apart := ds.ScalesApart()
	if !apart {
		t.Fatal("columns a million times apart are not said to be")
	}
	s := newSolver(p.train.(*objective.Linear), p.l2, func() error { return nil })
	s.precondition(deviations)
	if err := s.minimise(); err != nil || s.bound > 1e-6 || s.evaluations > 100 {
		t.Errorf("%d evaluations, f − f* ≤ %.0e (%v), want at most 100 and 1e-6", s.evaluations, s.bound, err)
	}
	g := make([]float64, p.train.Dim())
	p.train.AddGrad(g, s.best, p.trainRows, 1/float64(p.train.Len()))
	p.l2.AddGrad(g, s.best)
	for i, v := range g[:p.train.Dim()-3] { // by the gradient of the objective itself, which knows no scales
		if bound := v * v / (2 * 1e-3); bound > s.bound*1.01+1e-20 {
			t.Errorf("∂f/∂W %d is %g, which alone bounds f − f* by %.1e, more than %.1e", i, v, bound, s.bound)
		}
	}
}

// A search that gets nowhere ends, within one evaluation if need be: there
// Newton's steps for the biases are halved again and again.
func TestSearchEnds(t *testing.T) {
	p, err := newProblem(unscaled(300, newtonParameters), "softmax", ModelSettings{}, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	s := newSolver(p.train.(*objective.Linear), p.l2, func() error { return nil })
	if err := s.minimise(); err != nil {
		t.Fatal(err)
	}
	if passes := s.profile.Passes(); !errors.Is(s.err, errStalled) || s.evaluations > 10 || passes > s.since+patience+1 {
		t.Errorf("it ended after %d evaluations in %d passes (%v), want %d passes after the last that helped", s.evaluations, passes, s.err, patience)
	}
}

// TestCache checks that an optimum comes back as it was, and that a file which
// does not hold it is as good as none.
func TestCache(t *testing.T) {
	p, err := newProblem(blobs(100), "softmax", ModelSettings{}, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "optima")
	if _, ok := knownOptimum(dir, p); ok {
		t.Fatal("an empty cache knows the optimum")
	}
	want := Optimum{State: OptimumCertified, Value: 0.1 + 0.2, Bound: 3e-13, ValAccuracy: 0.5, TestAccuracy: 0.25, Evaluations: 9}
	if err := cacheOptimum(dir, p, want); err != nil {
		t.Fatal(err)
	}
	if got, ok := knownOptimum(dir, p); !ok || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	path := cachePath(dir, optimumKey(p))
	for _, text := range []string{"", "{", `{"key":"another","value":1,"bound":0}`, `{"key":"` + optimumKey(p) + `","value":1,"bound":5}`} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, ok := knownOptimum(dir, p); ok {
			t.Errorf("a cache file %q gives %+v", text, got)
		}
	}
}

// However small the certificate's bound comes out, as 4e-38 here, f* is not
// known beyond the rounding of f: neither newly found nor read from a cache of
// bounds as they once were written.
func TestBoundIsNotBelowRounding(t *testing.T) {
	c := config(400, "sgd")
	c.L2, c.Cache = 1e8, t.TempDir()
	for _, found := range []string{"newly", "in the cache"} {
		o := finished(t, c).Optimum
		if o.State != OptimumCertified || o.Bound < 1e-15*o.Value || o.Bound > certified {
			t.Errorf("found %s: f* = %v to within %g", found, o.Value, o.Bound)
		}
		files, err := filepath.Glob(filepath.Join(c.Cache, "optimum-*.json"))
		if err != nil || len(files) != 1 {
			t.Fatalf("cached in %v: %v", files, err)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		text = regexp.MustCompile(`"bound": [^,]*`).ReplaceAll(text, []byte(`"bound": 4e-38`))
		if err := os.WriteFile(files[0], text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The certificate is the same to the bit for any number of threads, whatever else
// they do, where it comes from Newton's method and where from L-BFGS.
func TestCertificateSameBits(t *testing.T) {
	for _, newton := range []bool{true, false} {
		var want Optimum
		for _, threads := range []int{1, 2, 4} {
			c := config(6000, "sgd", "full")
			if !newton {
				c.Load = func(context.Context, data.Progress) (*data.Dataset, error) {
					return unscaled(6000, newtonParameters), nil
				}
				c.L2 = 10
			}
			c.Threads, c.Budget = threads, Limits{Passes: 2}
			got := finished(t, c).Optimum
			if got.State != OptimumCertified {
				t.Fatalf("Newton's method %v: f* is %+v", newton, got)
			}
			if threads == 1 {
				want = got
			}
			if got != want {
				t.Errorf("Newton's method %v, %d threads: got %+v, want %+v", newton, threads, got, want)
			}
		}
	}
}

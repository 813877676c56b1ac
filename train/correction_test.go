package train

import (
	"math"
	"testing"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// looks is the estimator's variance as many looks see it, on average and its standard error.
func looks(r *run, theta []float64) (mean, deviation float64) {
	const n = 600
	var sum, squares float64
	for range n {
		r.probe.look(r, theta)
		own := r.probe.view.Variance.Own
		sum += own / n
		squares += own * own / n
	}
	return sum, math.Sqrt((squares - sum*sum) / n)
}

// spreadOf is (1/n) Σ ‖dᵢ − d̄‖² for the vectors that each gives.
func spreadOf(n, d int, each func(i int, to []float64)) float64 {
	mean, one, squares := make([]float64, d), make([]float64, d), 0.0
	for i := range n {
		clear(one)
		each(i, one)
		matrix.Axpy(mean, 1/float64(n), one)
		squares += matrix.Dot(one, one) / float64(n)
	}
	return squares - matrix.Dot(mean, mean)
}

// The variance of SVRG and SAGA on some examples is, on average over many
// looks, that over all rows, written out: of ∇fᵢ(θ) − aᵢ, over B.
func TestVarianceOfCorrections(t *testing.T) {
	for _, recipe := range []string{"svrg:batch=2,lr=0.05,m=500", "svrg:batch=2,lr=0.05,m=500,stored=1", "saga:batch=2,lr=0.05"} {
		r := still(t, blobs(400), "softmax", recipe)
		for r.steps < 150 {
			stepOnce(t, r)
		}
		o, rows := r.oracle.objective, r.oracle.all
		exact := spreadOf(len(rows), len(r.theta), func(i int, to []float64) {
			switch e := r.stage.estimator.(type) {
			case *optimizers.SVRG:
				o.AddGradDiff(to, r.theta, e.Control().Snapshot, rows[i:i+1], 1)
			case *optimizers.SAGA:
				k := r.lazy.Width()
				o.AddGrad(to, r.theta, rows[i:i+1], 1)
				r.lazy.AddOuter(to, e.Control().Table[i*k:i*k+k], rows[i:i+1], -1)
			}
		}) / 2
		if got, deviation := looks(r, r.theta); math.Abs(got-exact) > 4*deviation || deviation > 0.1*exact {
			t.Errorf("%s: looks take the variance for %.4g ± %.2g, it is %.4g", recipe, got, deviation, exact)
		}
	}
}

// SARAH's is the squared distance of its estimate from ∇f where it was taken,
// as nearly all looks have it within their intervals.
func TestErrorOfRecursion(t *testing.T) {
	r := still(t, blobs(400), "softmax", "sarah:batch=1,lr=0.2,m=400")
	for r.steps < 300 {
		stepOnce(t, r)
	}
	c := r.stage.estimator.(*optimizers.SARAH).Control()
	v, at, age := c.Carried, c.At, c.Age
	g := make([]float64, len(v))
	r.oracle.objective.AddGrad(g, at, r.oracle.all, 1/float64(r.oracle.Len()))
	matrix.Axpy(g, -1, v)
	exact, missed := matrix.Dot(g, g), 0
	for range 200 {
		r.probe.look(r, r.theta)
		w := r.probe.view.Variance
		if w.Ratio.Low*w.SGD > exact || w.Ratio.High*w.SGD < exact {
			missed++
		}
	}
	if age != 300 || exact == 0 || missed > 20 {
		t.Errorf("%d of 200 looks miss the error %.3g at age %d", missed, exact, age)
	}
}

package optimizers

import (
	"math"
	"testing"
)

// The estimate is the mean gradient, and the loss the mean loss, of the rows drawn.
func TestMinibatch(t *testing.T) {
	o := leastSquares(11, 1)
	o.replace, o.tape = false, &tape{}
	r := newRun(o, &Minibatch{Batch: 4}, &SGD{}, 0.1)
	for step, size := range []int{4, 4, 3, 4, 4, 3} {
		before := append([]float64(nil), r.theta...)
		loss := r.mustStep(t)
		rows := o.tape.rows[step]
		if len(rows) != size {
			t.Errorf("step %d: got %d rows, want %d", step+1, len(rows), size)
		}
		allNear(t, "g", r.g, o.gradient(before, rows...), 1e-14)
		want := 0.0
		for _, i := range rows {
			want += o.residual(o.r, before, i) / float64(size)
		}
		near(t, "loss", loss, want, 1e-14)
	}
}

// By enumeration, a batch of one is right on average and its variance is that
// of the gradients; a larger batch of independent draws divides it by B, here
// over all pairs.
func TestMinibatchVariance(t *testing.T) {
	o := quadratics([]float64{0.5, 1, 2, 4}, []float64{1, -1, 3, 0.5}, 1)
	n, theta := int32(o.Len()), []float64{0.3}
	estimate := func(rows ...int32) float64 {
		o.force = rows
		g := []float64{0}
		if _, err := (&Minibatch{Batch: len(rows)}).Estimate(g, theta, o); err != nil {
			t.Fatal(err)
		}
		return g[0]
	}
	var singles, pairs []float64
	for i := range n {
		singles = append(singles, estimate(i))
		for j := range n {
			pairs = append(pairs, estimate(i, j))
		}
	}
	full := o.gradient(theta)[0]
	mean, variance := moments(singles)
	near(t, "mean", mean, full, 1e-14)
	pairMean, pairVariance := moments(pairs)
	near(t, "mean of pairs", pairMean, full, 1e-14)
	near(t, "variance of pairs", pairVariance, variance/2, 1e-14)
}

// moments are the mean and the population variance.
func moments(v []float64) (mean, variance float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		variance += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, variance
}

// Even where all curvatures are the same, SGD is not gradient descent: its noise does not vanish. That is what
// sets it apart from SVRG and SARAH on the same functions.
func TestMinibatchKeepsItsNoise(t *testing.T) {
	const a, lr = 0.7, 0.3
	o := sameCurvature(9, a, 1)
	r := newRun(o, &Minibatch{Batch: 1}, &SGD{}, lr)
	far := 0.0
	for range 200 {
		r.mustStep(t)
		far = math.Abs(r.theta[0] - o.optimum())
	}
	if far < 1e-3 {
		t.Errorf("got within %g of the optimum, want noise", far)
	}
}

package train

import (
	"math"
	"testing"

	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
	"optwatch/train/objective"
)

// noiseOf is tr Σ over n, and ‖∇f‖² with the regulariser, over all rows at θ.
func noiseOf(p *problem, theta []float64) (trace, square float64) {
	n := float64(p.train.Len())
	g, squares := make([]float64, p.train.Dim()), make([]float64, p.train.Len())
	p.train.AddGradSquares(g, squares, theta, p.trainRows, 1/n)
	mean := 0.0
	for _, s := range squares {
		mean += s / n
	}
	s, _ := diagnosis.WithinBatch(len(squares), mean, matrix.Dot(g, g))
	p.l2.AddGrad(g, theta)
	return s * (n - 1) / n, matrix.Dot(g, g)
}

// TestMNISTNoise checks tr Σ and B_simple on all 60,000 rows of MNIST at θ = 0,
// as computed independently in float64.
func TestMNISTNoise(t *testing.T) {
	p := mnist(t, 0)
	theta := make([]float64, p.train.Dim())
	trace, square := noiseOf(p, theta)
	within(t, "tr Σ at 0", trace, 78.845480336, 1e-8)
	within(t, "B_simple at 0", trace/square, 72.7666, 1e-4)
}

// checkNoiseAtOptimum is tr Σ at θ*, computed independently in float64. What
// probes see there is noise alone, and is shown as that.
func checkNoiseAtOptimum(t *testing.T, p *problem, best []float64) {
	trace, square := noiseOf(p, best)
	within(t, "tr Σ at θ*", trace, 10.536602501, 1e-6)
	if square > 1e-14 {
		t.Errorf("‖∇f(θ*)‖² = %g", square)
	}
	r := still(t, p.data, "softmax", "sgd:batch=64")
	for range 8 {
		r.probe.look(r, best)
	}
	v := r.probe.view.Noise
	if !v.Dominated || !math.IsInf(v.Simple.Value, 1) || v.Simple.Low < 200 || v.Times != 0 || v.GradNorm.Value != 0 {
		t.Errorf("at θ* noise does not dominate: %+v", *v)
	}
	if v.Trace.Low > 10.54 || v.Trace.High < 10.53 {
		t.Errorf("tr Σ at θ* is %+v, want 10.54", v.Trace)
	}
}

// TestMNISTCurvature checks the largest eigenvalue of the Hessian on all 60,000
// rows at θ = 0, which is a tenth of that of X̃ᵀX̃/n, 39.012617: by power
// iteration on differences of gradients, and what a probe sees of it and of the
// noise.
func TestMNISTCurvature(t *testing.T) {
	p := mnist(t, 0)
	const want = 3.9012617
	theta := make([]float64, p.train.Dim())
	if !raceEnabled {
		within(t, "L at 0", sharpest(p.train, theta, p.trainRows, 6), want, 1e-3*want)
	}
	r := still(t, p.data, "softmax", "sgd:batch=64,lr=0.6")
	for range 6 {
		r.probe.look(r, theta)
	}
	c := r.probe.view.Curvature
	if !c.L.Resolved || c.L.Low > want || c.L.High < want {
		t.Errorf("a probe takes L for %+v, want %g", c.L, want)
	}
	within(t, "lr/limit", c.Times, 0.6*want/2, 0.1)
	n := r.probe.view.Noise
	if n.Trace.Low > 78.85 || n.Trace.High < 78.85 || n.Simple.Low > 72.77 || n.Simple.High < 72.77 || n.GradNorm.Low > 1.041 || n.GradNorm.High < 1.041 {
		t.Errorf("a probe takes tr Σ, B_simple and ‖∇f‖ for %+v, want 78.85, 72.77 and 1.041", *n)
	}
}

// sharpest is the largest eigenvalue of the Hessian of the data term over rows.
func sharpest(o objective.Objective, theta []float64, rows []int32, turns int) float64 {
	const h = 1e-5
	var s diagnosis.Sharpness
	v := make([]float64, o.Dim())
	for i := range v {
		v[i] = math.Sin(float64(i * i)) // any direction
	}
	s.Begin(v)
	here, there, at, scale := make([]float64, len(v)), make([]float64, len(v)), make([]float64, len(v)), 1/float64(len(rows))
	o.AddGrad(here, theta, rows, scale)
	value := 0.0
	for range turns {
		copy(at, theta)
		matrix.Axpy(at, h, s.Direction())
		clear(there)
		o.AddGrad(there, at, rows, scale)
		matrix.Axpy(there, -1, here)
		value = matrix.Dot(there, s.Direction()) / h
		s.Turn(there)
	}
	return value
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.10g, want %.10g ± %.1g", what, got, want, tolerance)
	}
}

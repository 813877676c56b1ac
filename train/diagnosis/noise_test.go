package diagnosis

import (
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers/matrix"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %.12g, want %.12g ± %.2g", what, got, want, within)
	}
}

// The case that two implementations of McCandlish's estimator agree on:
// ‖G_32‖² = 1.5 and ‖G_256‖² = 0.6.
func TestTwoBatches(t *testing.T) {
	s, g2 := TwoBatches(32, 256, 1.5, 0.6)
	near(t, "|G|²", g2, 0.4714285714, 1e-10)
	near(t, "S", s, 32.9142857143, 1e-10)
	near(t, "B_simple", s/g2, 69.8181818182, 1e-10)
}

// A batch of all examples: tr Σ over n and ‖∇f‖² come back, MNIST's at θ = 0.
func TestWithinBatchOfAll(t *testing.T) {
	const n, squares, gradient = 60_000, 79.929019642, 1.040931941107
	s, _ := WithinBatch(n, squares, gradient*gradient)
	trace := s * (n - 1) / n
	near(t, "tr Σ", trace, 78.845480336, 1e-8)
	near(t, "B_simple", trace/(gradient*gradient), 72.7666, 1e-4)
}

// gaussians is a batch of normal gradients about a mean, each coordinate with a
// standard deviation of its own.
func gaussians(rng *rand.Rand, mean, sd []float64, groups, size int) *Batch {
	b := &Batch{Size: size, Squares: make([]float64, groups), Gram: make([][]float64, groups)}
	sums := make([][]float64, groups)
	for q := range groups {
		sums[q] = make([]float64, len(mean))
		g := make([]float64, len(mean))
		for range size {
			for j := range g {
				g[j] = mean[j] + sd[j]*rng.NormFloat64()
			}
			b.Squares[q] += matrix.Dot(g, g) / float64(size)
			matrix.Axpy(sums[q], 1/float64(size), g)
		}
	}
	for a := range groups {
		for c := range groups {
			b.Gram[a] = append(b.Gram[a], matrix.Dot(sums[a], sums[c]))
		}
	}
	return b
}

// Over many batches the estimates of tr Σ and ‖∇f‖² are right on average, and
// as far from it as their variances say: with a gradient well above the noise
// and, up to twice that, where there is nothing but noise.
func TestMomentsAreUnbiased(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sd := []float64{3, 2, 1, 1, 0.5, 0.5, 0.1}
	wantTrace := matrix.Dot(sd, sd)
	for _, c := range []struct{ mean, least, most float64 }{{1, 0.9, 1.3}, {0, 1, 2.3}} {
		mean := []float64{c.mean, 0, -c.mean, c.mean, 0, 0, c.mean}
		const batches = 4000
		var trace, square, traceVariance, squareVariance spread
		for range batches {
			s, g := gaussians(rng, mean, sd, 4, 8).Moments()
			trace.add(s.Value)
			square.add(g.Value)
			traceVariance.add(s.Variance)
			squareVariance.add(g.Variance)
		}
		seen := square.squares / (batches - 1)
		near(t, "tr Σ", trace.mean, wantTrace, 4*math.Sqrt(trace.squares)/batches)
		near(t, "‖∇f‖²", square.mean, matrix.Dot(mean, mean), 4*math.Sqrt(square.squares)/batches)
		near(t, "variance of tr Σ", traceVariance.mean, trace.squares/(batches-1), 0.1*traceVariance.mean)
		if ratio := squareVariance.mean / seen; ratio < c.least || ratio > c.most {
			t.Errorf("mean %g: the variance of ‖∇f‖² is %.2f × the true one, want %g to %g", c.mean, ratio, c.least, c.most)
		}
	}
}

// B_simple is the quotient of the averages. It is not resolved from one batch of
// noise, noise-dominated after several, and never NaN then.
func TestNoiseDominated(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	still, sd := make([]float64, 20), make([]float64, 20)
	for j := range sd {
		sd[j] = 1
	}
	for seed := range 50 {
		var n NoiseScale
		for i := range 8 {
			trace, square := gaussians(rng, still, sd, 4, 16).Moments()
			n.Add(trace, square, 64)
			v := n.Noise(64)
			if math.IsNaN(v.GradNorm.Value) || math.IsNaN(v.Simple.Low) || v.Dominated && (math.IsNaN(v.Simple.Value) || math.IsNaN(v.Times)) {
				t.Fatalf("seed %d, probe %d: NaN in %+v", seed, i, *v)
			}
			if math.IsInf(v.Simple.Low, 1) || v.GradNorm.High == 0 {
				t.Errorf("seed %d, probe %d: as if ∇f were known to be 0: %+v", seed, i, *v)
			}
			if i == 0 && (v.Dominated || v.Simple.Resolved) {
				t.Errorf("seed %d: one probe of noise is taken for an answer: %+v", seed, v.Simple)
			}
		}
		if v := n.Noise(64); v.Dominated && (!math.IsInf(v.Simple.Value, 1) || v.Times != 0 || !(v.Simple.Low > 64)) {
			t.Errorf("seed %d: dominated by noise, but B_simple is %+v", seed, v.Simple)
		}
	}
	var none NoiseScale
	if v := none.Noise(64); v.Dominated || v.Simple.Resolved || !math.IsNaN(v.Simple.Value) {
		t.Errorf("without a probe: %+v", v.Simple)
	}
}

// A clear gradient is resolved, and B_simple is its tr Σ over ‖∇f‖².
func TestSimpleIsResolved(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	mean, sd := []float64{2, 1}, []float64{3, 3}
	var n NoiseScale
	for range 20 {
		trace, square := gaussians(rng, mean, sd, 4, 64).Moments()
		n.Add(trace, square, 256)
	}
	v := n.Noise(36)
	if !v.Simple.Resolved || v.Dominated || v.Simple.Low > 3.6 || v.Simple.High < 3.6 {
		t.Fatalf("B_simple is %+v, want 18/5 resolved", v.Simple)
	}
	near(t, "B/B_simple", v.Times, 10, 2)
	near(t, "‖∇f‖", v.GradNorm.Value, math.Sqrt(5), 0.3)
}

// Later estimates count more, in proportion to their weight, and the variance follows.
func TestAverage(t *testing.T) {
	var a Average
	if m := a.Moment(); !math.IsNaN(m.Value) {
		t.Errorf("the mean of nothing is %v", m.Value)
	}
	a.Add(Moment{Value: 1, Variance: 4}, 10)
	near(t, "one", a.Moment().Value, 1, 0)
	near(t, "its variance", a.Moment().Variance, 4, 0)
	a.Add(Moment{Value: 2, Variance: 1}, 30)
	weight := kept*10 + 30
	near(t, "two", a.Moment().Value, (kept*10*1+30*2)/weight, 1e-12)
	near(t, "their variance", a.Moment().Variance, (kept*kept*100*4+900*1)/(weight*weight), 1e-12)
}

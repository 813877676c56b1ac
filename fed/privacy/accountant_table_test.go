package privacy

import (
	"fmt"
	"math"
	"testing"
)

// Sampled: what other accountants say, to the digits that are right. The last
// column is 60-digit arithmetic, of the same formulas at the order given.
func TestEpsilonOfSamples(t *testing.T) {
	for _, test := range []struct {
		rate, noise float64
		steps       int
		delta       float64
		published   float64
		decimals    int
		exact       float64
	}{
		// Opacus' test, α = 3.9: 7.32911117143. It stops its series at e⁻³⁰, 2250 times, hence the last digits.
		{0.04, 1.5, 2250, 1e-5, 7.32911117143, 9, 7.3291111714841741},
		// tensorflow/privacy's test, α = 19: .7242234026109595.
		{150. / 60000, 1.3, 6000, 1e-5, 0.7242234026109595, 12, 0.72422340261059641},
		// tensorflow/privacy's test, α = 13: 1.4154988495444842.
		{100. / 100000, 1, 30000, 1e-7, 1.4154988495444842, 13, 1.4154988495445377},
		// Opacus' orders and the signed series, an independent implementation.
		{0.1, 1, 100, 1e-5, 7.899255, 6, 0},
		{0.01, 1, 1000, 1e-5, 2.101365, 6, 0},
		{0.2, 2, 100, 1e-5, 5.496205, 6, 0},
		{0.5, 2, 100, 1e-5, 15.392464, 6, 0},
		{0.05, 4, 500, 1e-5, 1.190439, 6, 0},
	} {
		what := fmt.Sprintf("q=%g z=%g T=%d", test.rate, test.noise, test.steps)
		got := dpCharged(dpSpend{test.rate, test.noise, test.steps}).Epsilon(test.delta)
		dpDigits(t, what, got, test.published, test.decimals)
		if test.exact != 0 {
			dpNear(t, what+", 60 digits", got, test.exact, 1e-13)
		}
	}
}

// The tutorial of tensorflow/privacy, 60 epochs of MNIST, says 3.01: whole
// orders and the older conversion ε = r − log δ/(α−1) (Mironov 2017,
// proposition 3), 3.0091 at α = 9. Whole orders and ours are 2.5970, at α = 8;
// a fractional order is better still.
func TestTutorialOfTensorFlowPrivacy(t *testing.T) {
	const steps = 14062
	older, newer := math.Inf(1), math.Inf(1)
	for i, r := range newSampledGaussian(256./60000, 1.1).integer(rdpWhole) {
		alpha := float64(rdpWhole[i])
		older = min(older, steps*r-math.Log(1e-5)/(alpha-1))
		newer = min(newer, rdpEpsilon(alpha, steps*r, math.Log(1e-5)))
	}
	dpDigits(t, "older conversion", older, 3.0091, 4)
	dpDigits(t, "whole orders", newer, 2.5970, 4)
	if got := dpCharged(dpSpend{256. / 60000, 1.1, steps}).Epsilon(1e-5); !(got < newer && got > 0.999*newer) {
		t.Errorf("all orders: got ε = %g, want a little less than %g", got, newer)
	}
}

// Full participation: δ = 1e-5 by Balle and Wang's formula, an independent implementation.
func TestEpsilonOfAll(t *testing.T) {
	for _, test := range []struct{ noise, once, ten, hundred float64 }{
		{1, 4.3772, 17.8566, 91.8173},
		{2, 1.9931, 7.5113, 33.1037},
		{4, 0.9263, 3.3414, 13.2067},
		{8, 0.4344, 1.5347, 5.6796},
		{16, 0.2041, 0.7162, 2.5599},
	} {
		for steps, want := range map[int]float64{1: test.once, 10: test.ten, 100: test.hundred} {
			dpDigits(t, fmt.Sprintf("z=%g T=%d", test.noise, steps), dpCharged(dpSpend{1, test.noise, steps}).Epsilon(1e-5), want, 4)
		}
	}
	// Tests of tensorflow/privacy (PLD 10.1224946) and Google's dp-accounting (RDP 1, PLD .126936).
	dpDigits(t, "z=.7 T=2", dpCharged(dpSpend{1, 0.7, 2}).Epsilon(1e-5), 10.122494583907, 12)
	dpDigits(t, "z=4.53 T=1", dpCharged(dpSpend{1, 4.530877117, 1}).Epsilon(1e-6), 0.9273923380, 10)
	dpDigits(t, "z=√3 T=3, δ", dpCharged(dpSpend{1, math.Sqrt(3), 3}).Delta(1), 0.12693673750664, 14)
	dpNear(t, "z=√3 T=3, δ by PLD", dpCharged(dpSpend{1, math.Sqrt(3), 3}).Delta(1), 0.126936, 1e-5)
}

// The same tests' Rényi answers for full participation, which ours are better than.
func TestRenyiOfAll(t *testing.T) {
	curve := newRDPCurve(1, 0.7)
	for i := range curve {
		curve[i] *= 2
	}
	dpDigits(t, "z=.7 T=2", curve.epsilon(1e-5), 10.8602036, 7)
	fine := math.Inf(1)
	for alpha := 1.001; alpha < 64; alpha += 0.001 {
		fine = min(fine, rdpEpsilon(alpha, alpha/(2*4.530877117*4.530877117), math.Log(1e-6)))
	}
	dpDigits(t, "z=4.53 T=1, fine orders", fine, 1, 6)
}

// Tighter accountants, which follow the privacy loss itself (PLD, PRV), and a
// central limit (GDP), which is no bound. Ours must not be below them, nor
// absurdly far above.
func TestBoundIsABound(t *testing.T) {
	between := func(what string, got, low, high float64) {
		t.Helper()
		if !(got >= low && got <= high) {
			t.Errorf("%s: got %g, want between %g and %g", what, got, low, high)
		}
	}
	// Opacus' tests; 2249 steps since 90 // .04 is that in Python.
	eps := dpCharged(dpSpend{0.04, 1.5, 2249}).Epsilon(1e-5)
	between("PRV", eps, 6.777395712150674, 1.1*6.777395712150674)
	between("GDP", eps, 6.60, 1.12*6.60)
	// Google's tests: δ at ε = 1 of three steps, to 1e-3; z for ε = 1 of one step.
	between("PLD, δ", dpCharged(dpSpend{0.2, 0.5, 3}).Delta(1), 0.15594+1e-3, 3*0.15594)
	z, err := NoiseFor(0.01, 1, 1, 1e-5)
	if err != nil {
		t.Fatal(err)
	}
	between("PLD, z", z, 0.67379294682, 1.5*0.67379294682)
}

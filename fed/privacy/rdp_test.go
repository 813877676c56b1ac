package privacy

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// Google's dp-accounting, test of 50 steps of (.01, 2.5). Its fractional orders
// are upper bounds: with the signs of the binomials dropped order 1.5 is
// 6.70579741e-4 there, and the divergence itself 6.50070e-4 by quadrature.
func TestRenyiOfGoogle(t *testing.T) {
	curve := newRDPCurve(0.01, 2.5)
	at := func(alpha float64) float64 { return 50 * curve[slices.Index(rdpOrders, alpha)] }
	dpNear(t, "α=5", at(5), 2.18075656e-3, 3e-9)
	dpNear(t, "α=50", 50*newSampledGaussian(0.01, 2.5).integer([]int{50})[0], 2.38460375e-2, 3e-9)
	dpNear(t, "α=100", 50*newSampledGaussian(0.01, 2.5).integer([]int{100})[0], 167.416308, 3e-9)
	dpNear(t, "α=1.5", at(1.5), 6.50070897188039710e-4, 1e-10) // 60-digit arithmetic; log A is 6.5e-6, so 1e-16 of A is 2e-11 of it
	if got := at(1.5); !(got <= 6.70579741e-4) {
		t.Errorf("α=1.5: got %g, want at most 6.70579741e-4", got)
	}
	// And (.5, 2) for 100 steps is 15.7253 without the signs.
	if got := dpCharged(dpSpend{0.5, 2, 100}).Epsilon(1e-5); !(got < 15.7253) {
		t.Errorf("got ε = %g, want less than 15.7253", got)
	}
}

// Where the series are hardest: quadrature in 60-digit arithmetic.
func TestRenyiAtTheEnds(t *testing.T) {
	for _, test := range []struct{ q, z, alpha, want, tolerance float64 }{
		{0.5, 0.5, 1.1, 7.92631779571520201e-1, 1e-13},
		{0.5, 0.3, 2.5, 1.27336436850093904e1, 1e-13},
		{0.999, 1, 3.3, 1.64870851449533173, 1e-13},
		{0.9, 0.2, 1.7, 2.09941244801632507e1, 1e-13},
		{1e-6, 0.5, 7.2, 6.04614632944331104e-6, 1e-10},
		{0.001, 20, 10.9, 1.36423493074325283e-8, 1e-8}, // log A is 1.4e-7, so 1e-16 of A is 1e-9 of it
	} {
		got := newRDPCurve(test.q, test.z)[slices.Index(rdpOrders, test.alpha)]
		dpNear(t, fmt.Sprintf("q=%g z=%g α=%g", test.q, test.z, test.alpha), got, test.want, test.tolerance)
	}
}

// Any curve rises with its order and is nowhere above α/(2z²), that of no sampling.
func TestRenyiCurveIsACurve(t *testing.T) {
	byOrder := make([]int, len(rdpOrders))
	for i := range byOrder {
		byOrder[i] = i
	}
	slices.SortFunc(byOrder, func(i, j int) int { return int(math.Copysign(1, rdpOrders[i]-rdpOrders[j])) })
	for _, q := range []float64{1e-300, 1e-9, 0.01, 0.5, 0.9, 0.9999, 1 - 1e-16, 1} {
		for _, z := range []float64{0, 1e-200, 1e-99, 1e-5, 0.03, 0.2, 1, 3, 100, 1e9, MaxNoiseMultiplier} {
			curve, last := newRDPCurve(q, z), 0.0
			for _, i := range byOrder {
				alpha, got := rdpOrders[i], curve[i]
				rounding := 1e-14 * (1 + got)
				if math.IsInf(got, 1) {
					rounding = 0
				}
				if most := alpha / (2 * z * z); !(got >= 0 && got >= last-rounding && got-rounding <= most) {
					t.Errorf("q=%g z=%g α=%g: got %g, want from %g, that of the order below, to %g", q, z, alpha, got, last, most)
				}
				last = got
			}
		}
	}
}

func TestRenyiOfNoUse(t *testing.T) {
	if got := newRDPCurve(0.5, 0.01).logDelta(1); got != 0 {
		t.Errorf("hardly any noise: got log δ = %g, want 0", got)
	}
	if got := newRDPCurve(0.5, 1e6).epsilon(0.5); got != 0 {
		t.Errorf("hardly any loss: got ε = %g, want 0", got)
	}
}

func TestRenyiOrders(t *testing.T) {
	sorted := slices.Sorted(slices.Values(rdpOrders))
	if got := [...]float64{sorted[0], sorted[98], sorted[99], sorted[151], sorted[155]}; len(sorted) != 156 || got != [...]float64{1.1, 10.9, 11, 63, 1024} {
		t.Errorf("got %d orders with %v, want 156", len(sorted), got)
	}
	if got := slices.Compact(slices.Clone(sorted)); len(got) != len(sorted) {
		t.Errorf("orders twice in %v", sorted)
	}
}

// hockeyStick is δ at ε of one step by quadrature of the definition,
//
//	δ = max(∫ max(0, p − e^ε p₀), ∫ max(0, p₀ − e^ε p))    p = (1−q)N(0, σ²) + qN(1, σ²), p₀ = N(0, σ²)
func hockeyStick(q, sigma, epsilon float64) float64 {
	const h = 1e-4
	grow, e := math.Exp(epsilon), math.Exp
	var added, removed float64
	for t := -12.0; t <= 12+1/sigma; t += h {
		p0 := e(-t * t / 2)
		p := (1-q)*p0 + q*e(-(t-1/sigma)*(t-1/sigma)/2)
		added += max(0, p-grow*p0)
		removed += max(0, p0-grow*p)
	}
	return max(added, removed) * h / math.Sqrt(2*math.Pi)
}

func TestOneStepByQuadrature(t *testing.T) {
	dpDigits(t, "q=.01 z=.67379294682, δ·1e6", 1e6*hockeyStick(0.01, 0.67379294682, 1), 9.99999, 5) // Google's test: 1e-5
	dpNear(t, "q=1 z=2", dpCharged(dpSpend{1, 2, 1}).Delta(1), hockeyStick(1, 2, 1), 1e-7)
	for _, test := range []struct{ q, z, eps, most float64 }{
		{0.01, 0.67379294682, 1, 2.4},
		{0.01, 1, 0.5, 3},
		{0.1, 1, 1, 2},
		{0.1, 2, 0.3, 1.5},
		{0.5, 1, 2, 1.5},
		{0.5, 4, 0.4, 1.3},
		{0.9, 0.8, 5, 1.2},
	} {
		what := fmt.Sprintf("q=%g z=%g ε=%g", test.q, test.z, test.eps)
		delta := hockeyStick(test.q, test.z, test.eps)
		a := dpCharged(dpSpend{test.q, test.z, 1})
		if got := a.Delta(test.eps); !(got >= delta && got <= 1) {
			t.Errorf("%s: got δ = %g, want at least %g", what, got, delta)
		}
		if got := a.Epsilon(delta); !(got >= test.eps && got <= test.most*test.eps) {
			t.Errorf("%s: got ε = %g at δ = %g, want %g to %g times as much", what, got, delta, test.eps, test.most)
		}
	}
}

func BenchmarkRDPCurve(b *testing.B) {
	for b.Loop() {
		newRDPCurve(0.01, 1.1)
	}
}

package privacy

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// renyiByQuadrature is the Rényi divergence of order α of one step between
// neighbours, by its definition. With u = q(e^((2x−1)/(2σ²)) − 1), E[u] = 0,
//
//	A − 1 = E[(1+u)^β − 1 − βu], x ~ N(0, σ²)
//
// where β = α one way and β = 1−α the other. The trapezoidal rule converges
// geometrically, since the integrand is analytic within πσ² of the real line.
func renyiByQuadrature(q, sigma, alpha, beta float64) float64 {
	h, excess := min(1, sigma)/16, 0.0
	for t := -14.0; t <= max(beta/sigma, 0)+14; t += h {
		u := q * math.Expm1((2*sigma*t-1)/(2*sigma*sigma))
		if math.Abs(u) < 0.05 {
			excess += math.Exp(-t*t/2) * binomialRest(beta, u)
		} else {
			excess += math.Exp(beta*math.Log1p(u)-t*t/2) - math.Exp(-t*t/2)*(1+beta*u)
		}
	}
	return math.Log1p(excess*h/math.Sqrt(2*math.Pi)) / (alpha - 1)
}

// binomialRest is (1+u)^β − 1 − βu for small u.
func binomialRest(beta, u float64) float64 {
	rest, term := 0.0, beta*u
	for k := 2.0; k < 60; k++ {
		term *= (beta - k + 1) / k * u
		rest += term
	}
	return rest
}

func TestRenyiByQuadrature(t *testing.T) {
	for _, m := range [][2]float64{{0.01, 2.5}, {0.01, 1.1}, {0.04, 1.5}, {0.1, 1}, {0.2, 0.5}, {0.3, 0.3}, {0.5, 2}, {0.9, 4}, {0.99, 0.7}, {0.001, 0.6}, {1e-4, 20}} {
		q, z := m[0], m[1]
		curve := newRDPCurve(q, z)
		for _, alpha := range []float64{1.1, 1.5, 2, 2.3, 3.9, 5, 8.8, 10, 10.9, 11, 32, 63} {
			if alpha > 37*z {
				continue // A overflows
			}
			i := slices.Index(rdpOrders, alpha)
			if i < 0 {
				t.Fatalf("no order %g in %v", alpha, rdpOrders)
			}
			want := renyiByQuadrature(q, z, alpha, alpha)
			tolerance := 1e-12
			if alpha != math.Trunc(alpha) {
				tolerance = max(tolerance, 2e-15/(alpha-1)/want) // log A itself is rounded
			}
			dpNear(t, fmt.Sprintf("q=%g z=%g α=%g", q, z, alpha), curve[i], want, tolerance)
			if back := renyiByQuadrature(q, z, alpha, 1-alpha); !(back <= want) {
				t.Errorf("q=%g z=%g α=%g: the other direction is %g, want at most %g", q, z, alpha, back, want)
			}
		}
	}
}

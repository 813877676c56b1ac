package privacy

import (
	"fmt"
	"testing"
)

// δ = 1e-5, full participation, by Balle and Wang's formula, an independent
// implementation. The classical σ = √(2 log(1.25/δ))/ε is 4.845 for ε = 1 and
// not valid above.
func TestNoiseForAll(t *testing.T) {
	for _, test := range []struct {
		steps      int
		eps, noise float64
		decimals   int
	}{
		{1, 0.5, 7.031827, 6},
		{1, 1, 3.730632, 6},
		{1, 2, 1.993812, 6},
		{1, 4, 1.081162, 6},
		{1, 8, 0.600229, 6},
		{100, 1, 37.3063, 4},
		{100, 2, 19.9381, 4},
		{100, 4, 10.8116, 4},
		{100, 8, 6.0023, 4},
	} {
		got, err := NoiseFor(1, test.steps, test.eps, 1e-5)
		if err != nil {
			t.Fatal(err)
		}
		dpDigits(t, fmt.Sprintf("T=%d ε=%g", test.steps, test.eps), got, test.noise, test.decimals)
	}
}

// Enough, and a millionth less is not.
func TestNoiseForIsTight(t *testing.T) {
	for _, test := range []struct {
		rate       float64
		steps      int
		eps, delta float64
	}{
		{1, 1, 1e-3, 1e-5},
		{1, 100, 8, 1e-5},
		{1, 5, 300, 1e-9},
		{1, 1, 0.1, 0.3},
		{0.1, 100, 8, 1e-5},
		{0.01, 10000, 1, 1e-6},
		{0.3, 50, 1e-3, 1e-5}, // less than any of the orders can prove
		{0.999, 10, 4, 1e-5},
		{0.001, 1, 50, 1e-5},
	} {
		what := fmt.Sprintf("%+v", test)
		z, err := NoiseFor(test.rate, test.steps, test.eps, test.delta)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got := dpCharged(dpSpend{test.rate, z, test.steps}).Epsilon(test.delta); !(got <= test.eps) {
			t.Errorf("%s: z = %.10g costs ε = %.17g", what, z, got)
		}
		if got := dpCharged(dpSpend{test.rate, z * (1 - 1e-6), test.steps}).Epsilon(test.delta); !(got > test.eps) {
			t.Errorf("%s: a millionth less than z = %.10g costs only ε = %.17g", what, z, got)
		}
	}
	if z, err := NoiseFor(0.5, 0, 1, 1e-5); z != 0 || err != nil {
		t.Errorf("no steps: got %g and %v, want no noise", z, err)
	}
}

func TestNoiseForNoBudget(t *testing.T) {
	for _, budget := range [][2]float64{{0, 1e-5}, {-1, 1e-5}, {1, 0}, {1, 1}, {1, -1}, {1e-200, 1e-300}} {
		if z, err := NoiseFor(0.5, 10, budget[0], budget[1]); err == nil {
			t.Errorf("ε = %g, δ = %g: got z = %g, want an error", budget[0], budget[1], z)
		}
	}
}

func BenchmarkNoiseFor(b *testing.B) {
	for b.Loop() {
		if _, err := NoiseFor(0.1, 100, 8, 1e-5); err != nil {
			b.Fatal(err)
		}
	}
}

package fed

import (
	"math"
	"math/rand/v2"
	"testing"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// balanced is labels 0, 1, … in turn.
func balanced(n, classes int) []int32 {
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % classes)
	}
	return labels
}

// wantMoments wants the mean and the variance of x within five standard errors, which the sample itself tells.
func wantMoments(t *testing.T, what string, x []float64, mean, variance float64) {
	t.Helper()
	n := float64(len(x))
	var first, second, fourth float64
	for _, xi := range x {
		d := xi - mean
		first, second, fourth = first+xi, second+d*d, fourth+d*d*d*d
	}
	first, second, fourth = first/n, second/n, fourth/n
	if tolerance := 5 * math.Sqrt(variance/n); math.Abs(first-mean) > tolerance {
		t.Errorf("%s: got mean %g, want %g ± %g", what, first, mean, tolerance)
	}
	if tolerance := 5 * math.Sqrt((fourth-second*second)/n); math.Abs(second-variance) > tolerance {
		t.Errorf("%s: got variance %g, want %g ± %g", what, second, variance, tolerance)
	}
}

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got := recover(); got != want {
			t.Errorf("got panic %v, want %s", got, want)
		}
	}()
	f()
}

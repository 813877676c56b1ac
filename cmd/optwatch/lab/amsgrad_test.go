package lab

import (
	"math"
	"testing"

	"optwatch/optimizers"
)

// TestReddi compares the walks on the deterministic counterexamples with an
// independent simulation in float64: where x ends and its mean, for Adam and
// AMSGrad with the largest bias-corrected moment.
func TestReddi(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has nothing to find in arithmetic of one goroutine")
	}
	for _, want := range []struct {
		name         string
		adam, ams    float64
		mean, amMean float64
	}{
		{"cycle-3", 1, -0.99942, 0.99923, -0.99885},
		{"spikes", 1, -0.9997, 0.990, -0.9768},
	} {
		for _, e := range counterexamples(false) {
			if e.name != want.name {
				continue
			}
			adam := e.walk(t.Context(), &optimizers.Adam{Beta1: e.beta1, Beta2: e.beta2}, nil)
			ams := e.walk(t.Context(), &optimizers.AMSGrad{Adam: optimizers.Adam{Beta1: e.beta1, Beta2: e.beta2}}, nil)
			for _, v := range []struct {
				what      string
				got, want float64
				digits    float64
			}{
				{"Adam's end", adam.end, want.adam, 5e-4},
				{"Adam's mean", adam.mean, want.mean, 5e-4},
				{"AMSGrad's end", ams.end, want.ams, 5e-5},
				{"AMSGrad's mean", ams.mean, want.amMean, 5e-5},
			} {
				if math.Abs(v.got-v.want) > v.digits {
					t.Errorf("%s: %s is %.6f, want %.6f", e.name, v.what, v.got, v.want)
				}
			}
		}
	}
}

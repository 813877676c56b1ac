package lab

import (
	"context"
	"math"
	"testing"

	"optwatch/train/data"
)

// TestOvertakes finds where a falling line goes below another for good.
func TestOvertakes(t *testing.T) {
	at := []int64{100, 200, 300, 400}
	for _, c := range []struct {
		name       string
		one, other []float64
		want       float64
	}{
		{"between two looks, on the logarithmic scale", []float64{100, 10, 0.1, 0.01}, []float64{1, 1, 1, 1}, 250},
		{"not the first time that it is below", []float64{0.1, 10, 0.1, 0.1}, []float64{1, 1, 1, 1}, 250},
		{"from the first look", []float64{0.1, 0.1, 0.1, 0.1}, []float64{1, 1, 1, 1}, 100},
		{"not at the end", []float64{0.1, 0.1, 0.1, 2}, []float64{1, 1, 1, 1}, math.NaN()},
		{"after it has diverged", []float64{math.Inf(1), 0.1, 0.1, 0.1}, []float64{1, 1, 1, 1}, 200},
	} {
		got := overtakes(c.one, c.other, at)
		if !(math.Abs(got-c.want) < 1e-9 || math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: at %g, want %g", c.name, got, c.want)
		}
	}
}

// TestSVRGFactor compares α with the formula by hand: with μ = 1, L = 10,
// η = 1/40 and m = 1000, 1 − 2Lη is ½, so α = 1/12.5 + 1.
func TestSVRGFactor(t *testing.T) {
	if got, want := svrgFactor(1, 10, 1.0/40, 1000), 1.08; math.Abs(got-want) > 1e-12 {
		t.Errorf("α is %g, want %g", got, want)
	}
	if got := svrgFactor(1, 10, 0.05, 1000); !math.IsInf(got, 1) {
		t.Errorf("α at 2Lη = 1 is %g", got)
	}
	eta, m := svrgLeast(1e-3, 148.06)
	if math.Abs(m-2.36896e6) > 1 {
		t.Errorf("the fewest inner steps are %g, want 16·148.06/1e-3", m)
	}
	if below, above := svrgFactor(1e-3, 148.06, eta, 1.001*m), svrgFactor(1e-3, 148.06, eta, 0.999*m); !(below < 1 && above > 1) {
		t.Errorf("around the fewest inner steps α is %g and %g, want below and above 1", below, above)
	}
	if few, many := leastFactor(1e-3, 148.06, 0.9*m), leastFactor(1e-3, 148.06, 1.1*m); !(few > 1 && many < 1) {
		t.Errorf("the least α over η is %g and %g, want above and below 1", few, many)
	}
}

// TestSoftmaxSmoothness finds MNIST's largest ‖x̃‖², 296.119616, which was
// computed in float64 elsewhere.
func TestSoftmaxSmoothness(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has nothing to find in arithmetic of one goroutine")
	}
	needMNIST(t)
	ds, err := data.Open(context.Background(), data.Options{Name: "mnist"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := softmaxSmoothness(ds.Train.X, 0), 296.119616/2; math.Abs(got-want) > 1e-6 {
		t.Errorf("L is %.7f, want %.7f", got, want)
	}
}

package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestFitScaling recovers S_min and B_crit, from exact steps and from steps
// that are off by ten percent either way.
func TestFitScaling(t *testing.T) {
	batches := []float64{4, 16, 64, 256, 1024, 4096}
	law := scaling{least: 200, critical: 300}
	for _, off := range []float64{0, 0.1} {
		steps := make([]float64, len(batches))
		for i, b := range batches {
			steps[i] = law.steps(b) * (1 + off*float64(1-2*(i%2)))
		}
		got := fitScaling(batches, steps)
		if within := 1e-4 + 2*off; math.Abs(got.least/law.least-1) > within || math.Abs(got.critical/law.critical-1) > within {
			t.Errorf("off by %g: %+v, want %+v", off, got, law)
		}
	}
}

// TestCrossing interpolates between looks on logarithmic scales: f − f* = 1/steps.
func TestCrossing(t *testing.T) {
	if got := crossing(look{100, 0.01}, look{400, 0.0025}, 0.005); math.Abs(got-200) > 1e-9 {
		t.Errorf("crossed at %g, want 200", got)
	}
	if got := crossing(look{}, look{50, 0.001}, 0.005); got != 50 {
		t.Errorf("at the first look: %g, want 50", got)
	}
}

// TestWinner checks that the median seed decides, and that late seeds count as last.
func TestWinner(t *testing.T) {
	inf := math.Inf(1)
	r := race{}
	lanes := []*lane{{steps: []float64{10, inf, inf}}, {steps: []float64{90, inf, 80}}, {steps: []float64{85, 100, 95}}}
	if got := r.winner(lanes); got != 1 {
		t.Errorf("the winner is %d, want 1", got)
	}
	if got := r.winner(lanes[:1]); got != -1 {
		t.Errorf("with one seed of three there the winner is %d", got)
	}
}

// TestScalesOf averages by hand: at two places ‖∇f‖² is 1 and ½ and B_simple 100
// and 400, and f falls from 2 to 1 and on to the target ½, where on the way to a
// third place both are as at the second.
func TestScalesOf(t *testing.T) {
	at := func(gap, square, simple float64) place {
		return place{gap: gap, gradients: gradients{trace: simple * square, square: square}}
	}
	got := scalesOf([]place{at(2, 1, 100), at(1, 0.5, 400), at(0.25, 0.5, 400)}, 0.5)
	// ∫ df/‖∇f‖² is 1·(1 + 2)/2 + ½·2, ∫ B_simple·df/‖∇f‖² 1·(100 + 800)/2 + ½·800.
	if want := (450.0 + 400) / 2.5; math.Abs(got.critical-want) > 1e-9 || len(got.values) != 2 {
		t.Errorf("%+v, want %g", got, want)
	}
}

// TestConstantRates: where G(τ) = 1/τ and tr Σ is 10 all along, the steps to ε with a
// rate η are 1/(η(ε − ηt)) with t = tr Σ/(4B). They are fewest at η = ε/(2t), or at
// the largest rate if that is smaller. The noise of the run itself is taken off.
func TestConstantRates(t *testing.T) {
	const target, largest = 0.02, 1.0
	var path []place
	for time := 0.0; time < 2000; time = max(1, 1.3*time) {
		pl := place{time: time, noise: 0.01, gap: 1/max(time, 0.5) + 0.01, gradients: gradients{trace: 10, square: 1}}
		path = append(path, pl)
	}
	path = append(path, place{gap: 1e-6, gradients: gradients{trace: 10, square: 1}}) // of another run: it has no time
	batches := []int{1, 16, 256, 4096}
	for i, got := range constantRates(path, target, batches, largest) {
		noise := 10.0 / 4 / float64(batches[i])
		lr := min(largest, target/2/noise)
		if want := 1 / (lr * (target - lr*noise)); math.Abs(got/want-1) > 0.002 {
			t.Errorf("B = %d: %g steps, want %g", batches[i], got, want)
		}
	}
	some, steps := arriving([]float64{1, 2}, []float64{math.Inf(1), 7})
	if len(some) != 1 || some[0] != 2 || steps[0] != 7 {
		t.Errorf("%v in %v", some, steps)
	}
}

// TestCoarse: with a grid of factor 4 the nearest rate is half the best or twice
// it, where a quadratic takes 4/3 of the steps, or never arrives.
func TestCoarse(t *testing.T) {
	if got, want := (race{lrs: []float64{1, 2}}).coarse(), -math.Log(math.Sqrt2*(2-math.Sqrt2)); math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
	if got := (race{lrs: []float64{1}}).coarse(); got != 0 {
		t.Errorf("of one rate: %g", got)
	}
}

// TestRaceVerdicts plants outcomes of three seeds: the law itself holds, steps
// that do not fall with B or never stop falling are refuted, steps that scatter
// resolve nothing, and so does a single seed. For constant rates of at most 1 theory
// predicts a B_crit of about η·tr Σ/ε = 500 where G(τ) = 1/τ.
func TestRaceVerdicts(t *testing.T) {
	at := func(time, square, simple float64) place {
		return place{time: time, gap: 1 / time, gradients: gradients{trace: simple * square, square: square}}
	}
	path := []place{at(0.5, 0.1, 100), at(10, 0.01, 1000), at(100, 0.005, 2000), at(1000, 0.001, 10000)}
	law, near := scaling{200, 500}.steps, []float64{0.99, 1, 1.01}
	holds, refuted, open := study.Holds, study.Refuted, study.Unresolved
	for _, c := range []struct {
		name  string
		steps func(b float64) float64
		seeds []float64 // their steps as a multiple
		want  [3]study.Verdict
	}{
		{"the law", law, near, [3]study.Verdict{holds, holds, holds}},
		{"no gain", func(float64) float64 { return 500 }, near, [3]study.Verdict{refuted, holds, refuted}},
		{"endless gain", func(b float64) float64 { return 1e6 / b }, near, [3]study.Verdict{holds, refuted, refuted}},
		{"scattered", law, []float64{0.3, 1, 3}, [3]study.Verdict{open, open, holds}},
		{"a single seed", law, []float64{1}, [3]study.Verdict{open, open, open}},
		{"a tenth of the critical batch", scaling{200, 50}.steps, near, [3]study.Verdict{open, holds, refuted}},
	} {
		var arrivals []arrival
		batches := []int{4, 16, 64, 256, 1024, 4096}
		for _, b := range batches {
			a := arrival{batch: b, lr: 1}
			for _, times := range c.seeds {
				a.steps = append(a.steps, times*c.steps(float64(b)))
			}
			arrivals = append(arrivals, a)
		}
		p := page()
		race{batches: batches, target: 0.02, lrs: []float64{1, math.Sqrt2}, runners: len(c.seeds)}.judge(p, arrivals, path)
		for i, claim := range p.Study().Claims {
			if claim.Verdict != c.want[i] {
				t.Errorf("%s: %s: predicted %s, measured %s: %s", c.name, claim.Text, claim.Predicted, claim.Measured, claim.Verdict)
			}
		}
	}
}

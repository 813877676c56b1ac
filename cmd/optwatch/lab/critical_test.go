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

// TestRaceVerdicts plants outcomes: the law itself passes, steps that do not
// fall with B or never stop falling do not.
func TestRaceVerdicts(t *testing.T) {
	path := []place{{gap: 2, gradients: gradients{trace: 100, square: 1}}, {gap: 0.1, gradients: gradients{trace: 100, square: 0.1}}, {gap: 1e-3, gradients: gradients{trace: 1, square: 1e-9}}}
	for _, c := range []struct {
		name  string
		steps func(b float64) float64
		want  [3]study.Verdict
	}{
		{"the law", scaling{200, 300}.steps, [3]study.Verdict{study.Holds, study.Holds, study.Holds}},
		{"no gain", func(float64) float64 { return 500 }, [3]study.Verdict{study.Fails, study.Holds, study.Fails}},
		{"endless gain", func(b float64) float64 { return 1e6 / b }, [3]study.Verdict{study.Holds, study.Fails, study.Fails}},
	} {
		var arrivals []arrival
		for _, b := range []int{4, 16, 64, 256, 1024, 4096} {
			arrivals = append(arrivals, arrival{batch: b, steps: []float64{c.steps(float64(b))}})
		}
		p := page()
		race{target: 0.02}.judge(p, arrivals, path)
		for i, claim := range p.Study().Claims {
			if claim.Verdict != c.want[i] {
				t.Errorf("%s: %s: %s %s", c.name, claim.Text, claim.Measured, claim.Verdict)
			}
		}
	}
}

package journal

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"optwatch/train/diagnosis"
	"optwatch/train/view"
)

// number is one in a text, with its sign and its exponent.
var number = regexp.MustCompile(`(?:^|[ (])([-+]?[0-9][0-9.]*(?:e[-+]?[0-9]+)?)`)

// sound is a view of a run that nothing is wrong with.
func sound() view.Diagnosis {
	sure := func(v float64) view.Estimate {
		return view.Estimate{Value: v, Low: v / 1.1, High: v * 1.1, Resolved: true}
	}
	return view.Diagnosis{
		Noise:     &view.Noise{GradNorm: sure(1), Trace: sure(8), Simple: sure(80), Batch: 64, Times: 0.8, Floor: 6e-3},
		Curvature: &view.Curvature{L: sure(4), LR: 0.1, Rule: "sgd", Law: "2/L", Limit: 0.5, Times: 0.2, Share: 1},
		Plateau:   view.Plateau{Falling: 1, Slope: -0.01, Error: 1e-4, Loss: 0.4, Start: 2.3, Passes: 12},
	}
}

// Whatever is advised, each number in it is explained, and nothing else is.
func TestEveryNumberOfAdviceIsExplained(t *testing.T) {
	flat := func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 0.5, 0, 1e-6 }
	lost := func(v *view.Diagnosis) { flat(v); v.Noise.GradNorm.Low = 0 }                                   // the gradient, in the noise
	level := func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 0.5, 0, 0.01 } // as far as can be seen
	gap := func(v *view.Diagnosis, mean float64) {
		flat(v)
		v.Plateau.Gap = &view.Gap{Mean: mean, Falling: 0.5, Error: 1e-4}
	}
	federated := func(v *view.Diagnosis) {
		v.Noise, v.Curvature = nil, nil
		v.Clients = &view.Agreement{Round: 3, Count: 10, Agreement: -0.11, Alignment: 0.3, Lowest: -0.2, Local: 0.021, Global: 0.354}
	}
	said := map[string]bool{}
	for _, test := range []struct {
		name   string
		change func(*view.Diagnosis)
		want   int // numbers and laws that are explained
	}{
		{"rises", func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope = 0, 0.02 }, 2},
		{"rises above the limit", func(v *view.Diagnosis) {
			v.Plateau.Falling, v.Plateau.Slope, v.Curvature.Times = 0, 0.02, 1.3
		}, 5},
		{"unstable", func(v *view.Diagnosis) { level(v); v.Curvature.Times = 123 }, 3},
		{"stale", func(v *view.Diagnosis) {
			v.Variance = &view.Variance{SGD: 1, Own: 2, Ratio: view.Estimate{Value: 2, Low: 1.5, High: 3, Resolved: true}}
			v.Snapshot = &view.SnapshotAge{Age: 900, Every: 1000, Passes: 2}
		}, 2},
		{"disagree", federated, 3},
		{"batch", func(v *view.Diagnosis) { v.Noise.Batch, v.Noise.Times = 1024, 13 }, 3},
		{"batch, roughly", func(v *view.Diagnosis) { v.Noise.Batch, v.Noise.Times, v.Noise.Simple.Resolved = 4096, 50, false }, 3},
		{"flat", func(v *view.Diagnosis) { flat(v); v.Noise.Floor = math.NaN(); v.Curvature.L.Resolved = false }, 1},
		{"flat, expected", lost, 2},
		{"creeps", func(v *view.Diagnosis) { lost(v); v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 1, -1e-6, 1e-9 }, 3},
		{"a small step", func(v *view.Diagnosis) { flat(v); v.Curvature.Times = 0.005 }, 4},
		{"above where it began", func(v *view.Diagnosis) { flat(v); v.Plateau.Loss = 5 }, 3},
		{"in the middle of a schedule", func(v *view.Diagnosis) { lost(v); v.Curvature.Share = 0.7 }, 2},
		{"a schedule", func(v *view.Diagnosis) { flat(v); v.Curvature.Share = 0.1 }, 2},
		{"converged", func(v *view.Diagnosis) { gap(v, 1e-12) }, 3},
		{"far above its floor", func(v *view.Diagnosis) { gap(v, 0.3); v.Curvature.Times = 0.7 }, 4},
		{"far above its floor with a small step", func(v *view.Diagnosis) { gap(v, 0.3) }, 6},
		{"at its floor", func(v *view.Diagnosis) { gap(v, 0.006) }, 4},
	} {
		v := sound()
		test.change(&v)
		w := diagnosis.Watch{}
		for range 2 {
			w.Update(&v)
		}
		text := v.Advice.Text
		if text == "" || said[text] {
			t.Errorf("%s: advised %q", test.name, text)
		}
		said[text] = true
		all := terms(text)
		if len(all) != test.want {
			t.Errorf("%s: %d terms of %q, want %d: %v", test.name, len(all), text, test.want, all)
		}
		values := ""
		for _, q := range all {
			values += " " + q.value
		}
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(values+" ", " "+m[1]+" ") && m[1] != "2" {
				t.Errorf("%s: %s is not explained in %q: %v", test.name, m[1], text, all)
			}
		}
	}
	if got := terms("the loss falls again"); len(got) != 0 {
		t.Errorf("terms %v of nothing", got)
	}
}

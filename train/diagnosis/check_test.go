package diagnosis

import (
	"math"
	"strings"
	"testing"

	"optwatch/train/view"
)

// well is a view of a run with which nothing is wrong.
func well() view.Diagnosis {
	sure := func(v float64) view.Estimate {
		return view.Estimate{Value: v, Low: 0.9 * v, High: 1.1 * v, Resolved: true}
	}
	return view.Diagnosis{
		Noise:     &view.Noise{GradNorm: sure(0.5), Trace: sure(20), Simple: sure(80), Batch: 64, Times: 0.8, Floor: 0.01},
		Curvature: &view.Curvature{L: sure(4), LR: 0.1, Law: "2/L", Limit: 0.5, Times: 0.2, Share: 1},
		Variance:  &view.Variance{SGD: 20, Own: 2, Ratio: sure(0.1)},
		Snapshot:  &view.SnapshotAge{Age: 100, Every: 1000, Passes: 0.1},
		Clients:   &view.Agreement{Count: 10, Agreement: 0.4, Alignment: 0.7, Local: 0.4, Global: 0.5},
		Plateau:   view.Plateau{Falling: 0.999, Slope: -0.01, Error: 0.001, Loss: 0.4, Start: 2.3, Passes: 5, Points: 6},
	}
}

// level lets the loss fall no more, as far as can be seen, but leaves room for it to.
func level(v *view.Diagnosis) {
	v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 0.6, -0.001, 0.01
}

// unknownView is a view of which nothing is known, of a method without a snapshot.
func unknownView() view.Diagnosis {
	nan := math.NaN()
	return view.Diagnosis{
		Noise:     &view.Noise{GradNorm: view.UnknownEstimate(), Trace: view.UnknownEstimate(), Simple: view.UnknownEstimate(), Times: nan, Floor: nan},
		Curvature: &view.Curvature{L: view.UnknownEstimate(), Limit: nan, Times: nan, Share: nan}, UpdateRatio: nan, Floored: nan,
		Plateau: view.UnknownPlateau(),
	}
}

// Each fault gets its line, on the second probe that sees it and not the
// first; where its estimate is noise it gets none.
func TestChecks(t *testing.T) {
	for _, c := range []struct {
		condition view.Condition
		fault     func(v *view.Diagnosis)
		line      string
		noise     func(v *view.Diagnosis) // nil where there is no estimate to be noise
	}{
		{
			view.Unstable, func(v *view.Diagnosis) { level(v); v.Curvature.LR, v.Curvature.Times = 0.65, 1.3 },
			"lr is 1.3 × the stability limit 2/L = 0.5 here: expect oscillation; try below it",
			func(v *view.Diagnosis) { v.Curvature.L.Resolved = false },
		},
		{
			view.BatchTooLarge, func(v *view.Diagnosis) { v.Noise.Batch, v.Noise.Times = 2400, 30 },
			"batch 2400 is 30 × B_simple = 80 here: a smaller batch may get as far with fewer evaluations",
			func(v *view.Diagnosis) { v.Noise.Simple.High = 400 },
		},
		{
			view.StaleSnapshot, func(v *view.Diagnosis) {
				v.Variance.Ratio, v.Snapshot.Passes = view.Estimate{Value: 5.8, Low: 4, High: 7, Resolved: true}, 3.2
			},
			"the snapshot is 3.2 passes old, and corrected with it a gradient has 5.8 × the variance of a plain one: a smaller m may help",
			func(v *view.Diagnosis) { v.Variance.Ratio.Low = 0.5 },
		},
		{
			view.ClientsDisagree, func(v *view.Diagnosis) { v.Clients.Agreement, v.Clients.Local = -0.08, 0.03 },
			"clients go different ways (mean cosine -0.08) and fit their own examples to 0.03 where the model has 0.5: fewer local epochs, or FedProx, may help",
			func(v *view.Diagnosis) { v.Clients.Local = 0.45 },
		},
		{
			view.Plateaued, func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 0.6, -1e-5, 2e-4 },
			"the loss has not visibly fallen in 5 passes: with this lr and batch it is expected to stall about 1e-2 above f*, and lower with a smaller lr; if it is still far above that, a larger lr would tell",
			func(v *view.Diagnosis) { v.Plateau.Error = 0.01 },
		},
		{
			view.Diverging, func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope = 1e-4, 0.1 },
			"the loss has risen by 0.5 in 5 passes: a smaller lr may help",
			func(v *view.Diagnosis) { v.Plateau.Falling = 0.2 },
		},
	} {
		faulty := well()
		c.fault(&faulty)
		var w Watch
		if began, _ := w.Update(&faulty); began != nil || faulty.Advice.Text != "" {
			t.Errorf("%s: one probe is enough to say %q", c.condition, faulty.Advice.Text)
		}
		began, _ := w.Update(&faulty)
		if len(began) != 1 || began[0].Condition != c.condition || faulty.Advice.Text != c.line || began[0].Text != c.line {
			t.Errorf("%s: began %v, advice\n %q, want\n %q", c.condition, began, faulty.Advice.Text, c.line)
		}
		for i := range 2 {
			again := well()
			_, ended := w.Update(&again)
			if over := len(ended) == 1 && again.Active == nil; over != (i == 1) {
				t.Errorf("%s: %d healthy probes later, ended %v, active %v", c.condition, i+1, ended, again.Active)
			}
		}
		w = Watch{}
		for range 2 {
			again := faulty
			w.Update(&again)
		}
		unknown := unknownView() // of another method, or since a setting is another
		if _, ended := w.Update(&unknown); ended != nil || unknown.Active != nil || unknown.Advice.Text != "" {
			t.Errorf("%s: nothing is known of it any more, and yet it is said %v, %q", c.condition, ended, unknown.Advice.Text)
		}
		w = Watch{}
		for range 3 {
			unsure := well()
			c.fault(&unsure)
			c.noise(&unsure)
			if w.Update(&unsure); unsure.Active != nil {
				t.Errorf("%s: there is advice on a noisy estimate: %q", c.condition, unsure.Advice.Text)
			}
		}
	}
}

// The most pressing of several faults has the line, and a view of which
// nothing is known has none.
func TestAdviceOfMany(t *testing.T) {
	var w Watch
	v := well()
	for range 2 {
		v = well()
		level(&v)
		v.Curvature.Times, v.Variance.Ratio.Low, v.Variance.Ratio.Value, v.Snapshot.Passes = 2, 4, 5, 3
		w.Update(&v)
	}
	if len(v.Active) != 2 || v.Advice.Condition != view.Unstable {
		t.Errorf("active are %v, advice is about %s", v.Active, v.Advice.Condition)
	}
	unknown, nan := unknownView(), math.NaN()
	unknown.Clients = &view.Agreement{Agreement: nan, Alignment: nan, Local: nan, Global: nan}
	w = Watch{}
	for range 3 {
		if w.Update(&unknown); unknown.Active != nil {
			t.Errorf("nothing is known, and yet %q", unknown.Advice.Text)
		}
	}
}

// A run that has diverged is told why, where the curvature says so.
func TestDiverged(t *testing.T) {
	v := well()
	var w Watch
	w.Diverged(&v)
	if v.Advice.Text != "it diverged: a smaller lr may help" {
		t.Errorf("got %q", v.Advice.Text)
	}
	v.Curvature.Times = 12
	if w.Diverged(&v); !strings.Contains(v.Advice.Text, "lr is 12 × the stability limit 2/L = 0.5 at the start") {
		t.Errorf("got %q", v.Advice.Text)
	}
}

// A factor beyond reading does not fill the screen with its digits.
func TestTimesIsShort(t *testing.T) {
	for x, want := range map[float64]string{0.123: "0.12", 99: "99", 123: "123", 999_999: "999999", 1.59e308: "1.6e+308"} {
		if got := times(x); got != want {
			t.Errorf("%g: got %s, want %s", x, got, want)
		}
	}
}

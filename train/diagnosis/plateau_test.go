package diagnosis

import (
	"math"
	"strings"
	"testing"

	"optwatch/train/view"
)

// flat is a view of a run whose loss no longer changes, with f − f* at gap and
// its noise expected to hold it at floor, and lr at some times the limit.
func flat(gap, floor, times float64) view.Diagnosis {
	v := well()
	v.Variance, v.Snapshot, v.Clients = nil, nil, nil
	v.Plateau.Slope, v.Plateau.Error, v.Plateau.Falling = -1e-6, 1e-6, 0.8
	v.Plateau.Gap = &view.Gap{Mean: gap, Falling: 0.8, Slope: -1e-4, Error: 1e-4}
	v.Noise.Floor, v.Curvature.Times = floor, times
	return v
}

// full is a flat view of a run with full gradients, of which f* is not known.
func full(times float64) view.Diagnosis {
	v := flat(0, math.NaN(), times)
	v.Plateau.Gap, v.Noise.Batch, v.Noise.Times = nil, 0, math.NaN()
	return v
}

// The reason that is given is never one that f − f* contradicts.
func TestReasonsOfPlateau(t *testing.T) {
	tests := []struct {
		name   string
		v      view.Diagnosis
		change func(v *view.Diagnosis)
		want   string
	}{
		{"lr far too small", flat(2, 3e-7, 2e-6), nil, "f − f* has stayed at about 2.0 for 5 passes: lr is 2e-6 × the stability limit 2/L = 0.5: a larger lr may help"},
		{"held up by noise", flat(0.02, 0.01, 0.2), nil, "expected to stall about 1e-2 above f*, and lower with a smaller lr"},
		{"badly conditioned", flat(0.5, 0.01, 0.9), nil, "its noise would let it come to about 1e-2, its lr hardly gets there: columns of like scale"},
		{"converged", flat(4e-12, 1e-12, 0.2), nil, "it has converged"},
		{"at the end of a schedule", flat(1e-3, 1e-9, 1e-6), func(v *view.Diagnosis) { v.Curvature.Share = 0.01 }, "its schedule has lr at 0.01 × its full value"},
		{"in the middle of a schedule", flat(0.02, 0.01, 0.2), func(v *view.Diagnosis) { v.Curvature.Share = 0.95 }, "with this batch and the lr that its schedule has now it is expected to stall about 1e-2 above f*"},
		{"svrg", flat(3.2e-2, 0, 0.9), func(v *view.Diagnosis) { v.Noise, v.Variance = nil, &view.Variance{} }, "it has not converged: another lr may help"},
		{"adam", flat(3.2e-2, 0, 0), func(v *view.Diagnosis) { v.Noise.Trace.Resolved, v.Curvature = false, nil }, "a smaller and a larger lr would tell which"},
		{"a federation", flat(3.2e-2, 0, 0), func(v *view.Diagnosis) {
			v.Noise, v.Curvature, v.Clients = nil, nil, &view.Agreement{Agreement: 0.4, Local: 0.2, Global: 0.5}
		}, "fewer local epochs or a smaller lr would tell"},
		{"a federation with steps that are too small", flat(3.2e-2, 0, 0), func(v *view.Diagnosis) {
			v.Noise, v.Curvature, v.Clients = nil, nil, &view.Agreement{Agreement: 0.4, Local: 0.49, Global: 0.5}
		}, "a smaller and a larger lr would tell which"},
		{"above where it began", flat(46, 0.01, 0.25), func(v *view.Diagnosis) { v.Plateau.Loss = 48 }, "the loss has been about 48 for 5 passes: it began with 2.3: a smaller lr may help"},
		{"above where it began, f* being certified", flat(46, math.NaN(), 0.25), func(v *view.Diagnosis) {
			v.Plateau.Loss, v.Plateau.Gap, v.Plateau.Searching = 48, nil, true
		}, "the loss has been about 48 for 5 passes: it began with 2.3: a smaller lr may help"},
		{"thrown about above where it began", flat(46, 0.01, 0.25), func(v *view.Diagnosis) {
			v.Plateau.Loss, v.Plateau.Gap.Error, v.Curvature.L.Resolved = 48, 0.5, false
		}, "the loss has been about 48 for 5 passes: it began with 2.3: a smaller lr may help"},
		{"above the limit", flat(0.5, 0.01, 1.1), nil, "lr is 1.1 × the stability limit 2/L = 0.5: a smaller lr may help"},
		{"limit not known", flat(0.5, 0.01, 1e-6), func(v *view.Diagnosis) { v.Curvature.L.Resolved = false }, "a smaller and a larger lr would tell which"},
		{"no f*, adam, lr far too small", flat(0, math.NaN(), math.NaN()), func(v *view.Diagnosis) { v.Plateau.Gap = nil }, "a smaller and a larger lr would tell which"},
		{"no f*, full gradients, lr far too small", full(1e-6), nil, "lr is 1e-6 × the stability limit 2/L = 0.5: a larger lr may help"},
		{"no f*, full gradients, limit not known", full(1e-6), func(v *view.Diagnosis) { v.Curvature.L.Resolved = false }, "it has not converged: another lr may help"},
		{"no f*, full gradients, lost in the noise", full(0.3), func(v *view.Diagnosis) { v.Noise.GradNorm.Low = 0 }, "it may have converged, or come on too slowly to be seen: a larger lr would tell"},
		{"no f*, full gradients, about the limit, lost in the noise", full(0.97), func(v *view.Diagnosis) { v.Noise.GradNorm.Low = 0 }, "or its lr does not suit: a smaller and a larger lr would tell which"},
		{"no f*, a gradient that may be chance", full(0.02), func(v *view.Diagnosis) { v.Noise.GradNorm.Low = 0.1 }, "it has not converged: another lr may help"},
		{"no f*, stale snapshot", full(0.02), func(v *view.Diagnosis) {
			v.Noise.Batch, v.Variance = 1, &view.Variance{SGD: 20, Own: 30, Ratio: view.Estimate{Value: 1.5, Low: 1.2, High: 1.8, Resolved: true}}
			v.Noise.GradNorm.Low = 0
		}, "it has not converged: another lr may help"},
		{"no f*, stale snapshot, lr small, gradient seen", full(0.02), func(v *view.Diagnosis) {
			v.Noise.Batch, v.Variance = 1, &view.Variance{SGD: 20, Own: 30, Ratio: view.Estimate{Value: 1.5, Low: 1.2, High: 1.8, Resolved: true}}
		}, "it has not converged: another lr may help"},
		{"no f*, at the floor of a tiny lr", flat(0, 1e-4, 2e-3), func(v *view.Diagnosis) { v.Plateau.Gap, v.Noise.GradNorm.Low = nil, 0 }, "and lower with a smaller lr; if it is still far above that"},
		{"no f*, lr far too small", flat(0, 3e-7, 2e-6), func(v *view.Diagnosis) { v.Plateau.Gap = nil }, "the loss has not visibly fallen in 5 passes: lr is 2e-6 × the stability limit"},
		{"no f*", flat(0, 0.01, 0.2), func(v *view.Diagnosis) { v.Plateau.Gap = nil }, "expected to stall about 1e-2 above f*, and lower with a smaller lr"},
	}
	for _, test := range tests {
		v := test.v
		if test.change != nil {
			test.change(&v)
		}
		var w Watch
		w.Update(&v)
		if w.Update(&v); v.Advice.Condition != view.Plateaued || !strings.Contains(v.Advice.Text, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, v.Advice.Text, test.want)
		}
		if gap := v.Plateau.Gap; gap != nil && gap.Mean > atRest && strings.Contains(v.Advice.Text, "converged") && !strings.Contains(v.Advice.Text, "not converged") {
			t.Errorf("%s: f − f* is %g, and yet %q", test.name, gap.Mean, v.Advice.Text)
		}
	}
}

// A loss that stays is no plateau where f − f* still falls like a power, and
// nothing is said while f* is being certified.
func TestNoPlateauOnTheWay(t *testing.T) {
	falling := flat(1e-6, 1e-9, 0.2)
	falling.Plateau.Gap = &view.Gap{Mean: 1e-6, Falling: 1, Slope: -0.4, Error: 0.01}
	searching := flat(1e-6, 1e-9, 0.2)
	searching.Plateau.Gap, searching.Plateau.Searching, searching.Noise.Trace.Resolved = nil, true, false
	noisy := flat(1e-3, 1e-3, 0.2) // may still fall by half
	noisy.Plateau.Gap.Error = 0.05
	back := flat(46, 0.01, 0.2) // above where it began, and coming down
	back.Plateau.Loss, back.Plateau.Gap.Falling, back.Plateau.Gap.Slope, back.Plateau.Gap.Error = 48, 0.95, -0.5, 0.3
	for name, v := range map[string]view.Diagnosis{"falling": falling, "searching": searching, "noisy": noisy, "coming back": back} {
		var w Watch
		for range 4 {
			again := v
			if w.Update(&again); again.Active != nil {
				t.Errorf("%s: got %q", name, again.Advice.Text)
			}
		}
	}
}

// What wavers, whatever it is, is told of a few times and not for ever.
func TestWaveringIsNotToldForEver(t *testing.T) {
	faults := map[view.Condition]func(v *view.Diagnosis){
		view.Unstable:        func(v *view.Diagnosis) { level(v); v.Curvature.Times = 1.3 },
		view.BatchTooLarge:   func(v *view.Diagnosis) { v.Noise.Batch, v.Noise.Times = 2400, 30 },
		view.StaleSnapshot:   func(v *view.Diagnosis) { v.Variance.Ratio.Value, v.Variance.Ratio.Low, v.Snapshot.Passes = 5, 4, 3 },
		view.ClientsDisagree: func(v *view.Diagnosis) { v.Clients.Agreement, v.Clients.Local = -0.08, 0.03 },
		view.Diverging:       func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope = 1e-4, 0.1 },
		view.Plateaued:       func(v *view.Diagnosis) { v.Plateau.Falling, v.Plateau.Slope, v.Plateau.Error = 0.6, -1e-5, 2e-4 },
	}
	const probes = 10_000
	for condition, fault := range faults {
		for _, every := range []int{2, 3, 7, 50} {
			var w Watch
			told := 0
			for i := range probes {
				v := well()
				if i/every%2 == 1 {
					fault(&v)
				}
				began, ended := w.Update(&v)
				told += len(began) + len(ended)
			}
			if told == 0 || told > 14 {
				t.Errorf("%s, every %d probes: told %d times in %d probes, want some and at most 14", condition, every, told, probes)
			}
		}
	}
}

// A batch is not what is wrong with a run that does not come nearer.
func TestBatchIsLeftAloneWhereNothingFalls(t *testing.T) {
	for name, change := range map[string]func(v *view.Diagnosis){
		"nothing falls":                 level,
		"it is worse than at the start": func(v *view.Diagnosis) { v.Plateau.Loss = 46 },
	} {
		var w Watch
		for range 4 {
			v := well()
			v.Noise.Batch, v.Noise.Times = 2400, 30
			change(&v)
			if w.Update(&v); v.Active != nil {
				t.Errorf("%s, and yet %q", name, v.Advice.Text)
			}
		}
	}
}

// A step above the limit is left alone while the run comes nearer, and before it
// is seen whether it does.
func TestUnstableIsSilentWhereItFalls(t *testing.T) {
	for name, change := range map[string]func(v *view.Diagnosis){
		"the loss falls": func(*view.Diagnosis) {},
		"f − f* falls": func(v *view.Diagnosis) {
			level(v)
			v.Plateau.Gap = &view.Gap{Mean: 0.1, Falling: 0.99, Slope: -0.5, Error: 0.1}
		},
		"nothing is seen of it yet": func(v *view.Diagnosis) { v.Plateau = view.UnknownPlateau() },
	} {
		var w Watch
		for range 4 {
			v := well()
			v.Curvature.Times = 1.9
			change(&v)
			if w.Update(&v); v.Active != nil {
				t.Errorf("%s, and yet %q", name, v.Advice.Text)
			}
		}
	}
}

// A step that wavers about the limit is neither above nor below it in turns.
func TestUnstableHasHysteresis(t *testing.T) {
	var w Watch
	told := 0
	for i := range 100 {
		v := well()
		level(&v)
		v.Curvature.Times = []float64{1.2, 1.2, 0.95, 0.95, 0.9, 0.9}[i%6]
		v.Curvature.L.Resolved = i%7 != 0
		began, ended := w.Update(&v)
		told += len(began) + len(ended)
		if v.Curvature.Times < 1 && strings.Contains(v.Advice.Text, "× the stability limit") {
			t.Errorf("below the limit, and yet %q", v.Advice.Text)
		}
	}
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
	w.Afresh()
	for range 2 {
		v := well()
		w.Update(&v)
	}
	if w.Active[view.Unstable] {
		t.Error("it has ended, and is still said to be unstable")
	}
}

// A long plateau is told in whole passes, without an exponent.
func TestPassesHaveNoExponent(t *testing.T) {
	for n, want := range map[float64]string{0.28: "0.28 passes", 60: "60 passes", 999.4: "999 passes", 1124.2: "1124 passes", 52_000: "52000 passes"} {
		if got := passes(n); got != want {
			t.Errorf("%g: got %q, want %q", n, got, want)
		}
	}
}

// A plateau is over where the run is seen to come nearer by something, and not where a
// line through what wavers slopes down for a while.
func TestPlateauEndsWithAFall(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(v *view.Diagnosis)
		over   bool
	}{
		{"f − f* wavers", func(v *view.Diagnosis) { v.Plateau.Gap.Falling, v.Plateau.Gap.Slope = 0.999, -0.01 }, false},
		{"f − f* may fall by more or less", func(v *view.Diagnosis) { v.Plateau.Gap.Slope, v.Plateau.Gap.Error = -0.01, 0.3 }, false},
		{"f − f* falls by a half", func(v *view.Diagnosis) { v.Plateau.Gap.Falling, v.Plateau.Gap.Slope = 0.999, -0.06 }, true},
		{"the loss wavers", func(v *view.Diagnosis) { v.Plateau.Gap, v.Plateau.Falling, v.Plateau.Slope = nil, 0.999, -5e-4 }, false},
		{"the loss falls by a tenth", func(v *view.Diagnosis) { v.Plateau.Gap, v.Plateau.Falling, v.Plateau.Slope = nil, 0.999, -8e-3 }, true},
		{"above the start, the loss wavers", func(v *view.Diagnosis) {
			v.Plateau.Gap, v.Plateau.Loss, v.Plateau.Falling, v.Plateau.Slope = nil, 3.1, 0.999, -0.06
		}, false},
		{"above the start, the loss comes down", func(v *view.Diagnosis) {
			v.Plateau.Gap, v.Plateau.Loss, v.Plateau.Falling, v.Plateau.Slope = nil, 3.1, 0.999, -0.3
		}, true},
	} {
		var w Watch
		for range 2 {
			v := flat(0.02, 0.01, 0.2)
			w.Update(&v)
		}
		for range 2 {
			v := flat(0.02, 0.01, 0.2)
			c.change(&v)
			w.Update(&v)
		}
		if over := !w.Active[view.Plateaued]; over != c.over {
			t.Errorf("%s: it is over: %v, want %v", c.name, over, c.over)
		}
	}
}

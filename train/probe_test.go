package train

import (
	"math"
	"reflect"
	"testing"
	"time"

	"optwatch/train/view"
)

// probed are methods of all kinds that probes look at.
var probed = []string{
	"sgd:batch=64", "sgd:batch=1,lr=0.02", "adam:batch=32", "momentum:batch=16", "amsgrad:batch=64,warm=1,warm_batch=32",
	"svrg:batch=1", "svrg:batch=2,option=2,m=300", "svrg:batch=1,stored=1", "sarah:batch=1", "sarah-plus:batch=2", "saga:batch=1", "full", "adamw:batch=64",
}

// With a diagnosis or without, a run takes the same steps and its curve has the
// same numbers, to the bit; and the probe takes no more evaluations than it may.
func TestProbesChangeNoBit(t *testing.T) {
	for _, c := range []struct {
		model   string
		recipes []string
		n       int
		passes  float64
	}{
		{"softmax", probed, 1500, 60},
		{"net", []string{"sgd:batch=16", "svrg:batch=8,m=20"}, 200, 230},
	} {
		with := config(c.n, c.recipes...)
		with.Model, with.Budget = c.model, Limits{Passes: c.passes}
		without := with
		without.Unprobed = true
		a, b := finished(t, with), finished(t, without)
		for i, r := range a.Runs {
			plain := b.Runs[i]
			if r.ThetaSHA256 != plain.ThetaSHA256 || r.Step != plain.Step || r.LossEvals != plain.LossEvals {
				t.Errorf("%s: a probe has changed the run", r.Recipe)
			}
			samePoints(t, r.Recipe+" with a probe", r.Curve, plain.Curve)
			if plain.Diagnosis != nil {
				t.Errorf("%s: there is a diagnosis of a run that is not probed", r.Recipe)
			}
			if r.Diagnosis == nil || r.Diagnosis.Probes < 2 {
				t.Fatalf("%s: %d evaluations and hardly a probe: %+v", r.Recipe, r.Evals, r.Diagnosis)
			}
			if most := probeShare * float64(r.Evals); float64(r.Diagnosis.Cost) > most {
				t.Errorf("%s: probes took %d evaluations, want at most %g", r.Recipe, r.Diagnosis.Cost, most)
			}
		}
	}
}

// Once the loss is seen to fall or not, it stays so, wherever between two plot
// points a look is taken.
func TestPlateauStaysKnown(t *testing.T) {
	for fifths := 60; fifths < 76; fifths++ { // until there are 1.25 times as many
		passes := float64(fifths) / 5
		c := config(1500, "sgd:batch=1,lr=0.02")
		c.Budget = Limits{Passes: passes}
		d := finished(t, c).Runs[0].Diagnosis
		if math.IsNaN(d.Plateau.Falling) || d.Plateau.Points < leastPoints {
			t.Errorf("after %g passes, as of %d evaluations, the line goes through %d points", passes, d.Evals, d.Plateau.Points)
		}
	}
}

// What probes see does not depend on the number of threads or on pauses.
func TestProbesSeeTheSame(t *testing.T) {
	c := config(1500, "sgd")
	c.Cache = t.TempDir() // when f* is found depends on both, so that it is to be known before
	finished(t, c)
	cache := c.Cache
	c = config(1500, probed...)
	c.Cache, c.Budget = cache, Limits{Passes: 60}
	plain := finished(t, c)
	c.Threads = 1
	e := begin(t, c)
	await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == len(probed) })
	for range 10 {
		for i := range probed {
			_ = e.Do(view.Command{Kind: view.Pause, Run: i}) // it may have ended
		}
		time.Sleep(2 * time.Millisecond)
		for i := range probed {
			_ = e.Do(view.Command{Kind: view.Resume, Run: i})
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, r := range e.Report().Runs {
		got, want := timeless(r.Diagnosis), timeless(plain.Runs[i].Diagnosis)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: paused, a probe saw %+v, else %+v", r.Recipe, got, want)
		}
	}
}

// timeless is a view without what the clock says; NaN is made comparable.
func timeless(v *view.Diagnosis) map[string]any {
	w := *v
	w.Elapsed, w.Seconds = 0, 0
	out := map[string]any{}
	flatten(out, "", reflect.ValueOf(w))
	return out
}

func flatten(out map[string]any, name string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		flatten(out, name, v.Elem())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			flatten(out, name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case v.Kind() == reflect.Float64:
		out[name] = math.Float64bits(v.Float())
	default:
		out[name] = v.Interface()
	}
}

// The parts of a view are those that apply to the method, and their numbers
// are in range.
func TestViewsOfMethods(t *testing.T) {
	c := config(1500, probed...)
	c.Budget = Limits{Passes: 60}
	for _, r := range finished(t, c).Runs {
		v := r.Diagnosis
		if v.Noise == nil || v.Curvature == nil || v.Clients != nil || v.Rows < firstLook {
			t.Errorf("%s: %+v", r.Recipe, v)
			continue
		}
		reduced := map[string]bool{"svrg": true, "sarah": true, "sarah-plus": true, "saga": true}[r.Estimator]
		if (v.Variance != nil) != reduced || (v.Snapshot != nil) != (reduced && r.Estimator != "saga") {
			t.Errorf("%s: variance %+v, snapshot %+v", r.Recipe, v.Variance, v.Snapshot)
		}
		if s := v.Snapshot; s != nil && (s.Age < 0 || s.Age > s.Every || s.Passes < 0) {
			t.Errorf("%s: %+v", r.Recipe, *s)
		}
		if v.Variance != nil && !(v.Variance.Ratio.High < 1) {
			t.Errorf("%s: at the end its variance is %+v of SGD's", r.Recipe, v.Variance.Ratio)
		}
		adaptive := r.Rule == "adam" || r.Rule == "amsgrad" || r.Rule == "adamw"
		if v.Curvature.Rule != r.Rule {
			t.Errorf("%s: the limit is that of %q", r.Recipe, v.Curvature.Rule)
		}
		if !math.IsNaN(v.Floored) != adaptive || math.IsNaN(v.Curvature.Limit) != adaptive {
			t.Errorf("%s: floored %v, limit %v", r.Recipe, v.Floored, v.Curvature.Limit)
		}
		if !(v.UpdateRatio > 0 && v.UpdateRatio < 1) || !(v.Curvature.L.Low > 0) || !(v.Noise.Trace.Low > 0) {
			t.Errorf("%s: update %v, L %+v, tr Σ %+v", r.Recipe, v.UpdateRatio, v.Curvature.L, v.Noise.Trace)
		}
	}
}

// What held of a method is forgotten with it, and the run goes on: here of
// SVRG, whose snapshot was stale.
func TestSwitchForgetsConditions(t *testing.T) {
	r := still(t, blobs(400), "softmax", "svrg:batch=2,m=500")
	stepOnce(t, r)
	for range 2 {
		r.probe.watch.Update(&view.Diagnosis{
			Plateau:  view.UnknownPlateau(),
			Variance: &view.Variance{Ratio: view.Estimate{Value: 3, Low: 2, High: 4, Resolved: true}}, Snapshot: &view.SnapshotAge{Passes: 3},
		})
	}
	sgd, err := r.exp.config.Catalogue.Parse("sgd")
	if err != nil {
		t.Fatal(err)
	}
	r.switchTo(sgd)
	r.probe.compare(r)
	r.probe.look(r, r.theta)
	r.probe.publish(r)
	if v := r.pub.Diagnosis; v.Active != nil || v.Advice.Text != "" {
		t.Errorf("of another method it is said that %q", v.Advice.Text)
	}
}

// Where steps throw a run about above its start, nothing is said of where it would stall.
func TestNoFloorAboveTheStart(t *testing.T) {
	c := config(400, "sgd:lr=30,batch=4", "sgd:lr=0.02,batch=4")
	c.Budget = Limits{Passes: 60}
	for i, r := range finished(t, c).Runs {
		d := r.Diagnosis
		if above := d.Plateau.Loss > d.Plateau.Start; above != (i == 0) || math.IsNaN(d.Noise.Floor) != above {
			t.Errorf("%s: the loss is about %v and began with %v, the floor is %v", r.Recipe, d.Plateau.Loss, d.Plateau.Start, d.Noise.Floor)
		}
	}
}

package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/view"
)

// resumed is an experiment like another whose runs go on from states.
func resumed(t *testing.T, c Config, states []*RunState) Config {
	t.Helper()
	c.Recipes = lineUp(c.Catalogue)
	for _, s := range states {
		c.Resume = append(c.Resume, through(t, s))
	}
	return c
}

// savedStates are those of the first n runs.
func savedStates(t *testing.T, e *Experiment, n int) (states []*RunState) {
	t.Helper()
	for id := range n {
		s, err := e.Save(id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, s)
	}
	return states
}

// sameRun compares what two runs have come to, clocks aside.
func sameRun(t *testing.T, got, want RunReport) {
	t.Helper()
	if got.Name != want.Name || got.ThetaSHA256 != want.ThetaSHA256 || got.State != want.State || got.Reason != want.Reason {
		t.Errorf("%s: %s (%s) at %.8s; want %s, %s (%s) at %.8s", got.Name, got.State, got.Reason, got.ThetaSHA256, want.Name, want.State, want.Reason, want.ThetaSHA256)
	}
	if got.Step != want.Step || got.Evals != want.Evals || got.LossEvals != want.LossEvals || len(got.Marks) != len(want.Marks) {
		t.Errorf("%s: step %d, %d and %d evaluations, %d marks; want %d, %d and %d, %d", got.Name,
			got.Step, got.Evals, got.LossEvals, len(got.Marks), want.Step, want.Evals, want.LossEvals, len(want.Marks))
	}
	samePoints(t, got.Name, got.Curve, want.Curve)
	if !slices.Equal(got.ClassAccuracy, want.ClassAccuracy) {
		t.Errorf("%s: classes %v, want %v", got.Name, got.ClassAccuracy, want.ClassAccuracy)
	}
	if got.Diagnosis == nil || want.Diagnosis == nil { // it ended before a look
		if got.Diagnosis != want.Diagnosis {
			t.Errorf("%s: the diagnosis is %+v, want %+v", got.Name, got.Diagnosis, want.Diagnosis)
		}
		return
	}
	d, w := *got.Diagnosis, *want.Diagnosis
	if d.Probes != w.Probes || d.Cost != w.Cost || d.Evals != w.Evals || !slices.Equal(d.Active, w.Active) || d.Advice != w.Advice {
		t.Errorf("%s: the diagnosis is %+v, want %+v", got.Name, d, w)
	}
}

// Runs that are saved at whatever moment, while they run, are paused or have
// ended, go on in another experiment to what they come to here.
func TestSavedAtAnyMoment(t *testing.T) {
	c := config(800)
	c.Budget = Limits{Passes: 400}
	goOnFromAnyMoment(t, c, "sgd:batch=2", "adam:schedule=cosine", "svrg:m=300,option=2", "sarah:m=300", "saga:lr=0.01", "momentum:warm=20,batch=8", "full")
}

// The rows that SVRG looks at together are others after a run was saved, and dense rows
// are summed several at a time.
func TestSavedAtAnyMomentOfDenseRows(t *testing.T) {
	for storage, ds := range storedDigits(t, 1000) {
		t.Run(storage, func(t *testing.T) {
			c := config(0)
			c.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil }
			c.Budget = Limits{Passes: 60}
			goOnFromAnyMoment(t, c, "svrg:m=301,lr=0.01", "svrg:m=170,batch=3", "svrg:m=301,stored=1,lr=0.01")
		})
	}
}

// Few classes take pixels eight at a time where there are several rows, as in what SVRG
// looks at together.
func TestSavedAtAnyMomentOfFewClasses(t *testing.T) {
	for _, classes := range []int{2, 3} {
		ds := *storedDigits(t, 1000)["bytes/255"]
		ds.Name, ds.Digest, ds.Classes = "few", fmt.Sprint(classes), ds.Classes[:classes]
		for _, split := range []*data.Split{&ds.Train, &ds.Test} {
			split.Labels = slices.Clone(split.Labels)
			for i, label := range split.Labels {
				split.Labels[i] = label % int32(classes)
			}
		}
		models := []string{"softmax"}
		if classes == 2 {
			models = append(models, "logistic")
		}
		for _, model := range models {
			t.Run(fmt.Sprintf("%s of %d", model, classes), func(t *testing.T) {
				c := config(0)
				c.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return &ds, nil }
				c.Model, c.Budget = model, Limits{Passes: 200}
				goOnFromAnyMoment(t, c, "svrg:m=290,lr=0.01", "svrg:m=170,batch=3,lr=0.01", "svrg:m=290,stored=1,lr=0.01", "saga:lr=0.01", "sgd:batch=8,lr=0.01")
			})
		}
	}
}

// goOnFromAnyMoment saves runs of an experiment at several moments, and compares what
// they come to from there with what they come to in one go.
func goOnFromAnyMoment(t *testing.T, c Config, recipes ...string) {
	t.Helper()
	c.Cache = t.TempDir() // advice depends on whether f* has been found, so that it is to be known before
	first := c
	first.Budget, first.Recipes = Limits{Passes: 5}, lineUp(c.Catalogue, "full")
	finished(t, first)
	c.Recipes = lineUp(c.Catalogue, recipes...)
	e := begin(t, c)
	await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == len(recipes) })
	const moments = 4
	var saved [moments][]*RunState
	for m := range saved {
		saved[m] = make([]*RunState, len(recipes))
		if m == moments-1 {
			if err := e.WaitRuns(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var group sync.WaitGroup
		for id := range recipes {
			group.Go(func() {
				if m == 1 {
					_ = e.Do(view.Command{Kind: view.Pause, Run: id}) // it may have ended
				}
				s, err := e.Save(id)
				if saved[m][id] = s; err != nil {
					t.Error(err)
				}
				_ = e.Do(view.Command{Kind: view.Resume, Run: id})
			})
		}
		group.Wait()
		time.Sleep(5 * time.Millisecond)
	}
	want := e.Report().Runs
	for m, states := range saved {
		e := begin(t, resumed(t, c, states))
		await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == len(recipes) })
		for id, s := range states {
			if s.Gate.Paused {
				_ = e.Do(view.Command{Kind: view.Resume, Run: id})
			}
			t.Logf("moment %d: %s at %d evaluations", m, s.Name, s.Counts.Evals)
		}
		if err := e.WaitRuns(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, r := range e.Report().Runs {
			sameRun(t, r, want[i])
		}
		if last, elapsed := want[0].Last.Elapsed, e.elapsed().Seconds(); m == moments-1 && elapsed < last {
			t.Errorf("the time goes back from %v to %v", last, elapsed)
		}
		if was, began := states[0].Elapsed, e.Report().Began; time.Since(began) < was {
			t.Errorf("what happens now lies at %v, %v after the runs began", time.Since(began), was)
		}
	}
}

// pausedWithinAStep is an experiment whose run is paused in a full gradient, nil
// if the pause came at another time.
func pausedWithinAStep(t *testing.T, c Config) *Experiment {
	t.Helper()
	e := begin(t, c)
	await(t, e, "a full gradient", func(s *Report) bool {
		return len(s.Runs) == 1 && (s.Runs[0].Activity == "full grad" || s.Runs[0].State.Ended())
	})
	_ = e.Do(view.Command{Kind: view.Pause}) // it may have ended
	s := await(t, e, "the pause", func(s *Report) bool { return s.Runs[0].State != view.Running && s.Runs[0].Pending == view.Nothing })
	if s.Runs[0].State == view.Paused && s.Runs[0].Activity == "full grad" {
		return e
	}
	return nil
}

// A run that is paused within a full gradient is saved as it was before it.
func TestSavedWithinAStep(t *testing.T) {
	c := config(60000, "svrg:m=100")
	c.Budget = Limits{Passes: 3}
	var e *Experiment
	for try := 0; e == nil; try++ {
		if e = pausedWithinAStep(t, c); try == 50 {
			t.Fatal("no pause fell inside a full gradient")
		}
	}
	s, err := e.Save(0)
	if err != nil {
		t.Fatal(err)
	}
	order(t, e, view.Command{Kind: view.Resume})
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := begin(t, resumed(t, c, []*RunState{s}))
	await(t, f, "the run", func(s *Report) bool { return len(s.Runs) == 1 && s.Runs[0].State == view.Paused })
	order(t, f, view.Command{Kind: view.Resume})
	if err := f.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameRun(t, f.Report().Runs[0], e.Report().Runs[0])
}

// A run that its budget had ended goes on where there is more of it, to where it
// would have come in one go; one that was stopped stays so until it is restarted.
func TestResumedAfterTheEnd(t *testing.T) {
	c := config(500, "sgd:batch=8,lr=0.3", "adam")
	e := begin(t, c)
	await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == 2 })
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	states := savedStates(t, e, 2)
	states[1].Standing = StandingState{State: view.Stopped, Reason: "by command"}
	c.Budget.Passes *= 2
	straight := finished(t, c).Runs
	f := begin(t, resumed(t, c, states))
	if err := f.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	runs := f.Report().Runs
	if runs[0].ThetaSHA256 != straight[0].ThetaSHA256 || runs[0].Evals != 2*states[0].Counts.Evals {
		t.Errorf("%s at %d evaluations is at %.8s, in one go at %.8s", runs[0].Name, runs[0].Evals, runs[0].ThetaSHA256, straight[0].ThetaSHA256)
	}
	if runs[1].State != view.Stopped || runs[1].Reason != "by command" || runs[1].ThetaSHA256 != digest(states[1].Theta) || len(runs[1].Curve) == 0 {
		t.Errorf("a stopped run is %s (%s) at %.8s", runs[1].State, runs[1].Reason, runs[1].ThetaSHA256)
	}
	order(t, f, view.Command{Kind: view.Restart, Run: 1})
	s := await(t, f, "the second end", func(s *Report) bool { return logged(s, "restarted") && s.Runs[1].State == view.Budget })
	if s.Runs[1].ThetaSHA256 != straight[1].ThetaSHA256 {
		t.Errorf("restarted it ends at %.8s, want %.8s", s.Runs[1].ThetaSHA256, straight[1].ThetaSHA256)
	}
}

// A state of other data, of another problem or of a method that the catalogue
// builds in another way is refused in a line that says which.
func TestStatesOfOtherProblems(t *testing.T) {
	e := begin(t, config(200, "svrg:m=31"))
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := e.Save(0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Save(7); err == nil || err.Error() != "there is no run 7" {
		t.Errorf("got %v", err)
	}
	for _, c := range []struct {
		change func(c *Config)
		want   string
	}{
		{func(c *Config) {
			c.Load = func(context.Context, data.Progress) (*data.Dataset, error) {
				ds := blobs(200)
				ds.Digest = "other blobs"
				return ds, nil
			}
		}, "it is of other data, with the digest blobs; blobs has other blobs"},
		{func(c *Config) {
			c.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return blobs(205), nil }
		}, "its data is divided into 200 + 40 + 40 examples, here into 205 + 41 + 41"},
		{func(c *Config) { c.Model = "net" }, "its model is softmax, here it is net"},
		{func(c *Config) { c.L2 *= 1 + 1e-15 }, "its λ is 0.01, here it is 0.01000000000000001"},
		{func(c *Config) { c.Catalogue.Estimators = c.Catalogue.Estimators[:1] }, `unknown optimizer "svrg"`},
		{func(c *Config) {
			c.Catalogue.Estimators = slices.Clone(c.Catalogue.Estimators)
			i := slices.IndexFunc(c.Catalogue.Estimators, func(p optimizers.Part[optimizers.Estimator]) bool { return p.Name == "svrg" })
			build := c.Catalogue.Estimators[i].New
			c.Catalogue.Estimators[i].New = func(v optimizers.Values) optimizers.Estimator {
				s := build(v).(*optimizers.SVRG)
				s.Batch++
				return s
			}
		}, "*optimizers.SVRG has Batch = 2, it was 1"},
	} {
		other := config(200)
		c.change(&other)
		f := begin(t, resumed(t, other, []*RunState{s}))
		err := f.WaitRuns(t.Context())
		if err == nil || !strings.Contains(err.Error(), "the state of svrg: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// A run that failed is at no step boundary.
func TestFailedRunsAreNotSaved(t *testing.T) {
	c := config(200, "sgd")
	c.Catalogue.Rules = append(c.Catalogue.Rules, optimizers.Part[optimizers.Rule]{
		Name: "stateless", LR: 0.1, New: func(optimizers.Values) optimizers.Rule { return stateless{} },
	})
	c.Budget = Limits{}
	e := begin(t, c)
	await(t, e, "the run", func(s *Report) bool { return len(s.Runs) == 1 && s.Runs[0].Step > 0 })
	order(t, e, view.Command{Kind: view.Switch, Recipe: "stateless"})
	await(t, e, "the end", func(s *Report) bool { return s.Runs[0].State == view.Failed })
	if _, err := e.Save(0); err != errNotWhole {
		t.Errorf("got %v", err)
	}
}

// A run that is stopped in the middle of a large batch has spoilt its estimate,
// and maybe what its estimator carries: it is not saved as if it had not.
func TestTornRunsAreNotSaved(t *testing.T) {
	r := still(t, blobs(3000), "softmax", "sarah:batch=3000,m=9")
	stepOnce(t, r)
	if _, err := r.whole(); err != nil {
		t.Fatal(err)
	}
	r.oracle.cut = func() bool { return true }
	if _, err := r.step(); err != errStopped {
		t.Fatalf("got %v, want that it is stopped", err)
	}
	if _, err := r.whole(); err != errNotWhole {
		t.Errorf("got %v, want %v", err, errNotWhole)
	}
}

// Saving leaves no trace in the run, and shares nothing with it that changes.
func TestSavedStateStaysAsItIs(t *testing.T) {
	e := newClockless(t, 40, "softmax", 400)
	r, err := begun(e, "svrg+adam:m=7")
	if err != nil {
		t.Fatal(err)
	}
	s := e.savedAt(r, 200)
	before := s.Encode()
	second, err := e.restore(s, 1, "another")
	if err != nil {
		t.Fatal(err)
	}
	e.read = nil
	e.run(second, 400)
	if !slices.Equal(s.Encode(), before) {
		t.Error("what was saved has changed with a run that went on from it")
	}
	if math.IsNaN(second.start) || second.steps <= s.Counts.Steps {
		t.Error("it did not go on")
	}
}

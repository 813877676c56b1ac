package train

import (
	"context"
	"strings"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/view"
)

// Commands that come at awkward moments.

// TestSwitchInsideFullGradient swaps SVRG away while it is paused in its full
// gradient: what that had cost so far is not counted.
func TestSwitchInsideFullGradient(t *testing.T) {
	c := config(60000, "svrg:m=100")
	c.Budget = Limits{}
	e := begin(t, c)
	for try := 0; ; try++ {
		await(t, e, "a full gradient", func(s *Report) bool { return len(s.Runs) == 1 && s.Runs[0].Activity == "full grad" })
		if halt(t, e, 0).Activity == "full grad" {
			break
		}
		if try == 200 {
			t.Fatal("no pause fell inside a full gradient")
		}
		order(t, e, view.Command{Kind: view.Resume})
		await(t, e, "the run", func(s *Report) bool { return s.Runs[0].State == view.Running })
	}
	before := e.Report().Runs[0]
	order(t, e, view.Command{Kind: view.Switch, Recipe: "sgd:batch=50"})
	await(t, e, "the switch", func(s *Report) bool { return s.Runs[0].Estimator == "minibatch" })
	order(t, e, view.Command{Kind: view.StepOnce})
	after := await(t, e, "a step", func(s *Report) bool { return s.Runs[0].Step == before.Step+1 }).Runs[0]
	if got := after.Evals - before.Evals; got != 50 || after.Activity != "" {
		t.Errorf("the step after the switch took %d evaluations, want 50; activity %q", got, after.Activity)
	}
}

// TestPanicInACommand plants the fault where commands look, outside of any step.
func TestPanicInACommand(t *testing.T) {
	c := config(500, "sgd", "adam")
	c.Budget = Limits{}
	c.Catalogue.Rules = append(c.Catalogue.Rules, optimizers.Part[optimizers.Rule]{
		Name: "stateless", LR: 0.1, New: func(optimizers.Values) optimizers.Rule { return stateless{} },
	})
	e := begin(t, c)
	await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == 2 && s.Runs[1].Step > 0 })
	order(t, e, view.Command{Kind: view.Switch, Recipe: "stateless"})
	s := await(t, e, "the end", func(s *Report) bool { return s.Runs[0].State.Ended() })
	if r := s.Runs[0]; r.State != view.Failed || !strings.Contains(r.Reason, "a planted fault") {
		t.Errorf("the run is %s (%s)", r.State, r.Reason)
	}
	step := s.Runs[1].Step
	await(t, e, "the other run", func(s *Report) bool { return s.Runs[1].Step > step })
}

type stateless struct{}

func (stateless) Apply(_, _ []float64, _ float64) {}
func (stateless) State() []optimizers.Var         { panic("a planted fault") }

// TestQueuedAtTheEnd stops a paused run with a restart, a branch and a setting
// on their way: the first two still make sense, the third does not.
func TestQueuedAtTheEnd(t *testing.T) {
	c := config(500, "sgd")
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := e.runs[0]
	r.gate.open() // as if it had not ended yet
	for _, c := range []view.Command{{Kind: view.Set, Setting: "lr", Value: 0.5}, {Kind: view.Branch}, {Kind: view.Restart}} {
		change, err := e.change(r, c, 1)
		if err != nil {
			t.Fatal(err)
		}
		r.gate.enqueue(queued{Command: c, change: func() { e.carryOut(r, c.ID, change) }})
	}
	e.tooLate(r, r.conclude(view.Budget, "spent"))
	s := await(t, e, "both ends", func(s *Report) bool {
		return len(s.Runs) == 2 && s.Runs[0].State.Ended() && s.Runs[1].State.Ended() && logged(s, "restarted")
	})
	if !logged(s, "too late to set the lr of it") || !logged(s, "branched from sgd") || s.Runs[0].LR != 0.1 {
		t.Errorf("lr %v; the log says %v", s.Runs[0].LR, s.Events)
	}
}

// TestRestartDoesNotSwallowAStop lets a stop arrive while a restart is carried out.
func TestRestartDoesNotSwallowAStop(t *testing.T) {
	e := endless(t, "sgd")
	r := e.runs[0]
	change, err := e.change(r, view.Command{Kind: view.Restart}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r.gate.enqueue(queued{Command: view.Command{Kind: view.Restart}, change: func() { r.gate.stop(); change() }})
	await(t, e, "the end", func(s *Report) bool { return s.Runs[0].State == view.Stopped })
}

// TestPauseAfterAnEndInAPause stops a paused run, restarts it and pauses it again.
func TestPauseAfterAnEndInAPause(t *testing.T) {
	e := endless(t, "sgd")
	halt(t, e, 0)
	order(t, e, view.Command{Kind: view.Stop})
	await(t, e, "the end", func(s *Report) bool { return s.Runs[0].State == view.Stopped })
	order(t, e, view.Command{Kind: view.Restart})
	await(t, e, "the second start", func(s *Report) bool { return s.Runs[0].State == view.Running && s.Runs[0].Step > 0 })
	halt(t, e, 0)
}

// TestSettingsDuringWarmUp are for the method that comes after it.
func TestSettingsDuringWarmUp(t *testing.T) {
	e := endless(t, "svrg:lr=0.01,m=50,warm=1e6")
	if lr := e.Report().Runs[0].LR; lr != 0.01 {
		t.Errorf("lr %v, want that of the method, 0.01", lr)
	}
	order(t, e, view.Command{Kind: view.Set, Setting: "lr", Value: 0.02})
	s := await(t, e, "the setting", func(s *Report) bool { return s.Runs[0].LR == 0.02 })
	if r := s.Runs[0]; r.StepLR != 0.3 || r.Recipe != "svrg:lr=0.02,m=50,warm=1e6" || r.Activity != "warm-up" {
		t.Errorf("steps of %v (%s), recipe %s; want 0.3 (warm-up) and the recipe's lr 0.02", r.StepLR, r.Activity, r.Recipe)
	}
}

// TestTinyWarmUp is none at all.
func TestTinyWarmUp(t *testing.T) {
	r := finished(t, config(500, "svrg:m=100,warm=0.0001")).Runs[0]
	if plain := finished(t, config(500, "svrg:m=100")).Runs[0]; r.ThetaSHA256 != plain.ThetaSHA256 {
		t.Errorf("parameters %.8s with a warm-up of no example, %.8s without", r.ThetaSHA256, plain.ThetaSHA256)
	}
}

// TestCosineAfterASwitch ends its half cosine with the budget.
func TestCosineAfterASwitch(t *testing.T) {
	c := config(500, "sgd")
	c.Budget = Limits{Passes: 4000}
	e := begin(t, c)
	await(t, e, "half of the budget", func(s *Report) bool { return len(s.Runs) == 1 && s.Runs[0].Evals > 1_000_000 })
	order(t, e, view.Command{Kind: view.Switch, Recipe: "sgd:schedule=cosine"})
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := e.Report().Runs[0]; !logged(e.Report(), "→ sgd:schedule=cosine") || r.StepLR > 1e-3*r.LR {
		t.Errorf("the last step is %v of %v", r.StepLR, r.LR)
	}
}

// TestOneLargeLossIsNoDivergence has one example whose loss is most of f.
func TestOneLargeLossIsNoDivergence(t *testing.T) {
	ds := blobs(30_000)
	ds.Classes = nil
	ds.Train.Labels, ds.Val, ds.Test = nil, data.Split{}, data.Split{}
	ds.Train.Targets = make([]float64, 30_000)
	ds.Train.Targets[7] = 1000
	c := config(0, "svrg:batch=1,lr=1e-9,m=n")
	c.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil }
	c.Model = "least-squares"
	if r := finished(t, c).Runs[0]; r.State != view.Budget {
		t.Errorf("it is %s (%s)", r.State, r.Reason)
	}
}

// TestTraceIncludesTheRegulariser compares the running loss with the curve.
func TestTraceIncludesTheRegulariser(t *testing.T) {
	c := config(2000, "sgd:lr=0.01")
	c.L2 = 1
	c.Budget = Limits{Passes: 50}
	r := finished(t, c).Runs[0]
	sum, n := 0.0, 0
	for _, p := range r.Trace {
		if p.Evals > 80_000 {
			sum += p.Mean
			n++
		}
	}
	if mean := sum / float64(n); mean < 0.97*r.Last.Loss || mean > 1.03*r.Last.Loss {
		t.Errorf("the running loss is %v, f is %v", mean, r.Last.Loss)
	}
}

// TestSecondsRise watches the clocks of a run that spends most of its time on plot points.
func TestSecondsRise(t *testing.T) {
	c := config(20000, "sgd:batch=1")
	c.Budget = Limits{Passes: 20}
	e := begin(t, c)
	seconds := 0.0
	for {
		s := e.Report()
		for _, r := range s.Runs {
			if r.Seconds < seconds || r.EvalsPerSecond < 0 {
				t.Fatalf("seconds went from %v to %v, evaluations a second %v", seconds, r.Seconds, r.EvalsPerSecond)
			}
			seconds = r.Seconds
		}
		if s.Phase == view.PhaseEnded {
			break
		}
		time.Sleep(100 * time.Microsecond)
	}
	if seconds == 0 {
		t.Error("nothing was seen")
	}
}

// TestLookingDoesNotEndARun takes every step singly: the run ends at the same
// step as one that is left alone, though its loss is looked at after each.
func TestLookingDoesNotEndARun(t *testing.T) {
	c := config(500, "full:lr=0.5")
	c.Budget, c.L2 = Limits{}, 0.1
	want := finished(t, c).Runs[0]
	if want.State != view.Converged {
		t.Fatalf("left alone it is %s (%s)", want.State, want.Reason)
	}
	c.Recipes = func(DataView, ProblemView) []optimizers.Recipe { return nil }
	e := begin(t, c)
	await(t, e, "the data", func(s *Report) bool { return s.Phase == view.PhaseEnded })
	recipe, err := c.Catalogue.Parse("full:lr=0.5")
	if err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	r, err := newRun(e, 0, "full", recipe)
	if err == nil {
		r.gate.pause() // before its first step
		e.start(r, "started", 0)
	}
	e.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	await(t, e, "the pause", func(s *Report) bool { return s.Runs[0].State == view.Paused })
	for !e.Report().Runs[0].State.Ended() {
		before := e.Report().Runs[0].Step
		if e.Do(view.Command{Kind: view.StepOnce}) != nil {
			break
		}
		await(t, e, "a step or the end", func(s *Report) bool {
			r := s.Runs[0]
			return r.State.Ended() || r.Step > before && r.State == view.Paused
		})
	}
	if got := e.Report().Runs[0]; got.Step != want.Step || got.ThetaSHA256 != want.ThetaSHA256 {
		t.Errorf("step by step it ends at step %d (%.8s), left alone at %d (%.8s)", got.Step, got.ThetaSHA256, want.Step, want.ThetaSHA256)
	}
}

package train

import (
	"context"
	"math"
	"sync"
	"testing"

	"optwatch/train/view"
)

func newBench(t *testing.T) *Bench {
	t.Helper()
	b, err := NewBench(context.Background(), config(400))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// TestTrialsInPieces advances trials a rung at a time, several at once: they
// come to where an experiment's runs come to in one go, to the bit.
func TestTrialsInPieces(t *testing.T) {
	recipes := []string{"sgd:lr=0.1,batch=8", "adam:lr=0.01,batch=16,schedule=cosine", "svrg:lr=0.02,batch=1,m=150", "saga:lr=0.02", "sgd:lr=0.05,batch=1"}
	e := begin(t, config(400, recipes...))
	if err := e.WaitRuns(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, r := range e.Report().Runs {
		want[r.Recipe] = r.ThetaSHA256
	}
	b := newBench(t)
	var group sync.WaitGroup
	for i, recipe := range recipes {
		group.Go(func() {
			trial, err := b.Trial(recipe, 1, 5*400)
			if err != nil {
				t.Error(err)
				return
			}
			if i == 4 { // the second sgd of a line-up has a stream of its own
				trial.Advance(2000)
				return
			}
			if i == 1 { // which takes its steps one by one
				trial.Bare()
			}
			for _, rung := range []int64{100, 333, 334, 1201, 2000} {
				state, why := trial.Advance(rung)
				if ended := rung == 2000; (state == view.Budget) != ended || !ended && state != view.Running {
					t.Errorf("%s at %d: %s (%s)", recipe, rung, state, why)
				}
				if trial.Evals() > rung {
					t.Errorf("%s took %d evaluations of %d", recipe, trial.Evals(), rung)
				}
				if last := trial.Last(); last.Evals != trial.Evals() || math.IsNaN(last.Loss) {
					t.Errorf("%s at %d: the last point is %+v", recipe, rung, last)
				}
			}
			if got := digest(trial.Theta()); got != want[trial.run.recipe.String()] {
				t.Errorf("%s: θ differs from the experiment's", recipe)
			}
		})
	}
	group.Wait()
}

// TestTrialEnds checks the ends that are not the budget's.
func TestTrialEnds(t *testing.T) {
	b := newBench(t)
	wild, err := b.Trial("sgd:lr=1e12", 1, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := wild.Advance(2000); state != view.Diverged || !math.IsInf(wild.Last().Loss, 1) {
		t.Errorf("a huge learning rate ends %s with loss %g", state, wild.Last().Loss)
	}
	if state, _ := wild.Advance(2000); state != view.Diverged {
		t.Errorf("advancing after the end: %s", state)
	}
	if _, err := b.Trial("sgd:lr=0", 1, 0); err == nil {
		t.Error("a bad recipe is taken")
	}
	if o := b.Optimum(); o.State != OptimumCertified {
		t.Errorf("the optimum is %v", o.State)
	}
	slow, err := b.Trial("sgd:batch=8", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, rung := range []int64{400, 800} {
		if state, _ := slow.Advance(rung); state != view.Running || slow.Evals() != rung {
			t.Errorf("without a budget a trial is %s with %d evaluations, want running with %d", state, slow.Evals(), rung)
		}
	}
	b.Close()
	if state, _ := slow.Advance(1 << 40); state != view.Stopped {
		t.Errorf("a closed bench ends a trial as %s", state)
	}
}

// TestSeedsOfTrials pastes the seeds of trials into a line-up: its runs come to
// where the trials came, whatever they are called there.
func TestSeedsOfTrials(t *testing.T) {
	e := begin(t, config(400, "sgd:batch=8,seed=2", "sgd:batch=8,seed=3"))
	if err := e.WaitRuns(context.Background()); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	for i, r := range e.Report().Runs {
		trial, err := b.Trial("sgd:batch=8", uint64(i+2), 2000)
		if err != nil {
			t.Fatal(err)
		}
		trial.Advance(2000)
		if got := digest(trial.Theta()); got != r.ThetaSHA256 {
			t.Errorf("%s: θ of the trial with seed %d differs", r.Name, i+2)
		}
	}
}

package serve

import (
	"context"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// TestWordsDriveAnExperiment: every action arrives at real runs and is answered.
func TestWordsDriveAnExperiment(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	catalogue := fed.Catalogue(optimizers.Default())
	e := train.Start(ctx, train.Config{
		Load: func(ctx context.Context, p data.Progress) (*data.Dataset, error) {
			return data.Open(ctx, data.Options{Name: "digits", Val: -1}, p)
		},
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe {
			return catalogue.Must("sgd", "fedavg:clients=10")
		},
		Model: "softmax", L2: 1e-3, Seed: 1, Threads: 2, Catalogue: catalogue, Cache: t.TempDir(),
	})
	defer func() { cancel(); e.Wait() }()
	ada := NewAudience(House{Source: e}).Join("ada", Operator)
	for len(ada.Snapshot().Runs) == 0 {
		if s := ada.Snapshot(); ctx.Err() != nil || s.Phase == view.PhaseFailed {
			t.Fatalf("the runs never began: %v", s.Failure)
		}
		time.Sleep(time.Millisecond)
	}
	for _, c := range []struct {
		words  string
		status int
		says   string
	}{
		{"tell all pause", done, "fedavg pause: done"},
		{"tell sgd lr=0.05 batch=16 step", done, "sgd step: done"},
		{"tell sgd lr=-1", refused, "refused"},
		{"tell sgd switch=adam:lr=0.01", done, "sgd switch=adam:lr=0.01: done"},
		{"tell sgd switch=dance", refused, "refused"},
		{"tell sgd branch", done, "adam"},
		{"tell fedavg drop=1 epochs=2 rejoin=1", done, "fedavg rejoin=1: done"},
		{"tell add svrg:lr=0.1", done, "svrg"},
		{"tell svrg resume stop", done, "svrg stop: done"},
		{"tell svrg pause", refused, "ended"},
		{"tell svrg restart", done, "svrg restart: done"},
		{"tell all resume", done, "sgd resume: done"},
	} {
		var out strings.Builder
		status := ada.Answer(ctx, strings.Fields(c.words), &out)
		if status != c.status || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: status %d, want %d, says %q, want something with %q", c.words, status, c.status, out.String(), c.says)
		}
		checkPrinted(t, out.String())
	}
	sgd := ada.Snapshot().Run(0)
	if lr, _ := sgd.Setting("lr"); lr != 0.01 || sgd.Method == "" || sgd.State != view.Running {
		t.Errorf("sgd is %v with lr %g and method %q", sgd.State, lr, sgd.Method)
	}
}

package main

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// digits is the training set of the built-in data, drawn once. Nobody asks for
// accuracies here.
var digits = sync.OnceValues(func() (*data.Dataset, error) {
	ds, err := data.Open(context.Background(), data.Options{Name: "digits", Val: -1}, nil)
	if err != nil {
		return nil, err
	}
	ds.Val, ds.Test = data.Split{}, data.Split{}
	return ds, nil
})

// diagnosed is the end of an experiment on the built-in digits, whose optimum may be in a folder.
func diagnosed(t *testing.T, cache, model string, seed uint64, passes float64, recipes ...optimizers.Recipe) *train.Report {
	t.Helper()
	ds, err := digits()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	e := train.Start(ctx, train.Config{
		Load:    func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe { return recipes },
		Model:   model, L2: 1e-3, Seed: seed, Budget: train.Limits{Passes: passes}, Catalogue: catalogue(), Cache: cache,
	})
	defer func() { cancel(); e.Wait() }()
	for { // not for the optimum, which takes longer
		s := e.Report()
		if s.Err != "" {
			t.Fatal(s.Err)
		}
		if len(s.Runs) == len(recipes) && !slices.ContainsFunc(s.Runs, func(r train.RunReport) bool { return !r.State.Ended() }) {
			return s
		}
		time.Sleep(time.Millisecond)
	}
}

// said are the lines of the log about a run's conditions.
func said(s *train.Report, run string) []string {
	var lines []string
	for _, e := range s.Events {
		if e.Run == run && e.Kind == view.EventDiagnosis {
			lines = append(lines, e.Text)
		}
	}
	return lines
}

// Every fault that is planted gets its line, on the screen and in the log.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	for _, c := range []struct {
		model, recipe string
		passes        float64
		condition     view.Condition
		line          []string // in this order
	}{
		{"least-squares", "full:lr=0.068", 16, view.Unstable, []string{"lr is ", " × the stability limit 2/L = ", " here: expect oscillation; try below it"}},
		{"softmax", "sgd:lr=0.1,batch=8000", 15, view.BatchTooLarge, []string{"batch 8000 is ", " × B_simple", ": a smaller batch"}},
		{"softmax", "svrg:m=100n", 25, view.StaleSnapshot, []string{"the snapshot is ", " passes old", " × the variance of a plain one: a smaller m may help"}},
		{"least-squares", "sgd:lr=0.5", 10, view.Diverging, []string{"it diverged: lr is ", " × the stability limit 2/L = ", " at the start"}},
		{"least-squares", "fedavg:partition=iid,lr=1", 10, view.Diverging, []string{"it diverged: a smaller lr may help"}},
		{"softmax", "sgd:lr=0.3,batch=16", 150, view.Plateaued, []string{"the loss has not visibly fallen in ", "expected to stall about "}},
		{"softmax", "fedavg:partition=classes-1,clients=10", 15, view.ClientsDisagree, []string{"clients go different ways (mean cosine -0.", "fit their own examples to "}},
	} {
		if raceEnabled && c.passes > 100 { // a million evaluations, at a tenth of the speed
			continue
		}
		t.Run(c.recipe, func(t *testing.T) {
			s := diagnosed(t, cache, c.model, 1, c.passes, catalogue().Must(c.recipe)...)
			r := s.Runs[0]
			if r.Diagnosis == nil || r.Diagnosis.Advice.Condition != c.condition {
				t.Fatalf("the diagnosis is %+v\n%v", r.Diagnosis, said(s, r.Name))
			}
			text := r.Diagnosis.Advice.Text
			for _, part := range c.line {
				var found bool
				if _, text, found = strings.Cut(text, part); !found {
					t.Errorf("%q lacks %q", r.Diagnosis.Advice.Text, part)
				}
			}
			if !slices.ContainsFunc(said(s, r.Name), func(line string) bool { return strings.HasPrefix(line, c.line[0]) }) {
				t.Errorf("the log says nothing of it: %q", said(s, r.Name))
			}
		})
	}
}

// Where f* is certified advice goes by f − f*: what still falls gets none, what
// has an lr far too small is not told to take a smaller one, and nothing that is
// far above f* is said to have converged.
func TestAdviceKnowsOptimum(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	certify(t, cache)
	for _, c := range []struct {
		recipe string
		passes float64
		line   []string // nil for none
	}{
		{"svrg:lr=0.04,m=2n,warm=1,stored=1", 60, nil},
		{"svrg:lr=0.02,m=n/2", 40, nil},
		{"sgd:lr=1e-6,batch=64", 10, []string{"f − f* has stayed at about ", " × the stability limit 2/L = ", ": a larger lr may help"}},
		{"sgd:lr=0.3,batch=16", 60, []string{"f − f* has stayed at about ", "expected to stall about ", " above f*, and lower with a smaller lr"}},
		{"adam:lr=1e-9", 20, []string{"f − f* has stayed at about ", "a smaller and a larger lr would tell which"}},
	} {
		if raceEnabled && c.passes > 20 {
			continue
		}
		t.Run(c.recipe, func(t *testing.T) {
			s := diagnosed(t, cache, "softmax", 1, c.passes, catalogue().Must(c.recipe)...)
			r := s.Runs[0]
			text := r.Diagnosis.Advice.Text
			if c.line == nil && text != "" {
				t.Errorf("at f − f* = %.1e it is told %q", r.Last.Loss-s.Optimum.Value, text)
			}
			for _, part := range c.line {
				var found bool
				if _, text, found = strings.Cut(text, part); !found {
					t.Errorf("at f − f* = %.1e, %q lacks %q: %+v", r.Last.Loss-s.Optimum.Value, r.Diagnosis.Advice.Text, part, r.Diagnosis.Plateau)
				}
			}
		})
	}
}

// certify puts the optimum of softmax regression on the built-in digits into a folder.
func certify(t *testing.T, cache string) {
	t.Helper()
	ds, err := digits()
	if err != nil {
		t.Fatal(err)
	}
	e := train.Start(t.Context(), train.Config{
		Load:    func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe { return catalogue().Must("sgd") },
		Model:   "softmax", L2: 1e-3, Budget: train.Limits{Passes: 1}, Catalogue: catalogue(), Cache: cache,
	})
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Healthy runs get no advice: the default line-up with its default budget, and
// clients that hold the same kinds of examples.
func TestHealthyRuns(t *testing.T) {
	t.Parallel()
	seeds := uint64(20)
	if raceEnabled { // it is ten times slower
		seeds = 2
	}
	cache := t.TempDir()
	lineUp := append(lineUp(catalogue(), train.DataView{Name: "digits"}, train.ProblemView{Model: "softmax"}), catalogue().Must("fedavg:partition=iid,lr=0.1")...)
	for seed := range seeds {
		s := diagnosed(t, cache, "softmax", seed, 10, lineUp...)
		for _, r := range s.Runs {
			if r.Diagnosis == nil || r.Diagnosis.Probes < 2 {
				t.Fatalf("%s, seed %d: hardly a probe: %+v", r.Name, seed, r.Diagnosis)
			}
			if lines := said(s, r.Name); lines != nil || r.Diagnosis.Active != nil {
				t.Errorf("%s, seed %d: %q", r.Name, seed, lines)
			}
		}
	}
}

// What is not known is null in JSON, and an infinite B_simple too.
func TestDiagnosisJSON(t *testing.T) {
	if newResultDiagnosis(nil) != nil {
		t.Error("a run without a probe has a diagnosis")
	}
	nan := math.NaN()
	text, err := json.Marshal(newResultDiagnosis(&view.Diagnosis{
		UpdateRatio: nan, Floored: nan, Plateau: view.UnknownPlateau(), Active: []view.Condition{view.StaleSnapshot},
		Noise:    &view.Noise{GradNorm: view.Estimate{High: 0.2, Resolved: true}, Simple: view.Estimate{Value: math.Inf(1), Low: 300, High: math.Inf(1), Resolved: true}, Dominated: true, Floor: nan},
		Snapshot: &view.SnapshotAge{Age: 7, Every: 10, Passes: 0.5},
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"b_simple":{"value":null,"low":300,"high":null,"resolved":false},"dominated":true`, `"grad_norm":{"value":null,"low":0,"high":0.2,"resolved":false}`, `"conditions":["stale snapshot"]`,
		`"snapshot":{"age":7,"every":10,"passes":0.5}`, `"curvature":null`, `"clients":null`, `"loss_falling":null`, `"update_ratio":null`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

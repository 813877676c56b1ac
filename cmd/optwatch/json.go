package main

import (
	"math"

	"optwatch/train"
	"optwatch/train/study"
)

// The JSON output, schema 1. Unknown values are null.

type result struct {
	Schema  int           `json:"schema"`
	Data    resultData    `json:"data"`
	Problem resultProblem `json:"problem"`
	Runs    []resultRun   `json:"runs"`
}

type resultData struct {
	Name     string `json:"name"`
	Digest   string `json:"digest"`
	Train    int    `json:"train"`
	Val      int    `json:"val"`
	Test     int    `json:"test"`
	Features int    `json:"features"`
	Classes  int    `json:"classes"`
}

type resultProblem struct {
	Model        string  `json:"model"`
	L2           float64 `json:"l2"`
	Parameters   int     `json:"parameters"`
	Optimum      number  `json:"optimum"`
	OptimumBound number  `json:"optimum_bound"`
}

type resultRun struct {
	Name           string           `json:"name"`
	Recipe         string           `json:"recipe"`
	Status         string           `json:"status"`
	Reason         string           `json:"reason"`
	Seed           uint64           `json:"seed"`
	Steps          int64            `json:"steps"`
	Evals          int64            `json:"evals"`
	LossEvals      int64            `json:"loss_evals"`
	Loss           number           `json:"loss"`
	Suboptimality  number           `json:"suboptimality"`
	ValAccuracy    number           `json:"val_accuracy"`
	TestAccuracy   number           `json:"test_accuracy"`
	Seconds        float64          `json:"seconds"`
	PlotSeconds    float64          `json:"plot_seconds"`
	EvalsPerSecond number           `json:"evals_per_second"`
	ThetaSHA256    string           `json:"theta_sha256"`
	Curve          []resultPoint    `json:"curve"`
	Federated      *resultRounds    `json:"federated"`
	Diagnosis      *resultDiagnosis `json:"diagnosis"`
}

type resultRounds struct {
	Round      int            `json:"round"`
	Clients    []resultClient `json:"clients"`
	Bytes      int64          `json:"bytes"`
	Epsilon    number         `json:"epsilon"`
	Delta      number         `json:"delta"`
	PointsLost number         `json:"points_lost"`
	Noise      *string        `json:"noise"` // "reproducible", "secret" or, where nothing is guaranteed any more, "void"
}

type resultClient struct {
	ID       int    `json:"id"`
	Classes  []int  `json:"classes"`
	Examples int    `json:"examples"`
	Loss     number `json:"loss"`
	Drift    number `json:"drift"`
	Status   string `json:"status"`
}

type resultPoint struct {
	Step          int64   `json:"step"`
	Evals         int64   `json:"evals"`
	Seconds       float64 `json:"seconds"`
	Elapsed       float64 `json:"elapsed"`
	Rounds        int64   `json:"rounds"`
	Bytes         int64   `json:"bytes"`
	Loss          number  `json:"loss"`
	Suboptimality number  `json:"suboptimality"`
	ValAccuracy   number  `json:"val_accuracy"`
}

// number is null in JSON where it is not finite.
type number = study.Number

// newResult is the outcome of an experiment.
func newResult(s *train.Snapshot) result {
	out := result{
		Schema: 1,
		Data: resultData{
			Name: s.Data.Name, Digest: s.Data.Digest, Train: s.Data.Train, Val: s.Data.Val, Test: s.Data.Test,
			Features: s.Data.Features, Classes: len(s.Data.Classes),
		},
		Problem: resultProblem{
			Model: s.Problem.Model, L2: s.Problem.L2, Parameters: s.Problem.Parameters,
			Optimum: number(math.NaN()), OptimumBound: number(math.NaN()),
		},
		Runs: []resultRun{},
	}
	if s.Optimum.State == train.OptimumCertified {
		out.Problem.Optimum, out.Problem.OptimumBound = number(s.Optimum.Value), number(s.Optimum.Bound)
	}
	for _, r := range s.Runs {
		out.Runs = append(out.Runs, newResultRun(s, &r))
	}
	return out
}

func newResultRun(s *train.Snapshot, r *train.RunView) resultRun {
	o := s.Optimum
	run := resultRun{
		Name: r.Name, Recipe: r.Recipe, Status: r.State.String(), Reason: r.Reason, Seed: r.Seed,
		Steps: r.Step, Evals: r.Evals, LossEvals: r.LossEvals, Loss: number(r.Last.Loss),
		Suboptimality: number(suboptimality(o, r.Last.Loss)), ValAccuracy: number(r.Last.ValAccuracy),
		TestAccuracy: number(r.Last.TestAccuracy), Seconds: r.Seconds, PlotSeconds: r.PlotSeconds,
		EvalsPerSecond: number(float64(r.Evals) / r.Seconds), ThetaSHA256: r.ThetaSHA256, Curve: []resultPoint{},
		Diagnosis: newResultDiagnosis(r.Diagnosis),
	}
	for _, p := range r.Curve {
		run.Curve = append(run.Curve, resultPoint{
			Step: p.Step, Evals: p.Evals, Seconds: p.Seconds, Elapsed: p.Elapsed, Rounds: p.Rounds, Bytes: p.Bytes,
			Loss: number(p.Loss), Suboptimality: number(suboptimality(o, p.Loss)), ValAccuracy: number(p.ValAccuracy),
		})
	}
	if r.Federated != nil {
		run.Federated = newResultRounds(s, r)
	}
	return run
}

// newResultRounds is what came of a federated run. Accuracies, and so the
// points lost, are fractions of 1.
func newResultRounds(s *train.Snapshot, r *train.RunView) *resultRounds {
	f := r.Federated
	nan := number(math.NaN())
	out := &resultRounds{
		Round: f.Round, Bytes: f.Bytes, Epsilon: nan, Delta: nan, PointsLost: number(s.Cost(r).Lost()), Clients: []resultClient{},
	}
	if p := f.Privacy; p != nil {
		out.Epsilon, out.Delta = number(p.Epsilon), number(p.Delta)
		noise := "secret"
		switch {
		case p.Void != "":
			noise = "void"
		case p.Reproduced:
			noise = "reproducible"
		}
		out.Noise = &noise
	}
	for _, c := range f.Clients {
		out.Clients = append(out.Clients, resultClient{
			ID: c.ID, Classes: held(c), Examples: c.Examples, Loss: number(c.Loss), Drift: number(c.Drift), Status: c.State.String(),
		})
	}
	return out
}

// held is the classes that a client has examples of.
func held(c train.ClientView) []int {
	classes := []int{}
	for class, n := range c.Classes {
		if n > 0 {
			classes = append(classes, class)
		}
	}
	return classes
}

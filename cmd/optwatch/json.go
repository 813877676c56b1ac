package main

import (
	"encoding/json"
	"math"
	"slices"

	"optwatch/train"
	"optwatch/train/study"
	"optwatch/train/view"
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
	Hidden       string  `json:"hidden,omitempty"`    // of a net
	Precision    string  `json:"precision,omitempty"` // of mini-batches
	L2           float64 `json:"l2"`
	Parameters   int     `json:"parameters"`
	Optimum      number  `json:"optimum"`
	OptimumBound number  `json:"optimum_bound"`
}

// resultRun is a run, and by their keys the metrics that its source declares,
// such as its loss.
type resultRun struct {
	resultHead
	metrics named
	resultTail
}

type resultHead struct {
	Name           string  `json:"name"`
	Recipe         string  `json:"recipe"`
	Status         string  `json:"status"`
	Reason         string  `json:"reason"`
	Seed           uint64  `json:"seed"`
	Steps          int64   `json:"steps"`
	Evals          int64   `json:"evals"`
	LossEvals      int64   `json:"loss_evals"`
	Seconds        float64 `json:"seconds"`
	PlotSeconds    float64 `json:"plot_seconds"`
	EvalsPerSecond number  `json:"evals_per_second"`
	ThetaSHA256    string  `json:"theta_sha256"`
}

type resultTail struct {
	Curve     []named          `json:"curve"` // places on the axes and values of the metrics, by their keys
	Federated *resultRounds    `json:"federated"`
	Diagnosis *resultDiagnosis `json:"diagnosis"`
}

// MarshalJSON puts the metrics between the two parts, in one object.
func (r resultRun) MarshalJSON() ([]byte, error) {
	var out []byte
	for _, part := range []any{r.resultHead, r.metrics, r.resultTail} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if inner := text[1 : len(text)-1]; len(inner) > 0 {
			out = slices.Concat(out, []byte{','}, inner)
		}
	}
	out[0] = '{'
	return append(out, '}'), nil
}

// named are numbers by their names, in their order.
type named []namedNumber

type namedNumber struct {
	name  string
	value number
}

// MarshalJSON makes them an object.
func (n named) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, v := range n {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(v.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v.value)
		if err != nil {
			return nil, err
		}
		out = slices.Concat(out, name, []byte{':'}, value)
	}
	return append(out, '}'), nil
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

// number is null in JSON where it is not finite.
type number = study.Number

// newResult is the outcome of an experiment.
func newResult(s *train.Report) result {
	out := result{
		Schema: 1,
		Data: resultData{
			Name: s.Data.Name, Digest: s.Data.Digest, Train: s.Data.Train, Val: s.Data.Val, Test: s.Data.Test,
			Features: s.Data.Features, Classes: len(s.Data.Classes),
		},
		Problem: resultProblem{
			Model: s.Problem.Model, Hidden: s.Problem.Settings.Hidden, Precision: s.Problem.Settings.Precision, L2: s.Problem.L2, Parameters: s.Problem.Parameters,
			Optimum: number(math.NaN()), OptimumBound: number(math.NaN()),
		},
		Runs: []resultRun{},
	}
	if s.Optimum.State == train.OptimumCertified {
		out.Problem.Optimum, out.Problem.OptimumBound = number(s.Optimum.Value), number(s.Optimum.Bound)
	}
	seen := s.Snapshot()
	for i := range s.Runs {
		out.Runs = append(out.Runs, newResultRun(s, &s.Runs[i], seen, &seen.Runs[i]))
	}
	return out
}

// newResultRun is a run by what its experiment knows of it and by what viewers see.
func newResultRun(s *train.Report, r *train.RunReport, seen *view.Snapshot, v *view.Run) resultRun {
	run := resultRun{resultHead: resultHead{
		Name: r.Name, Recipe: r.Recipe, Status: r.State.String(), Reason: r.Reason, Seed: r.Seed,
		Steps: r.Step, Evals: r.Evals, LossEvals: r.LossEvals, Seconds: r.Seconds, PlotSeconds: r.PlotSeconds,
		EvalsPerSecond: number(float64(r.Evals) / r.Seconds), ThetaSHA256: r.ThetaSHA256,
	}, resultTail: resultTail{Curve: newResultCurve(seen, v), Diagnosis: newResultDiagnosis(r.Diagnosis)}}
	for i := range seen.Metrics {
		if m := &seen.Metrics[i]; m.Behind == "" {
			run.metrics = append(run.metrics, namedNumber{m.Key, settled(m, v.Last(m.Key))})
		}
	}
	if r.Federated != nil {
		run.Federated = newResultRounds(s, r)
	}
	return run
}

// settled is a value of a metric; that of one which is measured against the best
// so far is none.
func settled(m *view.Metric, v float64) number {
	if m.Provisional {
		v = math.NaN()
	}
	return number(v)
}

// newResultCurve is a run at its plot points: the series of its metrics that
// have places, which all of them share.
func newResultCurve(s *view.Snapshot, r *view.Run) []named {
	points := []named{}
	for i := range s.Metrics {
		m := &s.Metrics[i]
		k := r.Of(m.Key)
		if m.Behind != "" || k == nil {
			continue
		}
		for j, v := range k.Values {
			if j == len(points) {
				points = append(points, newResultPlace(s, k, j))
			}
			points[j] = append(points[j], namedNumber{m.Key, settled(m, v)})
		}
	}
	return points
}

// newResultPlace is where the j-th value of a series lies on the axes. Who takes
// no rounds has taken none.
func newResultPlace(s *view.Snapshot, k *view.Series, j int) named {
	var out named
	for axis, a := range s.Axes {
		v := 0.0
		if at := k.On(axis); j < len(at) {
			v = at[j]
		}
		out = append(out, namedNumber{a.Key, number(v)})
	}
	return out
}

// newResultRounds is what came of a federated run. Accuracies, and so the
// points lost, are fractions of 1.
func newResultRounds(s *train.Report, r *train.RunReport) *resultRounds {
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
func held(c view.Client) []int {
	classes := []int{}
	for class, n := range c.Classes {
		if n > 0 {
			classes = append(classes, class)
		}
	}
	return classes
}

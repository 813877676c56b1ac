package train

import (
	"math"
	"slices"
	"strconv"
	"time"

	"optwatch/train/objective"
	"optwatch/train/view"
)

// Snapshot is the state of everything now, as viewers see it.
func (e *Experiment) Snapshot() *view.Snapshot {
	r := e.report()
	e.showing.Lock()
	defer e.showing.Unlock()
	e.sweep(r.Elapsed)
	return r.Snapshot()
}

// sweepEvery is how long a second copy of the data may lie unused. It is 17 MB of
// MNIST, which takes 50 ms to make again.
const sweepEvery = time.Minute

// sweep gives up what has not been used for sweepEvery. It is called with showing held.
func (e *Experiment) sweep(elapsed time.Duration) {
	if elapsed < e.swept+sweepEvery {
		return
	}
	e.swept = elapsed
	e.mu.Lock()
	p := e.problem
	e.mu.Unlock()
	if p == nil {
		return
	}
	for _, o := range []objective.Objective{p.train, p.val, p.test} {
		if l, ok := o.(*objective.Linear); ok {
			l.Sweep()
		}
	}
}

// Snapshot is the report as viewers see it.
func (r *Report) Snapshot() *view.Snapshot {
	s := &view.Snapshot{
		Generation: r.Generation, Began: r.Began, Elapsed: r.Elapsed, Phase: r.Phase, Loading: r.Loading, Failure: r.failure(),
		Events: r.Events, Devices: r.Devices, Leaving: view.LeavesEnded,
	}
	if r.Phase == view.PhaseLoading || r.Phase == view.PhaseFailed {
		return s
	}
	s.Subject, s.Axes, s.Metrics, s.Headline, s.Columns = r.subject(), axes, r.metrics(), r.headline(), r.columns()
	s.Pace, s.Accepts = axes[onEvals].Key, accepted
	s.Busy = r.Phase == view.PhaseTraining && r.Optimum.State == OptimumSearching
	s.Bounded = slices.ContainsFunc(r.Runs, func(q RunReport) bool { return q.Limited })
	s.Runs = make([]view.Run, len(r.Runs))
	groups, base := r.groups(), r.baseline()
	for i := range r.Runs {
		s.Runs[i] = r.run(&r.Runs[i], groups[r.Runs[i].ID], base)
	}
	return s
}

// accepted are the commands that an experiment takes.
var accepted = []view.CommandKind{view.Pause, view.Resume, view.StepOnce, view.Stop, view.Restart, view.Set, view.Switch, view.Add, view.Branch, view.DropClient, view.RejoinClient}

func (s *Report) failure() view.Failure {
	switch {
	case s.Err == "":
		return view.Failure{}
	case s.Misconfigured:
		return view.Failure{Title: "this cannot be trained as it was asked for", Reason: s.Err, Advice: "The command line must change."}
	}
	return view.Failure{
		Title: "there is no data to train on", Reason: s.Err,
		Advice: "Check --data and --data-dir, or start with --data digits, which needs no files.",
	}
}

func (s *Report) subject() view.Subject {
	return view.Subject{
		Name: s.Data.Name, Synthetic: s.Data.Synthetic, Train: s.Data.Train, Val: s.Data.Val, Classes: s.Data.Classes,
		Title: s.Problem.Title, Short: s.Problem.Model, Constant: "λ = " + compact(s.Problem.L2),
	}
}

// compact is a number in as few characters as it takes: 1e-3, 0.25.
func compact(v float64) string {
	plain, power := strconv.FormatFloat(v, 'g', 4, 64), strconv.FormatFloat(v, 'e', -1, 64)
	power = view.ShortExponents(power)
	if len(power) < len(plain) {
		return power
	}
	return plain
}

// axes are what an experiment's curves are drawn over.
var axes = []view.Axis{
	onEvals:   {Key: "evals", Title: "gradient evaluations", Name: "evals", Format: view.Count},
	onEpochs:  {Key: "epochs", Title: "epochs"},
	onElapsed: {Key: "elapsed", Title: "wall time, s", Clock: true},
	onSteps:   {Key: "step", Title: "steps", Name: "step", Format: view.Count, Steps: true},
	onRounds:  {Key: "rounds", Title: "rounds", Format: view.Count, Whole: true, None: "no rounds"},
	onBytes:   {Key: "bytes", Title: "bytes sent", Format: view.Bytes, At: "sent", None: "sends nothing"},
	onSeconds: {Key: "seconds", Title: "time spent stepping, s", Aside: true},
}

// headline are the metrics to begin with: the one that the data set is judged
// by, and how far f is from its minimum.
func (s *Report) headline() []string {
	switch classes := s.Data.Classes != nil; {
	case classes && s.Data.Val > 0:
		return []string{valAccuracy, suboptimality}
	case classes && s.Data.Test > 0:
		return []string{testAccuracy, suboptimality}
	}
	return []string{trainLoss, suboptimality}
}

// columns are those of the standings.
func (s *Report) columns() []view.Column {
	out := []view.Column{{Key: "step", Drop: 6}, {Key: "lr", Drop: 3}, {Key: "batch", Drop: 7}, {Key: "evals", Drop: 4}, {Key: trainLoss, Drop: 2}}
	if judged := s.headline()[0]; judged != trainLoss {
		out = append(out, view.Column{Key: judged, Spread: 1})
	}
	return append(out, view.Column{Key: suboptimality, Drop: 1, Spread: 5})
}

// groups are the names of the groups of runs that differ in their seed alone,
// by the runs' identities.
func (s *Report) groups() map[int]string {
	runs := make([]*RunReport, len(s.Runs))
	for i := range s.Runs {
		runs[i] = &s.Runs[i]
	}
	names := map[int]string{}
	for _, g := range seedGroups(runs) {
		for _, r := range g {
			if len(g) > 1 {
				names[r.ID] = "seeds of " + g[0].Name
			}
		}
	}
	return names
}

// run is a run as viewers see it.
func (s *Report) run(r *RunReport, group string, b baseline) view.Run {
	shown := r.shown
	if shown == nil { // nobody keeps them
		shown = new(columns)
	}
	shown.update(r, s.Data.Train, b)
	v := view.Run{
		ID: r.ID, Generation: r.changed, Name: r.Name, Method: r.Method, Recipe: r.Recipe, Group: group, Seed: r.Seed,
		State: r.State, Reason: r.Reason, Pending: r.Pending, Activity: r.Activity,
		At: s.placesOf(r, Point{
			Step: r.Step, Evals: r.Evals, Seconds: r.Seconds, Elapsed: s.Elapsed.Seconds(), Rounds: r.rounds(), Bytes: r.bytes(),
		}),
		Elsewhere: elsewhere(r.Elsewhere),
		Settings:  r.settings(), Series: s.series(r, shown), Rate: r.EvalsPerSecond, Left: r.Left, Diagnosis: r.Diagnosis,
	}
	for _, m := range r.Marks {
		at := Point{Step: m.Step, Evals: m.Evals, Seconds: m.Seconds, Elapsed: m.Elapsed, Rounds: m.Rounds, Bytes: m.Bytes}
		v.Marks = append(v.Marks, view.Mark{Kind: m.Kind, Places: s.placesOf(r, at), Text: m.Text})
	}
	if r.Federated != nil {
		f := *r.Federated
		f.Cost = s.Cost(r)
		v.Federation = &f
	}
	return v
}

// elsewhere is about the metric of distances from the minimum of f.
func elsewhere(why string) view.Elsewhere {
	if why == "" {
		return view.Elsewhere{}
	}
	return view.Elsewhere{Metric: suboptimality, Why: why}
}

// placesOf is where a point of a run lies on the axes.
func (s *Report) placesOf(r *RunReport, p Point) []float64 {
	var at places
	at.add(s.Data.Train, r.Federated != nil, p)
	out := make([]float64, axisCount)
	for axis, v := range at {
		out[axis] = math.NaN()
		if len(v) > 0 {
			out[axis] = v[0]
		}
	}
	return out
}

func (r *RunReport) rounds() int64 {
	if r.Federated == nil {
		return 0
	}
	return int64(r.Federated.Round)
}

func (r *RunReport) bytes() int64 {
	if r.Federated == nil {
		return 0
	}
	return r.Federated.Bytes
}

// settings are the numbers that commands change.
func (r *RunReport) settings() []view.Setting {
	out := []view.Setting{{Key: "lr", Name: "lr", Value: r.LR}}
	if r.Batch > 0 {
		out = append(out, view.Setting{Key: "batch", Name: "batch", Format: view.Count, Value: float64(r.Batch)})
	}
	if f := r.Federated; f != nil {
		out = append(out, view.Setting{Key: "epochs", Name: "E", Format: view.Count, Value: float64(f.Epochs)})
		if !math.IsNaN(f.Mu) {
			out = append(out, view.Setting{Key: "mu", Name: "μ", Value: f.Mu})
		}
	}
	return out
}

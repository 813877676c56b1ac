package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/device"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// Config is what an experiment is made of.
type Config struct {
	Load      func(context.Context, data.Progress) (*data.Dataset, error) // reads the data
	Recipes   func(DataView, ProblemView) []optimizers.Recipe             // the runs to begin with
	Model     string
	Settings  objective.Settings // of the model
	L2        float64            // λ
	Seed      uint64
	Threads   int // training slots; 0 for one a processor
	Budget    Limits
	Catalogue optimizers.Catalogue
	Resume    []*RunState      // the runs that go on, before those of Recipes, by their IDs; nil for an ID that stays unused
	Unpause   bool             // those of Resume go on even if they were paused
	Cache     string           // folder of certified optima; "" for none
	Clock     func() time.Time // nil for time.Now
	Devices   device.Source    // that snapshots show; nil for none
	Unprobed  bool             // no diagnosis

	// Release, if it is not nil, is told of each release of noise that nobody can
	// draw again before the noise is drawn, with its number in the run, from 1. It
	// returns once that is written down for good; after an error the run fails and
	// nothing is released. The goroutines of runs call it.
	Release func(run, count int) error
	// Released are the latest such numbers of the runs of Resume and Recipes, by
	// their identities: what their states know nothing of is charged again. A run
	// that begins anew since it crashed before it was first saved has no state.
	Released map[int]int

	// Outcome, if it is not nil, is told what came of each attempt at a round whose
	// clients are in other processes, and returns its number once that is written
	// down for good; after an error the run fails. The goroutines of runs call it.
	Outcome func(run int, outcome []byte) (number int64, err error)
	// Outcomes are those of the runs of Resume and Recipes that have been written
	// down, by their identities and in their order: what a clock decided is decided.
	Outcomes map[int][]Outcome
}

// Limits end each run. Zero means no limit.
type Limits struct {
	Evals  int64         // gradient evaluations
	Passes float64       // gradient evaluations, in units of n
	Time   time.Duration // of stepping

	Default bool // nobody asked for them: rounds that a recipe asks for go before
}

// ConfigError is an error in what was asked for, not in the world.
type ConfigError struct{ Err error }

// Error is the error itself.
func (e ConfigError) Error() string { return e.Err.Error() }

// Unwrap is the error itself.
func (e ConfigError) Unwrap() error { return e.Err }

// maxRuns bounds memory and the screen.
const maxRuns = 16

// errFull is why there can be no further run.
var errFull = fmt.Errorf("there are %d runs, the most there can be", maxRuns)

// Experiment is one data set, one problem and its runs. It starts and ends
// every training goroutine.
type Experiment struct {
	config  Config
	slots   Slots
	began   time.Time // earlier by what had elapsed when the runs were saved that go on
	optimum *certifier
	group   sync.WaitGroup
	ctx     context.Context
	gen     atomic.Uint64 // Report.Generation
	doing   sync.Mutex    // one command at a time
	showing sync.Mutex    // one snapshot at a time
	swept   time.Duration // after which what lay unused was last given up; guarded by showing

	// Never taken while a run's or a gate's mutex is held.
	mu       sync.Mutex
	changed  sync.Cond // an ending: of loading, of a run, of the certifier
	phase    view.Phase
	loading  view.Loading
	err      error
	problem  *problem // set once, before any run
	runs     []*run
	promised map[string]promised // names of runs that are to be branched
	active   int                 // runs that have a goroutine
	nextID   int
	events   []view.Event
	numbers  uint64        // events so far
	ended    time.Duration // when the last run ended
}

var _ view.Source = (*Experiment)(nil)

// Start begins an experiment: it returns at once, and reads the data, then
// trains in goroutines of its own until ctx ends. Wait waits for them.
func Start(ctx context.Context, c Config) *Experiment {
	e := newExperiment(ctx, c)
	e.group.Go(func() {
		err := e.load()
		if err == nil {
			e.hold() // so that nobody sees an end before its reason
			defer e.release()
			err = e.prepare()
		}
		if err != nil && ctx.Err() == nil {
			e.mu.Lock()
			e.phase, e.err = view.PhaseFailed, err
			e.mu.Unlock()
			e.log("", view.EventFailed, err.Error())
		}
		e.wake()
	})
	context.AfterFunc(ctx, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, r := range e.runs {
			r.gate.stop()
		}
		e.changed.Broadcast()
	})
	return e
}

// newExperiment is an experiment that has not read its data.
func newExperiment(ctx context.Context, c Config) *Experiment {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	e := &Experiment{config: c, slots: NewSlots(c.Threads), began: c.Clock(), ctx: ctx}
	earlier := time.Duration(0)
	for _, s := range c.Resume {
		if s != nil {
			earlier = max(earlier, s.Elapsed)
		}
	}
	e.began = e.began.Add(-earlier)
	e.changed.L = &e.mu
	e.optimum = newCertifier(e)
	return e
}

// load reads the data and makes the problem. What panics there is an error.
func (e *Experiment) load() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	ds, err := e.config.Load(e.ctx, func(what string, done, total int64) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.gen.Add(1)
		e.loading = view.Loading{What: what, Done: done, Total: total}
	})
	if err != nil {
		return err
	}
	p, err := newProblem(ds, e.config.Model, e.config.Settings, e.config.L2)
	if err != nil {
		return ConfigError{err}
	}
	e.mu.Lock()
	e.problem = p
	e.touch()
	e.mu.Unlock()
	return nil
}

// prepare begins the runs. What panics there is an error.
func (e *Experiment) prepare() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	ds := e.problem.data
	dv, pv := e.problem.views(e.evalBudget())
	e.log("", view.EventInfo, fmt.Sprintf("%s: %d + %d + %d examples, %d features", ds.Name, dv.Train, dv.Val, dv.Test, dv.Features))
	recipes := e.config.Recipes(dv, pv)
	runs := len(recipes)
	for _, s := range e.config.Resume {
		if s != nil {
			runs++
		}
	}
	if runs > maxRuns {
		return ConfigError{tooMany(runs, recipes)}
	}
	if err := e.check(recipes); err != nil {
		return ConfigError{err}
	}
	e.optimum.begin(e.problem)
	for id, s := range e.config.Resume {
		if e.nextID = id; s == nil {
			continue
		}
		if err := e.resume(s, id, e.config.Unpause); err != nil {
			return ConfigError{err}
		}
	}
	e.nextID = len(e.config.Resume)
	for _, r := range recipes {
		if err := e.add(r, e.nextID, 0); err != nil {
			return ConfigError{err}
		}
	}
	for _, note := range ds.Notes {
		e.log("", view.EventInfo, note)
	}
	e.group.Go(e.optimum.run)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.phase = view.PhaseTraining // not before: whoever waits for runs is not to hear of any that is refused
	e.touch()
	return nil
}

// check finds what is wrong with recipes, before the first begins.
func (e *Experiment) check(recipes []optimizers.Recipe) error {
	for _, r := range recipes {
		if err := e.config.Catalogue.Check(r); err != nil {
			return err
		}
		if _, err := e.config.Catalogue.Build(r, e.facts()); err != nil {
			return err
		}
	}
	return nil
}

// tooMany says that there are more runs than there can be, and of recipes with
// several seeds how many of these would do.
func tooMany(runs int, recipes []optimizers.Recipe) error {
	different := map[string]bool{}
	for _, r := range recipes {
		different[r.With("seed", "").String()] = true
	}
	if n := len(different); n < len(recipes) && len(recipes) == runs && n <= maxRuns {
		return fmt.Errorf("%d runs with %d seeds each are %d, and there can be %d: %d seeds at most, or fewer runs", n, runs/n, runs, maxRuns, maxRuns/n)
	}
	return fmt.Errorf("%d runs are asked for, and there can be %d at most", runs, maxRuns)
}

// add makes a run of a recipe and starts it, by a command if its identity is not 0.
// A run that was recorded before has the identity of the record, others have none.
func (e *Experiment) add(recipe optimizers.Recipe, recorded int, command uint64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.runs) == maxRuns {
		return errFull
	}
	r, err := newRun(e, e.nextID, e.unique(recipe.Label()), recipe)
	if err != nil {
		return err
	}
	if err := e.takeUp(r, recorded); err != nil {
		return err
	}
	e.start(r, "started: "+recipe.String(), command)
	return nil
}

// evalBudget is the budget of a run in gradient evaluations; 0 for none.
func (e *Experiment) evalBudget() int64 {
	b := e.config.Budget
	limit := b.Evals
	if b.Passes > 0 {
		if p := int64(max(1, math.Round(b.Passes*float64(e.problem.train.Len())))); limit == 0 || p < limit {
			limit = p
		}
	}
	return limit
}

func (e *Experiment) facts() optimizers.Problem { return e.problem.facts(e.evalBudget()) }

func (e *Experiment) elapsed() time.Duration { return e.config.Clock().Sub(e.began) }

// unique is a run name that no run has yet, and none is promised. The caller holds mu.
func (e *Experiment) unique(name string) string {
	taken := func(n string) bool {
		_, promised := e.promised[n]
		return promised || slices.ContainsFunc(e.runs, func(r *run) bool { return r.name == n })
	}
	unique := name
	for i := 2; taken(unique); i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	return unique
}

const maxEvents = 500

func (e *Experiment) log(run string, kind view.EventKind, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.logLocked(view.Event{Run: run, Kind: kind, Text: text})
}

// Note puts a line into the log that is of no run.
func (e *Experiment) Note(kind view.EventKind, text string) { e.log("", kind, text) }

func (e *Experiment) logLocked(v view.Event) {
	if len(e.events) == maxEvents {
		e.events = slices.Clone(e.events[maxEvents/2:])
	}
	e.numbers++
	v.Number, v.Elapsed = e.numbers, e.elapsed()
	e.events = append(e.events, v)
	e.gen.Add(1)
}

// touch tells viewers that something changed.
func (e *Experiment) touch() { e.gen.Add(1) }

// Report is the state of everything now.
func (e *Experiment) Report() *Report {
	s := e.report()
	for i := range s.Runs {
		s.Runs[i].shown = nil // it is guarded by showing
	}
	return s
}

// report is the same with what was translated for viewers, for Snapshot.
func (e *Experiment) report() *Report {
	e.mu.Lock()
	s := &Report{
		Generation: e.gen.Load(), Began: e.began, Elapsed: e.elapsed(), Phase: e.phase, Loading: e.loading,
		Events: e.events[:len(e.events):len(e.events)],
	}
	if e.phase == view.PhaseEnded {
		s.Elapsed = e.ended
	}
	if e.err != nil {
		s.Err = e.err.Error()
		s.Misconfigured = errors.As(e.err, new(ConfigError))
	}
	p, runs := e.problem, slices.Clone(e.runs)
	e.mu.Unlock()
	if e.config.Devices != nil {
		s.Devices = e.config.Devices.View()
	}
	if p == nil {
		return s
	}
	s.Data, s.Problem = p.views(e.evalBudget())
	s.Optimum = e.optimum.get()
	for _, r := range runs {
		s.Runs = append(s.Runs, r.report(r.budget()))
	}
	return s
}

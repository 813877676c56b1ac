package train

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"slices"

	"optwatch/optimizers"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// Bench is where trials are made: one data set and one problem, without a
// viewer and without commands. Trials share its training slots, and so may
// advance at the same time in goroutines of their caller's.
type Bench struct {
	exp  *Experiment
	stop func()
}

// NewBench reads the data, and begins to certify the optimum. Of c it needs
// neither Recipes nor Budget; its trials are diagnosed only if they are asked
// to be. Close ends it.
func NewBench(ctx context.Context, c Config) (*Bench, error) {
	ctx, stop := context.WithCancel(ctx)
	e := newExperiment(ctx, c)
	if err := e.load(); err != nil {
		stop()
		return nil, err
	}
	e.optimum.begin(e.problem)
	e.group.Go(e.optimum.run)
	return &Bench{exp: e, stop: stop}, nil
}

// Close ends the search for the optimum and every trial.
func (b *Bench) Close() {
	b.stop()
	b.exp.Wait()
}

// Views describe the data and the problem, for a budget of gradient
// evaluations a trial; 0 for none.
func (b *Bench) Views(evals int64) (DataView, ProblemView) { return b.exp.problem.views(evals) }

// Objective is the data term over the training examples, with scratch space for one goroutine.
func (b *Bench) Objective() objective.Objective { return b.exp.problem.train.Worker() }

// L2 is the regulariser.
func (b *Bench) L2() objective.L2 { return b.exp.problem.l2 }

// Optimum waits until nothing better will be known of f*, or until the bench
// is closed.
func (b *Bench) Optimum() Optimum {
	e := b.exp
	defer context.AfterFunc(e.ctx, e.wake)()
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.ctx.Err() == nil && !e.optimum.settled() {
		e.changed.Wait()
	}
	return e.optimum.get()
}

// Compute calls f in a training slot, for work beside the trials. f takes care
// to be short, a few milliseconds, or calls yield in between.
func (b *Bench) Compute(f func(yield func())) {
	g := newGate(b.exp.slots, b.exp.config.Clock)
	g.enter()
	defer g.leave()
	f(g.yield)
}

// Trial is a run that goes as far as its caller says. One goroutine uses it.
type Trial struct {
	run    *run
	total  int64
	state  view.State
	reason string
}

// Trial is TrialOf a recipe that is still to be read.
func (b *Bench) Trial(recipe string, seed uint64, evals int64) (*Trial, error) {
	r, err := b.exp.config.Catalogue.Parse(recipe)
	if err != nil {
		return nil, err
	}
	return b.TrialOf(r, seed, evals)
}

// TrialOf is a run of a recipe that has not begun. Its schedule is laid out for
// a budget of gradient evaluations, beyond which it does not advance; 0 for
// none. Trials of one estimator and rule with one seed draw the same examples,
// whatever their settings.
func (b *Bench) TrialOf(r optimizers.Recipe, seed uint64, evals int64) (*Trial, error) {
	u, err := newRunFor(b.exp, 0, r.Label(), r, seed, b.exp.problem.facts(evals))
	if err != nil {
		return nil, err
	}
	u.probe = nil
	return newTrial(u, evals), nil
}

// Resume is a trial that goes on from a state, up to a budget of gradient
// evaluations; 0 for none.
func (b *Bench) Resume(s *RunState, evals int64) (*Trial, error) {
	u, err := b.exp.restore(s, 0, s.Name)
	if err != nil {
		return nil, err
	}
	t := newTrial(u, evals)
	t.state, t.reason = s.Standing.State, s.Standing.Reason
	return t, nil
}

func newTrial(u *run, evals int64) *Trial {
	if evals == 0 {
		evals = math.MaxInt64
	}
	return &Trial{run: u, total: evals}
}

// Bare leaves out the plot points, which may cost more than the steps: what
// remains are the first and those where Advance ends. Methods that take many
// steps at once round differently then.
func (t *Trial) Bare() *Trial {
	t.run.bare = true
	return t
}

// Diagnosed lets a trial that has not begun be diagnosed as a run of an
// experiment is.
func (t *Trial) Diagnosed() *Trial {
	t.run.probe = newProbe(t.run)
	return t
}

// Save is the state of the trial. One that failed has none.
func (t *Trial) Save() (*RunState, error) {
	if t.state == view.Failed {
		return nil, errNotWhole
	}
	s, err := t.run.whole()
	if err == nil {
		s.Standing = StandingState{State: t.state, Reason: t.reason}
	}
	return s, err
}

// FirstCost is the evaluations that the first step takes, of SVRG the first snapshot too.
func (t *Trial) FirstCost() int64 { return int64(t.run.stage.estimator.Cost(t.run.face)) }

// Advance trains until the next step would take the trial beyond a count of
// evaluations, or it ends by itself. Running means that it can go on. Several
// trials may advance at the same time.
func (t *Trial) Advance(evals int64) (state view.State, reason string) {
	if t.state.Ended() {
		return t.state, t.reason
	}
	r := t.run
	r.limit = min(evals, t.total)
	defer context.AfterFunc(r.exp.ctx, r.gate.stop)()
	defer func() {
		if p := recover(); p != nil {
			state, reason = view.Failed, fmt.Sprintf("panic: %v\n%s", p, debug.Stack())
		}
		if r.gate.has {
			r.gate.leave()
		}
		if state == view.Budget && r.limit < t.total {
			state, reason = view.Running, ""
		}
		t.state, t.reason = state, reason
	}()
	r.gate.enter()
	state, reason = r.loop()
	if state == view.Budget {
		r.lastPoint(state)
	}
	return state, reason
}

// State is how the trial stands, and why it ended if it has.
func (t *Trial) State() (view.State, string) { return t.state, t.reason }

// Evals is the gradient evaluations taken.
func (t *Trial) Evals() int64 { return t.run.oracle.evals() }

// Steps is the steps taken; of a federation, by its clients.
func (t *Trial) Steps() int64 { return t.run.stepCount() }

// Theta is the parameters. They change when the trial advances.
func (t *Trial) Theta() []float64 { return t.run.theta }

// Carried is what the estimator carries from step to step.
func (t *Trial) Carried() []optimizers.Var { return t.run.stage.estimator.State() }

// Curve is the trial at its plot points, the newest last.
func (t *Trial) Curve() []Point { return slices.Clip(t.run.line.Points()) }

// Last is the newest point of the curve; of a trial that diverged its loss is +Inf.
func (t *Trial) Last() Point {
	if t.state == view.Diverged || t.state == view.Failed {
		p := unknownPoint()
		p.Step, p.Evals, p.Loss = t.Steps(), t.Evals(), math.Inf(1)
		return p
	}
	return t.run.pub.Last
}

// Diagnosis is what the looks at the trial have come to; nil before the first.
func (t *Trial) Diagnosis() *view.Diagnosis { return t.run.pub.Diagnosis }

// Marks are the events of the trial.
func (t *Trial) Marks() []Mark { return slices.Clip(t.run.pub.Marks) }

// Federated is the federation as it is now; nil for a centralised trial.
func (t *Trial) Federated() *view.Federation {
	if f := t.run.stage.federation(); f != nil {
		return f.View()
	}
	return nil
}

// ClassAccuracy is the share of each class classified rightly, on the test set
// or else the validation set.
func (t *Trial) ClassAccuracy() []float64 {
	r := t.run
	r.gate.enter()
	defer r.gate.leave()
	return r.accuracyByClass(t.state)
}

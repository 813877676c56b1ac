package train

import (
	"errors"
	"fmt"
	"math"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// convergedAt is the f − f* below which a run has converged.
const convergedAt = 1e-12

// divergedAt times f(θ₀) is the loss above which a run has diverged.
const divergedAt = 1e4

// errEnded says that a step was not taken because the run has ended before it.
var errEnded = errors.New("ended")

// run is one method on the problem. Its goroutine owns everything but what is
// published.
type run struct {
	published

	id    int
	name  string
	seed  uint64
	first optimizers.Recipe // what a restart begins with

	recipe optimizers.Recipe
	method *optimizers.Method
	stage  stage
	theta  []float64
	g      []float64
	oracle *oracle
	face   optimizers.Oracle // the oracle as methods see it
	lazy   *lazyOracle       // the same, as leaps see it; nil where the model is not linear

	limit     int64 // evaluations at which it ends, in place of the experiment's budget; 0 for that
	bare      bool  // no plot points between the first and the last
	steps     int64
	lossEvals int64
	released  int64      // releases of noise that nobody can draw again, begun since the run's first start
	settled   int64      // of these, up to the latest whose round is over
	plotted   float64    // seconds spent on plot points
	plotFrom  float64    // seconds worked when the plot point in progress was begun; NaN for none
	nextPlot  float64    // evaluations
	start     float64    // f(θ₀)
	gradNorm  float64    // of the latest step for which it was computed
	due       bool       // a plot point waits for the loss that the next full gradient gives for free
	ending    view.State // how that point ended the run
	why       string
	torn      bool // it was stopped within a step whose estimate is worthless
	leap      leap
	probe     *probe // nil where there is no diagnosis
	answering uint64 // the command that is being carried out and not acknowledged yet; 0 for none
}

// newRun is a run at θ₀ that has not begun.
func newRun(e *Experiment, id int, name string, r optimizers.Recipe) (*run, error) {
	return newRunFor(e, id, name, r, e.config.Seed, e.facts())
}

// newRunFor is the same with a seed, should the recipe have none, and for a
// problem as methods are told of it.
func newRunFor(e *Experiment, id int, name string, r optimizers.Recipe, seed uint64, p optimizers.Problem) (*run, error) {
	m, err := e.config.Catalogue.Build(r, p)
	if err != nil {
		return nil, err
	}
	u := e.blank(id, name, seed)
	u.first = r
	if s, ok := r.Get("seed"); ok {
		if u.seed, err = optimizers.Seed(s); err != nil {
			return nil, optimizers.RecipeError{Recipe: r.String(), Err: fmt.Errorf("seed is a whole number, got %q", s)}
		}
	}
	u.reset(m)
	u.publish()
	return u, nil
}

// blank is a run without a method.
func (e *Experiment) blank(id int, name string, seed uint64) *run {
	u := &run{id: id, name: name, seed: seed, published: published{exp: e, gate: newGate(e.slots, e.config.Clock)}}
	u.gate.onPause, u.gate.onSlice = u.paused, u.publish
	u.gate.onStep = func(command uint64) { e.acknowledge(name, command) }
	return u
}

// reset puts a run at θ₀ with the method of its first recipe, and returns the
// commands that come to nothing with that.
func (r *run) reset(m *optimizers.Method) (overtaken []uint64) {
	p := r.exp.problem
	r.recipe, r.method = r.first, m
	r.theta = p.train.Start(r.seed)
	r.g = make([]float64, len(r.theta))
	r.attach(newSampler(p.train.Len(), r.seed, stream(r.streams())))
	overtaken = r.gate.fresh()
	r.steps, r.lossEvals, r.plotted, r.plotFrom, r.nextPlot = 0, 0, 0, math.NaN(), 0
	r.start, r.gradNorm, r.due = math.NaN(), math.NaN(), false
	r.stage.close()
	r.stage, r.leap, r.torn = stage{}, leap{}, false
	r.begin(m)
	r.probe = newProbe(r)

	r.mu.Lock()
	r.line, r.tr, r.past = Curve{}, trace{width: firstWidth(p)}, nil
	r.pub = RunReport{ID: r.id, Name: r.name, Seed: r.seed, State: view.Running, Last: unknownPoint()}
	r.mu.Unlock()
	r.describe()
	return overtaken
}

// streams names the run's random streams: by its name, which tells apart runs
// with the experiment's seed, or where its recipe gives a seed by that of the
// method, so that the recipe alone says what the run draws.
func (r *run) streams() string {
	if _, given := r.first.Get("seed"); given {
		return r.first.Label()
	}
	return r.name
}

// attach gives the run an oracle over a stream.
func (r *run) attach(s *sampler) {
	p := r.exp.problem
	r.oracle = newOracleOf(p.train, p.trainRows, s, r.gate)
	r.oracle.busy = r.busy
	r.face = r.oracle.face()
	if l, ok := r.face.(linearOracle); ok {
		r.lazy = &lazyOracle{linearOracle: l}
	}
}

// begin makes a method the run's own, after its warm-up if it has one.
func (r *run) begin(m *optimizers.Method) {
	f, _ := m.Estimator.(Federation)
	if before := r.stage.federation(); f != before {
		r.stage.close()
		if f != nil {
			r.exp.connect(r, f, before)
		}
	}
	if r.due { // for the old method's full gradient
		r.due, r.nextPlot = false, float64(r.oracle.evals())
	}
	r.stage = methodStage(m, r.steps)
	if evals := int64(math.Round(m.Warm.Passes * float64(r.oracle.Len()))); evals > 0 {
		r.stage = warmStage(m.Warm, r.oracle.evals()+evals, r.steps)
	}
	r.oracle.sampler.replace = r.stage.replace
	r.fuse()
}

// loop steps until the run ends, and says how.
func (r *run) loop() (view.State, string) {
	for {
		if err := r.gate.boundary(); err != nil {
			return r.halted()
		}
		r.finishWarmUp()
		if state, reason := r.plotIfDue(); state.Ended() {
			return state, reason
		}
		r.probeIfDue()
		if reason := r.spent(); reason != "" {
			return view.Budget, reason
		}
		loss, err := r.advance()
		switch {
		case err == errStopped:
			return r.halted()
		case err == errInterrupted:
			continue
		case err == errEnded:
			return r.ending, r.why
		case errors.As(err, new(DivergedError)):
			return view.Diverged, err.Error()
		case err != nil:
			return view.Failed, err.Error()
		case r.stage.regime.diverges(loss, r.bound()*r.excess()):
			return view.Diverged, view.ShortExponents(fmt.Sprintf("loss %.3g at step %d", loss, r.stepCount()))
		}
		// Who takes single steps wants to see what each does. Whether a run has
		// converged is judged at plot points only, so that looking changes nothing.
		if r.gate.stepped() {
			if state, reason := r.point(r.oracle.evals(), math.NaN()); state.Ended() && state != view.Converged {
				return state, reason
			}
		}
	}
}

// bound is the loss above which the run has diverged.
func (r *run) bound() float64 { return divergedAt * max(r.start, 1e-3) }

// excess is how many times larger than f the mean loss of a mini-batch can be.
func (r *run) excess() float64 {
	n := r.oracle.Len()
	if b := r.stage.estimator.BatchSize(); b > 0 && b < n {
		return float64(n) / float64(b)
	}
	return 1
}

// finishWarmUp goes on to the recipe's own method once the passes before it are done.
func (r *run) finishWarmUp() {
	if !r.stage.warming() || r.oracle.evals()+int64(r.stage.estimator.Cost(r.face)) <= r.stage.until {
		return
	}
	r.stage = methodStage(r.method, r.steps)
	r.oracle.sampler.replace = r.stage.replace
	r.fuse()
	r.mark(view.EventInfo, fmt.Sprintf("warm-up done, %s begins", r.recipe.Name))
}

// spent says which budget the next step would exceed, or nothing. A snapshot
// of SVRG counts with the inner step after it; the full gradient of SARAH is a
// step itself.
func (r *run) spent() string {
	b := r.exp.config.Budget
	if why := r.stage.regime.spent(); why != "" {
		return why
	}
	cost := int64(r.stage.estimator.Cost(r.face))
	if left := r.left(); cost > left {
		return fmt.Sprintf("%d of %d evaluations, the next step takes %d", r.oracle.evals(), r.budget(), cost)
	}
	if b.Time > 0 && r.seconds() >= b.Time.Seconds() {
		return b.Time.String() + " of stepping"
	}
	return ""
}

// budget is the evaluations at which the run ends; 0 for no limit.
func (r *run) budget() int64 {
	if r.limit > 0 {
		return r.limit
	}
	return r.exp.evalBudget()
}

// left is how many evaluations the budget leaves. A budget that nobody asked
// for does not end a run whose recipe says when it ends.
func (r *run) left() int64 {
	limit := r.budget()
	if limit == 0 || r.stage.regime.endsItself() && r.exp.config.Budget.Default {
		return math.MaxInt64
	}
	return limit - r.oracle.evals()
}

// step estimates a gradient and applies the rule. After an error the run is
// as before the call.
func (r *run) step() (float64, error) {
	evals, s := r.oracle.evals(), &r.stage
	s.regime.prepare(r)
	r.oracle.meter.begin()
	loss, err := s.estimator.Estimate(r.g, r.theta, r.face)
	r.oracle.meter.end()
	s.regime.relay(r)
	err = brokenOff(err)
	if err != errStopped && err != errInterrupted {
		r.settled = r.released
	}
	if r.oracle.meter.short.Load() {
		err, r.torn = errStopped, true
	}
	if err == errStopped || err == errInterrupted { // as if the step had not been begun
		r.oracle.meter.evals.Store(evals)
	}
	if err != nil {
		return 0, err
	}
	if r.due {
		r.due = false
		if r.ending, r.why = r.point(evals, loss); r.ending.Ended() {
			r.oracle.meter.evals.Store(evals)
			return 0, errEnded
		}
	}
	s.regime.apply(r)
	r.steps++
	s.regime.note(r, loss)
	if s.stepper != nil {
		s.stepper.Forget()
	}
	return loss, nil
}

// brokenOff is why a step was broken off without an effect, where an error says
// so, whoever has wrapped it; any other error is itself.
func brokenOff(err error) error {
	if err == nil {
		return nil
	}
	for _, why := range []error{errStopped, errInterrupted} {
		if errors.Is(err, why) {
			return why
		}
	}
	return err
}

// stepCount is the number of steps taken so far; of a federation, by its clients.
func (r *run) stepCount() int64 { return r.stage.regime.steps(r) }

// seconds is the time spent stepping.
func (r *run) seconds() float64 {
	worked := r.gate.worked().Seconds()
	if !math.IsNaN(r.plotFrom) {
		worked = r.plotFrom
	}
	return worked - r.plotted
}

// halted is the ending of a run that has been stopped.
func (r *run) halted() (view.State, string) {
	if r.exp.ctx.Err() != nil {
		return view.Stopped, "the program ended"
	}
	return view.Stopped, "by command"
}

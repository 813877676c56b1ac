package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Do checks a command and queues it for the run's next step boundary.
func (e *Experiment) Do(c Command) error {
	e.doing.Lock()
	defer e.doing.Unlock()
	e.mu.Lock()
	ready, runs := e.problem != nil, slices.Clone(e.runs)
	e.mu.Unlock()
	if !ready {
		return errors.New("the data is still being read")
	}
	if c.Kind == Add {
		return e.add(c.Recipe)
	}
	i := slices.IndexFunc(runs, func(r *run) bool { return r.id == c.Run })
	if i < 0 {
		return fmt.Errorf("there is no run %d", c.Run)
	}
	r := runs[i]
	state := r.state()
	err := allowed(c.Kind, state)
	if err == nil {
		var change func()
		if change, err = e.change(r, c, len(runs)); err == nil {
			e.act(r, c.Kind, state, change)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

// act sets the run's gate, or queues the change; a run that has ended has no
// goroutine, so the change is made at once.
func (e *Experiment) act(r *run, k CommandKind, s State, change func()) {
	switch k {
	case Pause:
		r.gate.pause()
	case Resume:
		r.gate.resume()
	case StepOnce:
		r.gate.step()
	case Stop:
		r.gate.stop()
	default:
		if !s.Ended() {
			r.gate.do(change)
			return
		}
		change()
		if k == Restart {
			e.mu.Lock()
			e.launch(r)
			e.mu.Unlock()
		}
	}
}

// allowed says what a run's state has against a command.
func allowed(k CommandKind, s State) error {
	switch {
	case s.Ended() && (k == Branch && (s == Diverged || s == Failed)):
		return fmt.Errorf("it has %s: there is nothing to go on from; r restarts it", s)
	case s.Ended() && k != Restart && k != Branch:
		return fmt.Errorf("it has ended (%s); r restarts it", s)
	case k == StepOnce && s != Paused:
		return errors.New("only a paused run takes single steps")
	}
	return nil
}

// change is what a command will do to a run, after all that can be wrong with
// it has been checked.
func (e *Experiment) change(r *run, c Command, runs int) (func(), error) {
	switch c.Kind {
	case SetLR:
		if !(c.Value > 0) || math.IsInf(c.Value, 0) {
			return nil, fmt.Errorf("lr must be above 0, got %g", c.Value)
		}
		return func() { r.setLR(c.Value) }, nil
	case SetBatch:
		n := e.problem.train.Len()
		if c.Value < 1 || c.Value > float64(n) || c.Value != math.Trunc(c.Value) {
			return nil, fmt.Errorf("batch must be a whole number from 1 to %d, got %g", n, c.Value)
		}
		if r.batchless() {
			return nil, errors.New("a full gradient has no batch size")
		}
		return func() { r.setBatch(int(c.Value)) }, nil
	case Switch:
		recipe, err := e.config.Catalogue.Parse(c.Recipe)
		if err != nil {
			return nil, err
		}
		m, err := e.config.Catalogue.Build(recipe, e.facts())
		return func() { r.switchTo(recipe, m) }, err
	case Restart:
		m, err := e.config.Catalogue.Build(r.first, e.facts())
		return func() { r.restart(m) }, err
	case Branch:
		if runs == maxRuns {
			return nil, fmt.Errorf("there are %d runs, the most there can be", maxRuns)
		}
		return func() { e.branch(r) }, nil
	}
	return nil, nil
}

// branch starts a copy of a run. It is paused if the run is.
func (e *Experiment) branch(r *run) {
	e.mu.Lock()
	c, err := r.copyAs(e.nextID, e.unique(r.recipe.Name))
	if err == nil {
		if r.gate.inert {
			c.gate.pause()
		}
		e.start(c, EventStart, fmt.Sprintf("branched from %s at step %d: %s", r.name, r.steps, r.recipe))
	}
	e.mu.Unlock()
	if err != nil {
		r.mark(EventInfo, "branch failed: "+err.Error())
	}
}

func (r *run) state() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pub.State
}

func (r *run) batchless() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pub.Batch == 0 && r.pub.Step > 0
}

// conclude publishes how a run ended; from then on the run may be used by others.
func (r *run) conclude(state State, reason string) {
	sha := digest(r.theta)
	kind := EventEnd
	switch state {
	case Diverged:
		kind = EventDiverged
	case Failed:
		kind = EventFailed
	}
	r.mark(kind, fmt.Sprintf("%s: %s", state, reason))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.State, r.pub.Reason, r.pub.Activity, r.pub.ThetaSHA256 = state, reason, "", sha
	if state == Diverged { // the curve keeps its last point; where the run is now has no loss
		r.pub.Last = unknownPoint()
		r.pub.Last.Step, r.pub.Last.Evals = r.steps, r.oracle.evals
	}
	r.exp.touch()
}

// lastPoint puts the end of a run on its curve, unless it is there or nobody
// waits for it any more.
func (r *run) lastPoint(state State) {
	r.mu.Lock()
	known := r.pub.Last.Evals == r.oracle.evals && r.steps > 0 && r.pub.Last.Step == r.steps
	r.mu.Unlock()
	if known || r.exp.ctx.Err() != nil || state == Diverged || state == Failed {
		return
	}
	r.point(r.oracle.evals, math.NaN())
}

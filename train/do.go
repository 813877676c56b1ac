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
		recipe, err := e.config.Catalogue.Parse(c.Recipe)
		if err != nil {
			return err
		}
		return e.add(recipe)
	}
	i := slices.IndexFunc(runs, func(r *run) bool { return r.id == c.Run })
	if i < 0 {
		return fmt.Errorf("there is no run %d", c.Run)
	}
	r := runs[i]
	change, err := e.change(r, c, len(runs))
	if err == nil {
		err = e.act(r, c.Kind, change)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

// act sets the run's gate or queues the change. A run that has ended has no
// goroutine, so the change is made at once.
func (e *Experiment) act(r *run, k CommandKind, change func()) error {
	if err := allowed(k, r.state()); err != nil {
		return err
	}
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
		if !r.gate.do(queued{k, change}) {
			return e.revive(r, k, change)
		}
	}
	return nil
}

// revive makes a change to a run that has ended, and starts it if it is to begin again.
func (e *Experiment) revive(r *run, k CommandKind, change func()) error {
	if err := allowed(k, r.state()); err != nil {
		return err
	}
	if k == Restart {
		r.gate.open()
	}
	change()
	if k == Restart {
		e.mu.Lock()
		e.launch(r)
		e.mu.Unlock()
	}
	return nil
}

// tooLate makes the changes that were queued when a run ended, where they make
// sense of a run that has ended, and says so of the others.
func (e *Experiment) tooLate(r *run, left []queued) {
	if len(left) == 0 {
		return
	}
	e.doing.Lock()
	defer e.doing.Unlock()
	for _, q := range left {
		if q.kind == saving { // whatever has become of the run
			q.change()
			continue
		}
		err := fmt.Errorf("it goes on again")
		if r.state().Ended() {
			err = e.revive(r, q.kind, q.change)
		}
		if err != nil {
			e.log(r.name, EventInfo, fmt.Sprintf("too late to %s it: %v", q.kind, err))
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
		if r.batch() == 0 {
			return nil, errors.New("a full gradient has no batch size")
		}
		return func() { r.setBatch(int(c.Value)) }, nil
	case Switch:
		recipe, err := e.config.Catalogue.Parse(c.Recipe)
		if err != nil {
			return nil, err
		}
		from, err := e.config.Catalogue.Parse(r.recipeNow())
		if err == nil {
			err = e.config.Catalogue.MaySwitch(from, recipe)
		}
		if err == nil {
			_, err = e.config.Catalogue.Build(recipe, e.facts())
		}
		return func() { r.switchTo(recipe) }, err
	case Restart:
		m, err := e.config.Catalogue.Build(r.first, e.facts())
		return func() { r.restart(m) }, err
	case Branch:
		if runs == maxRuns {
			return nil, fmt.Errorf("there are %d runs, the most there can be", maxRuns)
		}
		return func() { e.branch(r) }, nil
	case DropClient, RejoinClient, SetEpochs, SetMu:
		return e.changeRounds(r, c)
	}
	return nil, nil
}

// changeRounds is what a command will do to a federated run.
func (e *Experiment) changeRounds(r *run, c Command) (func(), error) {
	f := r.federation()
	if f == nil {
		return nil, errors.New("it is not a federated run")
	}
	switch c.Kind {
	case SetEpochs:
		if c.Value < 1 || c.Value > MaxEpochs || c.Value != math.Trunc(c.Value) {
			return nil, fmt.Errorf("local epochs must be a whole number from 1 to %d, got %g", MaxEpochs, c.Value)
		}
		return func() { r.setEpochs(int(c.Value)) }, nil
	case SetMu:
		if !f.HasMu() {
			return nil, errors.New("only FedProx has a μ: o switches to it")
		}
		if !(c.Value >= 0) || math.IsInf(c.Value, 0) {
			return nil, fmt.Errorf("μ must be at least 0, got %g", c.Value)
		}
		return func() { r.setMu(c.Value) }, nil
	}
	return func() { r.dropClient(c.Client, c.Kind == DropClient) }, f.CheckDrop(c.Client, c.Kind == DropClient)
}

// branch starts a run that goes on from where another is, under a name of its
// own: both take the same steps until one is changed. It is paused if the run is.
func (e *Experiment) branch(r *run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := r.save()
	s.First = s.Method.Recipe
	c, err := e.restore(s, e.nextID, e.unique(r.recipe.Label()))
	if err != nil {
		e.logLocked(r.name, EventInfo, "branch failed: "+err.Error())
		return
	}
	e.start(c, EventStart, fmt.Sprintf("branched from %s at step %d: %s", r.name, r.stepCount(), r.recipe))
}

package train

import (
	"errors"
	"fmt"
	"math"

	"optwatch/train/view"
)

// Do checks a command and queues it for the run's next step boundary.
func (e *Experiment) Do(c view.Command) error {
	e.doing.Lock()
	defer e.doing.Unlock()
	runs, ready := e.ready()
	if !ready {
		return errLoading
	}
	if c.Kind == view.Add {
		recipe, err := e.config.Catalogue.Parse(c.Recipe)
		if err != nil {
			return err
		}
		return e.add(recipe, unrecorded, c.ID)
	}
	r, err := e.find(c.Run)
	if err != nil {
		return err
	}
	change, err := e.change(r, c, runs)
	if err == nil {
		if err = e.act(r, c, change); err != nil {
			e.unpromise(r, c)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

// act sets the run's gate or queues the change. A run that has ended has no
// goroutine, so the change is made at once.
func (e *Experiment) act(r *run, c view.Command, change func() error) error {
	if err := allowed(c.Kind, r.state()); err != nil {
		return err
	}
	switch c.Kind {
	case view.Pause, view.Resume, view.StepOnce, view.Stop:
		done, overtaken := r.gate.request(c.Kind, c.ID)
		e.acknowledge(r.name, done...)
		e.refuse(r.name, "a later command came before it", overtaken...)
		if r.state().Ended() { // in between: nobody else would answer
			e.goneBy(r)
		}
		return nil
	}
	carry := func() { e.carryOut(r, c.ID, change) }
	if !r.gate.enqueue(queued{Command: c, change: carry}) {
		return e.revive(r, c.Kind, carry)
	}
	return nil
}

// revive makes a change to a run that has ended, and starts it if it is to begin again.
func (e *Experiment) revive(r *run, k view.CommandKind, change func()) error {
	if err := allowed(k, r.state()); err != nil {
		return err
	}
	if k == view.Restart {
		e.goneBy(r) // of its former life
		r.gate.open()
	}
	change()
	if k == view.Restart {
		e.mu.Lock()
		e.launch(r)
		e.mu.Unlock()
	}
	return nil
}

// tooLate makes the changes that were queued when a run ended, where they make
// sense of a run that has ended, and says so of the others.
func (e *Experiment) tooLate(r *run, left []queued) {
	e.doing.Lock()
	defer e.doing.Unlock()
	if r.state().Ended() { // else it has been restarted, and that has answered them
		e.goneBy(r)
	}
	for _, q := range left {
		if q.saving { // whatever has become of the run
			if r.state().Ended() || !r.gate.enqueue(q) {
				q.change()
			}
			continue
		}
		err := errors.New("it goes on again")
		switch {
		case q.overruled:
			err = errors.New("it was stopped after that")
		case r.state().Ended():
			err = e.revive(r, q.Kind, q.change)
		}
		if err != nil {
			e.unpromise(r, q.Command)
			e.refuse(r.name, fmt.Sprintf("too late to %s it: %v", q.verb(), err), q.ID)
		}
	}
}

// allowed says what a run's state has against a command.
func allowed(k view.CommandKind, s view.State) error {
	switch {
	case s.Ended() && (k == view.Branch && (s == view.Diverged || s == view.Failed)):
		return fmt.Errorf("it has %s: there is nothing to go on from; r restarts it", s)
	case s.Ended() && k != view.Restart && k != view.Branch:
		return fmt.Errorf("it has ended (%s); r restarts it", s)
	case k == view.StepOnce && s != view.Paused:
		return errors.New("only a paused run takes single steps")
	}
	return nil
}

// change is what a command will do to a run, after all that can be wrong with
// it has been checked.
func (e *Experiment) change(r *run, c view.Command, runs int) (func() error, error) {
	switch c.Kind {
	case view.Set:
		return e.setting(r, c.Setting, c.Value)
	case view.Switch:
		return e.switching(r, c)
	case view.Restart:
		m, err := e.config.Catalogue.Build(r.first, e.facts())
		return func() error { r.restart(m); return nil }, err
	case view.Branch:
		if err := branchable(r, runs); err != nil {
			return nil, err
		}
		name, err := e.promise(r, c)
		return func() error { return e.branch(r, name) }, err
	case view.DropClient, view.RejoinClient:
		f := r.federation()
		if f == nil {
			return nil, errNotFederated
		}
		out := c.Kind == view.DropClient
		return func() error { return r.dropClient(c.Client, out) }, f.CheckDrop(c.Client, out)
	case view.Pause, view.Resume, view.StepOnce, view.Stop: // the gate's
		return nil, nil
	}
	return nil, fmt.Errorf("there is no command %d", c.Kind)
}

// switching is what a switch to a recipe, or to chosen parts, will do to a run.
func (e *Experiment) switching(r *run, c view.Command) (func() error, error) {
	from, err := e.config.Catalogue.Parse(r.recipeNow())
	if err != nil {
		return nil, err
	}
	recipe, err := e.recipe(r, from, c)
	if err == nil {
		err = e.config.Catalogue.MaySwitch(from, recipe)
	}
	if err == nil {
		_, err = e.config.Catalogue.Build(recipe, e.facts())
	}
	return func() error { return r.switchTo(recipe) }, err
}

// setting is what setting a number will do to a run.
func (e *Experiment) setting(r *run, key string, v float64) (func() error, error) {
	whole := v == math.Trunc(v)
	switch key {
	case "lr":
		if !(v > 0) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("lr must be above 0, got %g", v)
		}
		return func() error { r.setLR(v); return nil }, nil
	case "batch":
		n := e.problem.train.Len()
		if v < 1 || v > float64(n) || !whole {
			return nil, fmt.Errorf("batch must be a whole number from 1 to %d, got %g", n, v)
		}
		if r.batch() == 0 {
			return nil, errNoBatch
		}
		return func() error { return r.setBatch(int(v)) }, nil
	}
	f := r.federation()
	switch {
	case key != "epochs" && key != "mu":
		return nil, fmt.Errorf("there is no setting %q: want lr, batch, epochs or mu", key)
	case f == nil:
		return nil, errNotFederated
	case key == "epochs":
		if v < 1 || v > MaxEpochs || !whole {
			return nil, fmt.Errorf("local epochs must be a whole number from 1 to %d, got %g", MaxEpochs, v)
		}
		return func() error { return r.setEpochs(int(v)) }, nil
	case !f.HasMu():
		return nil, errNoMu
	case !(v >= 0) || math.IsInf(v, 0):
		return nil, fmt.Errorf("μ must be at least 0, got %g", v)
	}
	return func() error { return r.setMu(v) }, nil
}

// What a run may lack that a setting is of.
var (
	errNoBatch      = errors.New("a full gradient has no batch size")
	errNoMu         = errors.New("only FedProx has a μ: o switches to it")
	errNotFederated = errors.New("it is not a federated run")
)

// branchable says what there is against a branch of a run among so many.
func branchable(r *run, runs int) error {
	if runs == maxRuns {
		return errFull
	}
	return allowed(view.Branch, r.state())
}

// promise is the name of a run that is to be branched from another. The runs of a group
// come to their next steps in any order, and their branches are called in the order in
// which they were asked for.
func (e *Experiment) promise(r *run, c view.Command) (string, error) {
	recipe, err := e.config.Catalogue.Parse(r.recipeNow())
	if err != nil {
		return "", err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	name := e.unique(recipe.Label())
	if e.promised == nil {
		e.promised = map[string]promised{}
	}
	e.promised[name] = promised{recipe.Label(), r, c.ID}
	return name, nil
}

// promised is what the name of a run that is to be branched begins with, and by which
// command of which run it was asked for.
type promised struct {
	label   string
	from    *run
	command uint64
}

// unpromise gives back the name of a branch that is refused after all.
func (e *Experiment) unpromise(r *run, c view.Command) {
	if c.Kind != view.Branch {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, p := range e.promised {
		if p.from == r && p.command == c.ID {
			delete(e.promised, name)
			return
		}
	}
}

// branch starts a run that goes on from where another is, under the name that was
// promised, or a new one where the run trains by another method by now: both take the same
// steps until one is changed. It is paused if the run is.
func (e *Experiment) branch(r *run, name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	label := e.promised[name].label
	delete(e.promised, name)
	if len(e.runs) == maxRuns { // others may have come between
		return errFull
	}
	if label != r.recipe.Label() {
		name = e.unique(r.recipe.Label())
	}
	s := r.save()
	s.First = s.Method.Recipe
	c, err := e.restore(s, e.nextID, name)
	if err != nil {
		return fmt.Errorf("branch failed: %w", err)
	}
	e.start(c, fmt.Sprintf("branched from %s at step %d: %s", r.name, r.stepCount(), r.recipe), r.answer())
	return nil
}

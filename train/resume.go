package train

import (
	"errors"
	"fmt"

	"optwatch/train/view"
)

// How the runs of an experiment are saved, and go on in another.

// Save is the state of a run at its next step boundary, which may take as long
// as a step does. A run that is paused within a step gives that up: it begins
// it anew, with the same numbers.
func (e *Experiment) Save(id int) (*RunState, error) {
	r, err := e.find(id)
	if err != nil {
		return nil, err
	}
	for {
		if s, taken, err := r.saveAtBoundary(); taken {
			return s, err
		}
		if s, taken, err := e.saveEnded(r); taken {
			return s, err
		}
	}
}

// saveAtBoundary saves a run that goes on, by its own goroutine.
func (r *run) saveAtBoundary() (s *RunState, taken bool, err error) {
	done := make(chan struct{})
	taken = r.gate.enqueue(queued{saving: true, change: func() {
		defer close(done)
		s, err = r.whole()
	}})
	if taken {
		<-done
	}
	return s, taken, err
}

// saveEnded saves a run that has ended, unless it has begun again.
func (e *Experiment) saveEnded(r *run) (s *RunState, taken bool, err error) {
	e.doing.Lock()
	defer e.doing.Unlock()
	if taken = r.state().Ended(); taken {
		s, err = r.whole()
	}
	return s, taken, err
}

// errNotWhole says that a run is at no step boundary.
var errNotWhole = errors.New("it ended in the middle of a step: there is nothing to go on from")

// whole is the state of a run that is at a step boundary. One that failed, or
// was stopped in the middle of a step that cannot be taken back, is at none.
func (r *run) whole() (*RunState, error) {
	if r.torn || r.state() == view.Failed {
		return nil, errNotWhole
	}
	return r.save(), nil
}

// Resume adds a run that goes on from a state, which must be of the same data
// and problem and of a recipe that the catalogue builds alike. A run that had
// ended stays as it was, unless its budget had ended it and the experiment's
// leaves it more.
func (e *Experiment) Resume(s *RunState) error {
	e.doing.Lock()
	defer e.doing.Unlock()
	if _, ready := e.ready(); !ready {
		return errLoading
	}
	return e.resume(s, unrecorded, false)
}

// unrecorded is the identity of a run of which no record tells more than its state.
const unrecorded = -1

// resume adds the run, of which a record tells under an identity, and goes on even
// if it was paused where it is to.
func (e *Experiment) resume(s *RunState, recorded int, unpause bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.runs) == maxRuns {
		return errFull
	}
	r, err := e.restore(s, e.nextID, e.unique(s.Name))
	if err != nil {
		return err
	}
	if err := e.takeUp(r, recorded); err != nil {
		return err
	}
	if unpause {
		r.gate.set(func() { r.gate.paused, r.gate.steps = false, 0 })
	}
	for _, p := range r.line.Points() {
		e.optimum.seen(p.Loss)
	}
	at := fmt.Sprintf("step %d: %s", r.stepCount(), r.recipe)
	if was := s.Standing; was.State.Ended() && (was.State != view.Budget || r.spent() != "") {
		r.gate.shut()
		r.stage.close()
		r.pub.State, r.pub.Reason, r.pub.ClassAccuracy, r.pub.ThetaSHA256 = was.State, was.Reason, was.ClassAccuracy, digest(r.theta)
		e.show(r, fmt.Sprintf("as it had ended (%s) at %s", was.State, at), 0)
		return nil
	}
	e.start(r, "goes on from "+at, 0)
	return nil
}

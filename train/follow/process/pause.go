package process

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Pause is what was stopped: exactly that is continued, and nothing that somebody
// else had stopped before.
type Pause struct {
	Stopped []ID // each parent before its children
}

const (
	mostRounds  = 64                    // after which a tree that still grows is given up
	settle      = 2 * time.Second       // how long a process may take to stop
	glance      = 2 * time.Millisecond  // between two looks whether it has
	quiet       = 20 * time.Millisecond // in which no child may appear
	quietRounds = 2
	tableTime   = 2 * time.Second
)

// Stop stops some processes and all that descend from them, parents first: who is
// stopped starts no more children. If one of them may not be stopped, none is.
func (s *System) Stop(tops ...ID) (Pause, error) {
	var pause Pause
	stopped := map[ID]bool{}
	still := 0
	for range mostRounds {
		tree, err := s.stoppable(tops)
		if err != nil {
			return s.abandon(pause, err)
		}
		fresh := slices.DeleteFunc(tree, func(p Process) bool { return stopped[p.ID] || p.Stopped() || p.Ended() })
		for _, p := range fresh {
			err := s.signal(p.ID, stopSignal)
			if errors.Is(err, ErrGone) {
				continue
			}
			if err != nil {
				return s.abandon(pause, fmt.Errorf("process %d: %w", p.PID, err))
			}
			stopped[p.ID] = true
			pause.Stopped = append(pause.Stopped, p.ID)
			s.settle(p.ID)
		}
		if len(fresh) > 0 {
			still = 0
			continue
		}
		if still++; still == quietRounds {
			return pause, pause.check()
		}
		time.Sleep(quiet)
	}
	return s.abandon(pause, errors.New("it starts processes faster than they can be stopped"))
}

// check says why nothing was stopped, if nothing was.
func (p Pause) check() error {
	if len(p.Stopped) == 0 {
		return errors.New("it is stopped already, or has ended")
	}
	return nil
}

// stoppable is the tree of some processes now, if all of it may be stopped.
func (s *System) stoppable(tops []ID) ([]Process, error) {
	t, err := s.Table(time.Now().Add(tableTime))
	if err != nil {
		return nil, err
	}
	if !t.Whole {
		return nil, errors.New("this machine has too many processes to find all of the run's")
	}
	tree := t.Tree(tops...)
	if len(tree) == 0 {
		return nil, ErrGone
	}
	return tree, s.refuse(t, tree)
}

// settle waits until a process stands still. One that waits for a disk stops when
// that answers, and starts nothing before.
func (s *System) settle(id ID) {
	for end := time.Now().Add(settle); time.Now().Before(end); time.Sleep(glance) {
		p, err := s.Process(id.PID)
		if err != nil || p.Start != id.Start || p.Ended() || p.Stopped() || p.State == 'D' {
			return
		}
	}
}

// abandon continues what was stopped so far.
func (s *System) abandon(p Pause, why error) (Pause, error) {
	if err := s.Continue(p); err != nil {
		return p, errors.Join(why, err)
	}
	return Pause{}, why
}

// Continue continues what was stopped, children first, so that a parent finds them
// running. What has ended in the meantime is left out.
func (s *System) Continue(p Pause) error {
	var failed []error
	for _, id := range slices.Backward(p.Stopped) {
		if err := s.signal(id, continueSignal); err != nil && !errors.Is(err, ErrGone) {
			failed = append(failed, fmt.Errorf("process %d: %w", id.PID, err))
		}
	}
	return errors.Join(failed...)
}

// Halted is what stands stopped of some processes and all that descend from them,
// whoever stopped it: so that it can be continued also after the program that
// stopped it has ended.
func (s *System) Halted(tops ...ID) (Pause, error) {
	tree, err := s.stoppable(tops)
	var p Pause
	for _, q := range tree {
		if err == nil && q.Stopped() {
			p.Stopped = append(p.Stopped, q.ID)
		}
	}
	return p, err
}

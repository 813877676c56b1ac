package train

import (
	"context"
	"fmt"
	"runtime/debug"

	"optwatch/train/view"
)

// How the goroutines of an experiment begin and end.

// start adds a run and its goroutine, by a command if its identity is not 0.
// The caller holds mu.
func (e *Experiment) start(r *run, text string, command uint64) {
	e.show(r, text, command)
	e.launch(r)
}

// show adds a run. The caller holds mu.
func (e *Experiment) show(r *run, text string, command uint64) {
	e.nextID++
	r.touch()
	e.runs = append(e.runs, r)
	e.logLocked(view.Event{Run: r.name, Kind: view.EventStart, Text: text, Command: command})
}

// launch gives a run a goroutine. The caller holds mu.
func (e *Experiment) launch(r *run) {
	e.active++
	if e.phase != view.PhaseLoading { // which ends once all runs have been made
		e.phase = view.PhaseTraining
	}
	e.group.Go(func() { e.drive(r) })
	if e.ctx.Err() != nil {
		r.gate.stop()
	}
}

// drive is a run's goroutine. A panic fails the run alone.
func (e *Experiment) drive(r *run) {
	defer e.release()
	state, reason := view.Failed, ""
	defer func() {
		if p := recover(); p != nil {
			stack := debug.Stack()
			if c, ok := p.(crewPanic); ok {
				p, stack = c.value, c.stack
			}
			state, reason = view.Failed, fmt.Sprintf("panic: %v", p)
			e.log(r.name, view.EventFailed, string(stack))
		}
		if r.gate.has {
			r.gate.leave()
		}
		r.stage.close()
		e.tooLate(r, r.conclude(state, reason))
	}()
	r.gate.enter()
	r.warn()
	state, reason = r.loop()
	r.lastPoint(state)
	r.explain(state)
	r.classes(r.accuracyByClass(state))
	r.oracle.dismiss()
	r.probe.forget()
}

// hold and release count what keeps the experiment from having ended.
func (e *Experiment) hold() {
	e.mu.Lock()
	e.active++
	e.mu.Unlock()
}

func (e *Experiment) release() {
	e.mu.Lock()
	if e.active--; e.active == 0 && e.phase != view.PhaseFailed {
		e.phase, e.ended = view.PhaseEnded, e.elapsed()
		e.touch()
	}
	e.mu.Unlock()
	e.wake()
}

// wake wakes who waits for an ending.
func (e *Experiment) wake() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changed.Broadcast()
}

// WaitRuns waits until every run has ended and the optimum is settled, or ctx
// ends, and returns why the experiment failed, if it did.
func (e *Experiment) WaitRuns(ctx context.Context) error {
	defer context.AfterFunc(ctx, e.wake)()
	e.mu.Lock()
	defer e.mu.Unlock()
	for ctx.Err() == nil && e.phase != view.PhaseFailed && (e.phase != view.PhaseEnded || !e.optimum.settled()) {
		e.changed.Wait()
	}
	return e.err
}

// Err is why the experiment failed, nil if it has not.
func (e *Experiment) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// Wait waits until every goroutine of the experiment has ended; its context
// must have.
func (e *Experiment) Wait() { e.group.Wait() }

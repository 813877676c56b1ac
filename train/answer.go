package train

import (
	"fmt"
	"slices"

	"optwatch/train/view"
)

// How commands are acknowledged: each once, by an event with its identity.

// asked is a command to a gate that has been taken and not yet acknowledged.
type asked struct {
	kind    view.CommandKind
	command uint64
}

// request takes a command to the gate itself. It returns the commands that are
// carried out with that, and those that have been overtaken: a pause, for
// instance, before which the run was told to go on again.
func (g *gate) request(k view.CommandKind, command uint64) (done, overtaken []uint64) {
	g.set(func() {
		g.waiting = append(g.waiting, asked{k, command})
		switch k {
		case view.Pause:
			g.paused, g.held, g.steps = true, true, 0
			overtaken = g.takeAskedLocked(view.Resume, view.StepOnce)
			if g.inert {
				done = g.takeAskedLocked(view.Pause)
			}
		case view.Resume:
			g.paused, g.held = false, false
			if !g.inert { // else it says when it goes on
				overtaken = g.takeAskedLocked(view.Pause)
				done = g.takeAskedLocked(view.Resume, view.StepOnce)
			}
		case view.StepOnce:
			switch {
			case g.paused:
				g.steps++
			case !g.inert: // it was told to go on in between, and does
				done = g.takeAskedLocked(view.StepOnce)
			}
		case view.Stop:
			g.stopNow()
		}
	})
	return done, overtaken
}

// takeAskedLocked takes the commands of some kinds off those that wait. The caller holds mu.
func (g *gate) takeAskedLocked(kinds ...view.CommandKind) []uint64 {
	var out []uint64
	g.waiting = slices.DeleteFunc(g.waiting, func(a asked) bool {
		found := slices.Contains(kinds, a.kind)
		if found {
			out = append(out, a.command)
		}
		return found
	})
	return out
}

// takeFirstLocked takes the earliest command of a kind off those that wait, 0 if there is
// none. The caller holds mu.
func (g *gate) takeFirstLocked(k view.CommandKind) uint64 {
	i := slices.IndexFunc(g.waiting, func(a asked) bool { return a.kind == k })
	if i < 0 {
		return 0
	}
	command := g.waiting[i].command
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return command
}

// takeAsked takes the commands of some kinds off those that wait.
func (g *gate) takeAsked(kinds ...view.CommandKind) []uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.takeAskedLocked(kinds...)
}

// acknowledge says that commands have been carried out where no other line of
// the log does.
func (e *Experiment) acknowledge(run string, commands ...uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range commands {
		if c != 0 {
			e.logLocked(view.Event{Run: run, Command: c})
		}
	}
}

// Acknowledge says that a command of the source was carried out outside of the
// experiment.
func (e *Experiment) Acknowledge(command uint64) { e.acknowledge("", command) }

// refuse says that commands which were taken have not been carried out.
func (e *Experiment) refuse(run, why string, commands ...uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range commands {
		e.logLocked(view.Event{Run: run, Kind: view.EventRefused, Text: why, Command: c})
	}
}

// carryOut makes the change that a command asks for, and acknowledges it: by
// the line that the change itself puts into the log, if it does.
func (e *Experiment) carryOut(r *run, command uint64, change func() error) {
	r.answering = command
	err := change()
	left := r.answer()
	if err != nil {
		e.refuse(r.name, err.Error(), command)
		return
	}
	e.acknowledge(r.name, left)
}

// answer is the command that the next line of the log acknowledges, 0 for none.
// Each is given once.
func (r *run) answer() uint64 {
	command := r.answering
	r.answering = 0
	return command
}

// goneBy answers the commands that a run has left behind when it ended.
func (e *Experiment) goneBy(r *run) {
	e.acknowledge(r.name, r.gate.takeAsked(view.Stop)...)
	why := fmt.Sprintf("it has ended (%s)", r.state())
	e.refuse(r.name, why, r.gate.takeAsked(view.Pause, view.Resume, view.StepOnce)...)
}

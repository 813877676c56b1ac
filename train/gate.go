package train

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"optwatch/train/view"
)

var (
	// errStopped ends a run.
	errStopped = errors.New("stopped")
	// errInterrupted aborts an oracle call so that a command can be carried out
	// on a run that is paused inside it; the call is then made again.
	errInterrupted = errors.New("interrupted by a command")
)

// gate is where a run is paused, stopped and given its commands, and where it
// shares the processors. The goroutines that step for the run ask it: its own,
// or, while that waits for them, a crew. Anybody may set it.
type gate struct {
	*turn                          // of the run's own goroutine
	onPause   func(paused bool)    // called when the run really halts or goes on
	onStep    func(command uint64) // called when a single step has been taken that was asked for
	attention atomic.Bool          // something below is not as in a run that just runs

	mu         sync.Mutex
	changed    sync.Cond
	paused     bool
	steps      int  // steps to take although paused
	held       bool // it was told to pause after the latest restart, so that this is to leave it paused
	stopped    bool
	closed     bool // the run has ended
	crew       int  // goroutines that step for the run, 0 for its own alone
	halted     int  // of these, how many wait to go on
	inert      bool // the run has halted, and says so
	announcing bool // it is about to say whether
	queue      []queued
	waiting    []asked // commands to the gate itself that are not acknowledged yet
}

// queued is a command on its way to a run.
type queued struct {
	view.Command
	saving    bool   // no command: it saves the run, which changes nothing, whatever becomes of it
	overruled bool   // by a stop that came later
	change    func() // carries it out and acknowledges it
}

func newGate(slots Slots, clock func() time.Time) *gate {
	g := &gate{
		turn:    &turn{slots: slots, clock: clock, watch: &stopwatch{clock: clock}, onSlice: func() {}},
		onPause: func(bool) {}, onStep: func(uint64) {},
	}
	g.changed.L = &g.mu
	return g
}

// ask is called inside oracle calls, with the caller's turn. It blocks while
// the run is paused.
func (g *gate) ask(t *turn) error {
	if g.attention.Load() {
		g.mu.Lock()
		err := g.wait(t, func() error {
			if len(g.queue) > 0 && g.paused {
				return errInterrupted
			}
			return nil
		})
		g.mu.Unlock()
		if err != nil {
			return err
		}
	}
	t.yield()
	return nil
}

// askWaiting is called by who waits for somebody else, without a slot. It blocks
// while the run is paused. Who waits may wait long, so that commands do not: they
// interrupt it. A save does not either: the state that the run was in before the
// step is saved there and then, and the wait goes on. Else a step that takes
// longer than saves are apart would never end.
func (g *gate) askWaiting(t *turn) error {
	if !g.attention.Load() {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wait(t, func() error {
		for len(g.queue) > 0 {
			if !g.queue[0].saving || t != g.turn {
				return errInterrupted
			}
			g.unlocked(g.next().change)
		}
		return nil
	})
}

// boundary is called between steps: it carries out all commands, and blocks
// while the run is paused.
func (g *gate) boundary() error {
	if !g.attention.Load() {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.wait(g.turn, func() error {
		for len(g.queue) > 0 && !g.stopped {
			g.unlocked(g.next().change)
		}
		return nil
	})
}

// next takes what has been queued first, and forgets it: the state that it has saved may
// be most of what there is in memory. The caller holds mu.
func (g *gate) next() queued {
	first := g.queue[0]
	g.queue[0] = queued{}
	g.queue = g.queue[1:]
	return first
}

// wait calls act again and again while the run is paused. The caller holds
// mu, which is given up for all that is called from here.
func (g *gate) wait(t *turn, act func() error) error {
	defer g.updateAttention()
	for !g.stopped {
		if err := act(); err != nil {
			return err
		}
		switch {
		case g.stopped:
		case g.announcing:
			g.changed.Wait()
		case g.inert && !g.paused:
			g.announce(false)
		case !g.paused || g.steps > 0:
			return nil
		case !g.inert && g.halted+1 >= g.crew:
			g.announce(true)
		default:
			g.halt(t)
		}
	}
	return errStopped
}

// announce says that the run has halted or goes on. Until it is said nobody moves,
// so that what is said last is true.
func (g *gate) announce(inert bool) {
	g.inert, g.announcing = inert, true
	defer func() {
		g.announcing = false
		g.changed.Broadcast()
	}()
	g.unlocked(func() { g.onPause(inert) })
}

// halt gives up the slot, if the caller has one, until the gate changes.
func (g *gate) halt(t *turn) {
	g.halted++
	had := t.has
	g.unlocked(func() {
		if had {
			t.leave()
		}
		t.onSlice()
	})
	if g.paused && g.steps == 0 && !g.stopped && len(g.queue) == 0 && (g.inert || g.halted < g.crew) {
		g.changed.Wait()
	}
	g.halted--
	if had {
		g.unlocked(t.enter)
	}
}

// addCrew changes how many goroutines step for the run. Those that have halted see whether all have now.
func (g *gate) addCrew(by int) { g.set(func() { g.crew += by }) }

// unlocked calls f without mu, and takes mu again even if f panics.
func (g *gate) unlocked(f func()) {
	g.mu.Unlock()
	defer g.mu.Lock()
	f()
}

// open makes the gate of a run that begins: nothing is asked of it yet.
func (g *gate) open() {
	g.set(func() {
		g.paused, g.held, g.stopped, g.closed, g.inert, g.steps = false, false, false, false, false, 0
		g.queue, g.waiting = nil, nil
	})
	g.watch.set(0)
}

// shut ends a run: from now on enqueue refuses, and what was queued is given back.
func (g *gate) shut() []queued {
	var left []queued
	g.set(func() { left, g.queue, g.closed = g.queue, nil, true })
	return left
}

// fresh forgets the time worked and a pause, for a run that begins again. A
// pause that was asked for after the restart stays. It returns the commands to
// the gate that come to nothing with that.
func (g *gate) fresh() (overtaken []uint64) {
	g.set(func() {
		overtaken = g.takeAskedLocked(view.StepOnce)
		if g.steps = 0; g.held {
			g.inert = false // it halts anew, and says so
			return
		}
		g.paused = false
		overtaken = append(overtaken, g.takeAskedLocked(view.Pause)...)
	})
	g.watch.set(0)
	return overtaken
}

// halting says whether the run has halted, and said so.
func (g *gate) halting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inert
}

// stopping says whether the run is to end.
func (g *gate) stopping() bool {
	if !g.attention.Load() {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stopped
}

// updateAttention recomputes whether the gate must be looked at. The caller holds mu.
func (g *gate) updateAttention() {
	g.attention.Store(g.paused || g.inert || g.stopped || len(g.queue) > 0)
}

// stepped counts a step, and says whether the run halts after it because it
// steps although paused.
func (g *gate) stepped() bool {
	if !g.attention.Load() {
		return false
	}
	g.mu.Lock()
	if !g.paused || g.steps == 0 {
		g.mu.Unlock()
		return false
	}
	g.steps--
	last, by := g.steps == 0, g.takeFirstLocked(view.StepOnce)
	g.mu.Unlock()
	g.onStep(by)
	return last
}

// set changes the gate and wakes the run.
func (g *gate) set(change func()) {
	g.mu.Lock()
	change()
	g.updateAttention()
	g.mu.Unlock()
	g.changed.Broadcast()
}

func (g *gate) pause()  { g.set(func() { g.paused, g.steps = true, 0 }) }
func (g *gate) resume() { g.set(func() { g.paused = false }) }

// stop ends the run. A restart that it has not come to yet is overruled.
func (g *gate) stop() { g.set(g.stopNow) }

// stopNow is stop for who holds mu. The commands that are overruled stay in the
// queue until the run has ended, and are refused then.
func (g *gate) stopNow() {
	g.stopped = true
	for i := range g.queue {
		g.queue[i].overruled = g.queue[i].overruled || g.queue[i].Kind == view.Restart
	}
}

// enqueue takes a command for the next step boundary, unless the run has ended.
func (g *gate) enqueue(command queued) (taken bool) {
	g.set(func() {
		if taken = !g.closed; taken {
			g.queue = append(g.queue, command)
			g.held = g.held && command.Kind != view.Restart
		}
	})
	return taken
}

// pending is what the gate has been told but the run has not yet done.
func (g *gate) pending(halted bool) view.Pending {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.stopped:
		return view.Stopping
	case g.paused && g.steps == 0 && !halted:
		return view.Pausing
	case !g.paused && halted:
		return view.Resuming
	case slices.ContainsFunc(g.queue, func(q queued) bool { return !q.saving }):
		return view.Changing
	}
	return view.Nothing
}

// verb is what the command does to a run.
func (q queued) verb() string {
	if q.Kind == view.Set {
		return "set the " + q.Setting + " of"
	}
	return q.Kind.String()
}

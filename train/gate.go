package train

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
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
	*turn                       // of the run's own goroutine
	onPause   func(paused bool) // called when the run really halts or goes on
	attention atomic.Bool       // something below is not as in a run that just runs

	mu      sync.Mutex
	changed sync.Cond
	paused  bool
	steps   int // steps to take although paused
	stopped bool
	closed  bool // the run has ended
	crew    int  // goroutines that step for the run, 0 for its own alone
	halted  int  // of these, how many wait to go on
	inert   bool // the run has halted, and says so
	telling bool // it is about to say whether
	queue   []queued
}

// queued is a command on its way to a run.
type queued struct {
	kind   CommandKind
	change func()
}

func newGate(slots Slots, clock func() time.Time) *gate {
	g := &gate{
		turn:    &turn{slots: slots, clock: clock, watch: &stopwatch{clock: clock}, onSlice: func() {}},
		onPause: func(bool) {},
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
			command := g.queue[0]
			g.queue = g.queue[1:]
			g.unlocked(command.change)
		}
		return nil
	})
}

// wait calls look again and again while the run is paused. The caller holds
// mu, which is given up for all that is called from here.
func (g *gate) wait(t *turn, look func() error) error {
	defer g.settle()
	for !g.stopped {
		if err := look(); err != nil {
			return err
		}
		switch {
		case g.stopped:
		case g.telling:
			g.changed.Wait()
		case g.inert && !g.paused:
			g.tell(false)
		case !g.paused || g.steps > 0:
			return nil
		case !g.inert && g.halted+1 >= g.crew:
			g.tell(true)
		default:
			g.halt(t)
		}
	}
	return errStopped
}

// tell says that the run has halted or goes on. Until it is said nobody moves,
// so that what is said last is true.
func (g *gate) tell(inert bool) {
	g.inert, g.telling = inert, true
	defer func() {
		g.telling = false
		g.changed.Broadcast()
	}()
	g.unlocked(func() { g.onPause(inert) })
}

// halt gives up the slot until the gate changes.
func (g *gate) halt(t *turn) {
	g.halted++
	g.unlocked(func() {
		t.leave()
		t.onSlice()
	})
	if g.paused && g.steps == 0 && !g.stopped && len(g.queue) == 0 && (g.inert || g.halted < g.crew) {
		g.changed.Wait()
	}
	g.halted--
	g.unlocked(t.enter)
}

// muster says how many goroutines step for the run. Those that halt look again.
func (g *gate) muster(by int) { g.set(func() { g.crew += by }) }

// unlocked calls f without mu, and takes mu again even if f panics.
func (g *gate) unlocked(f func()) {
	g.mu.Unlock()
	defer g.mu.Lock()
	f()
}

// open makes the gate of a run that begins: nothing is asked of it yet.
func (g *gate) open() {
	g.set(func() { g.paused, g.stopped, g.closed, g.inert, g.steps, g.queue = false, false, false, false, 0, nil })
	g.watch.set(0)
}

// shut ends a run: from now on do refuses, and what was queued is given back.
func (g *gate) shut() []queued {
	var left []queued
	g.set(func() { left, g.queue, g.closed = g.queue, nil, true })
	return left
}

// fresh forgets the time worked and a pause, for a run that begins again.
func (g *gate) fresh() {
	g.set(func() { g.paused, g.steps = false, 0 })
	g.watch.set(0)
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

// settle recomputes whether the gate must be looked at. The caller holds mu.
func (g *gate) settle() {
	g.attention.Store(g.paused || g.inert || g.stopped || len(g.queue) > 0)
}

// stepped counts a step, and says whether the run halts after it because it
// steps although paused.
func (g *gate) stepped() bool {
	if !g.attention.Load() {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.paused || g.steps == 0 {
		return false
	}
	g.steps--
	return g.steps == 0
}

// set changes the gate and wakes the run.
func (g *gate) set(change func()) {
	g.mu.Lock()
	change()
	g.settle()
	g.mu.Unlock()
	g.changed.Broadcast()
}

func (g *gate) pause()  { g.set(func() { g.paused, g.steps = true, 0 }) }
func (g *gate) resume() { g.set(func() { g.paused = false }) }

// stop ends the run. A restart that it has not come to yet is overruled.
func (g *gate) stop() {
	g.set(func() {
		g.stopped = true
		g.queue = slices.DeleteFunc(g.queue, func(q queued) bool { return q.kind == Restart })
	})
}

// step lets a paused run take one step more.
func (g *gate) step() { g.set(func() { g.steps++ }) }

// do queues a command for the next step boundary, unless the run has ended.
func (g *gate) do(command queued) (taken bool) {
	g.set(func() {
		if taken = !g.closed; taken {
			g.queue = append(g.queue, command)
		}
	})
	return taken
}

// pending says what the gate has been told but the run has not yet done.
func (g *gate) pending(halted bool) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.stopped:
		return "stopping"
	case g.paused && g.steps == 0 && !halted:
		return "pausing"
	case !g.paused && halted:
		return "resuming"
	case slices.ContainsFunc(g.queue, func(q queued) bool { return q.kind != saving }):
		return "changing"
	}
	return ""
}

package train

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// slice is how long a goroutine computes before it lets others have its slot.
const slice = time.Millisecond

var (
	// errStopped ends a run.
	errStopped = errors.New("stopped")
	// errInterrupted aborts an oracle call so that a command can be carried out
	// on a run that is paused inside it; the call is then made again.
	errInterrupted = errors.New("interrupted by a command")
)

// gate is where a run is paused, stopped and given its commands, and where it
// shares the processors. The run's own goroutine asks it; anybody may set it.
type gate struct {
	slots     Slots
	clock     func() time.Time
	onPause   func(paused bool) // called when the run really halts or goes on
	onSlice   func()            // called by the run's goroutine about every slice, and before it halts
	attention atomic.Bool       // something below is not as in a run that just runs

	mu      sync.Mutex
	changed sync.Cond
	paused  bool
	steps   int // steps to take although paused
	stopped bool
	closed  bool // the run has ended
	inert   bool // the run has halted, and said so; set by its own goroutine
	queue   []queued

	// Only the run's own goroutine uses these.
	since time.Time     // when the slot was taken
	held  time.Duration // time spent in a slot
	has   bool          // a slot
}

// queued is a command on its way to a run.
type queued struct {
	kind   CommandKind
	change func()
}

func newGate(slots Slots, clock func() time.Time) *gate {
	g := &gate{slots: slots, clock: clock, onPause: func(bool) {}, onSlice: func() {}}
	g.changed.L = &g.mu
	return g
}

// enter takes a slot, leave gives it back.
func (g *gate) enter() {
	g.slots.acquire()
	g.since, g.has = g.clock(), true
}

func (g *gate) leave() {
	g.held += g.clock().Sub(g.since)
	g.has = false
	g.slots.release()
}

// worked is the time spent in a slot so far.
func (g *gate) worked() time.Duration {
	if !g.has {
		return g.held
	}
	return g.held + g.clock().Sub(g.since)
}

// yield lets others have the slot if this goroutine has had it for a slice.
func (g *gate) yield() {
	if g.clock().Sub(g.since) < slice {
		return
	}
	g.leave()
	g.onSlice()
	g.enter()
}

// ask is called inside oracle calls. It blocks while the run is paused.
func (g *gate) ask() error {
	if g.attention.Load() {
		g.mu.Lock()
		err := g.wait(func() error {
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
	g.yield()
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
	return g.wait(func() error {
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
func (g *gate) wait(look func() error) error {
	defer g.settle()
	for !g.stopped {
		if err := look(); err != nil {
			return err
		}
		switch {
		case g.stopped:
		case g.paused != g.inert && (g.inert || g.steps == 0):
			g.inert = g.paused
			g.unlocked(func() { g.onPause(g.inert) })
		case !g.paused || g.steps > 0:
			return nil
		default:
			g.halt()
		}
	}
	return errStopped
}

// halt gives up the slot until the gate changes.
func (g *gate) halt() {
	g.unlocked(func() {
		g.leave()
		g.onSlice()
	})
	if g.paused && g.steps == 0 && !g.stopped && len(g.queue) == 0 {
		g.changed.Wait()
	}
	g.unlocked(g.enter)
}

// unlocked calls f without mu, and takes mu again even if f panics.
func (g *gate) unlocked(f func()) {
	g.mu.Unlock()
	defer g.mu.Lock()
	f()
}

// open makes the gate of a run that begins: nothing is asked of it yet.
func (g *gate) open() {
	g.set(func() { g.paused, g.stopped, g.closed, g.inert, g.steps, g.queue = false, false, false, false, 0, nil })
	g.held = 0
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
	g.held, g.since = 0, g.clock()
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
func (g *gate) stop()   { g.set(func() { g.stopped = true }) }

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
	case len(g.queue) > 0:
		return "changing"
	}
	return ""
}

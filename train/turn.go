package train

import "time"

// slice is how long a goroutine computes before it lets others have its slot.
const slice = time.Millisecond

// turn is one goroutine's hold on a slot. Only that goroutine uses it.
type turn struct {
	slots   Slots
	claim   chan struct{} // nil for a run's own goroutine
	clock   func() time.Time
	watch   *stopwatch // of all goroutines of a run
	onSlice func()     // called about every slice, without the slot

	since   time.Time // when the slot was taken
	has     bool      // a slot
	claimed bool      // with the run's claim
}

// enter takes a slot, leave gives it back.
func (t *turn) enter() {
	if t.claim == nil {
		t.slots.acquire()
	} else {
		t.claimed = t.slots.acquireShared(t.claim)
	}
	t.since, t.has = t.clock(), true
	t.watch.start(t.since)
}

func (t *turn) leave() {
	t.watch.stop(t.clock())
	t.has = false
	t.slots.release()
	if t.claimed {
		t.claimed = false
		<-t.claim
	}
}

// yield lets others have the slot if this goroutine has had it for a slice.
func (t *turn) yield() {
	if t.clock().Sub(t.since) < slice {
		return
	}
	t.leave()
	t.onSlice()
	t.enter()
}

// worked is the time spent in a slot so far, by whichever goroutine of the run.
func (t *turn) worked() time.Duration { return t.watch.read() }

package train

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/view"
)

var errTold = errors.New("told")

// waiting is an oracle that waits for what the caller may send, and what it came to.
func waiting(t *testing.T, threads int) (o *oracle, s *said, ready chan struct{}, ended chan error) {
	t.Helper()
	o, s = crewed(t, threads)
	ready, ended = make(chan struct{}), make(chan error, 1)
	go func() { ended <- o.Wait(ready, false) }()
	until(t, "a free slot", func() bool { return len(o.gate.slots) == 0 })
	return o, s, ready, ended
}

// Who waits has no slot, and has it again when it has waited.
func TestWaitHoldsNoSlot(t *testing.T) {
	for _, closed := range []bool{false, true} {
		o, _, ready, ended := waiting(t, 1)
		o.gate.slots.acquire() // somebody else computes
		if closed {
			close(ready)
		} else {
			ready <- struct{}{}
		}
		select {
		case err := <-ended:
			t.Errorf("it goes on without a slot: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
		o.gate.slots.release()
		if err := <-ended; err != nil || !o.gate.has || len(o.gate.slots) != 1 {
			t.Errorf("got %v, slot %v, %d in use", err, o.gate.has, len(o.gate.slots))
		}
	}
}

// A run that is paused while it waits says so and waits on, although what it waits
// for has come; then it goes on.
func TestPauseWhileWaiting(t *testing.T) {
	o, s, ready, ended := waiting(t, 2)
	for i := range int32(3) {
		o.gate.pause()
		until(t, "the pause", func() bool { return s.paused.Load() == i+1 })
		if i == 2 {
			close(ready)
		}
		select {
		case err := <-ended:
			t.Fatalf("it goes on although it is paused: %v", err)
		case <-time.After(3 * waitSlice):
		}
		o.gate.resume()
		until(t, "the run", func() bool { return s.resumed.Load() == i+1 })
	}
	if err := <-ended; err != nil || !o.gate.has {
		t.Errorf("got %v, slot %v", err, o.gate.has)
	}
}

// A command interrupts who waits, whether the run is paused or not, and a stop ends
// it. Saves are made there and then, and interrupt nothing.
func TestCommandsWhileWaiting(t *testing.T) {
	for _, paused := range []bool{false, true} {
		o, s, _, ended := waiting(t, 1)
		if paused {
			o.gate.pause()
			until(t, "the pause", func() bool { return s.paused.Load() == 1 })
		}
		for range 3 {
			saved := make(chan struct{})
			o.gate.enqueue(queued{saving: true, change: func() { close(saved) }})
			<-saved
		}
		select {
		case err := <-ended:
			t.Fatalf("paused %v: a save ended it: %v", paused, err)
		case <-time.After(2 * waitSlice):
		}
		if s.resumed.Load() != 0 {
			t.Error("a save lets a paused run go on")
		}
		o.gate.enqueue(queued{Command: view.Command{Kind: view.DropClient}, change: func() {}})
		if err := <-ended; err != errInterrupted || !o.gate.has {
			t.Errorf("paused %v: got %v, want %v", paused, err, errInterrupted)
		}

		o, _, ready, ended := waiting(t, 1)
		o.gate.stop()
		if err := <-ended; err != errStopped {
			t.Errorf("got %v, want %v", err, errStopped)
		}
		close(ready)
	}
}

// One of a crew may wait too: it ends when another fails.
func TestWaitInACrew(t *testing.T) {
	o, _ := crewed(t, 2)
	err := o.Each(2, func(own optimizers.Divisible, i int) error {
		if i == 0 {
			return own.Wait(nil, false)
		}
		return errTold
	})
	if err != errTold {
		t.Errorf("got %v, want %v", err, errTold)
	}
}

// Waiting counts as the run's time where somebody works for it meanwhile, and only there.
func TestWaitingForWorkCounts(t *testing.T) {
	for _, working := range []bool{false, true} {
		var now atomic.Int64 // seconds
		clock := func() time.Time { return time.Unix(now.Load(), 0) }
		o, _ := crewed(t, 1)
		o.turn.leave()
		o.turn.clock, o.turn.watch = clock, &stopwatch{clock: clock}
		o.turn.enter()
		done, ended := make(chan struct{}), make(chan error, 1)
		go func() { ended <- o.Wait(done, working) }()
		until(t, "the wait", func() bool {
			o.turn.watch.mu.Lock()
			defer o.turn.watch.mu.Unlock()
			return len(o.gate.slots) == 0 && (o.turn.watch.going == 1) == working
		})
		now.Store(7)
		close(done)
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if got, want := o.turn.worked(), map[bool]time.Duration{true: 7 * time.Second}[working]; got != want {
			t.Errorf("working %v: it counts %v, want %v", working, got, want)
		}
	}
}

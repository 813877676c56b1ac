package train

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// said records what a gate says of halting and going on.
type said struct{ paused, resumed atomic.Int32 }

// crewed is an oracle whose gate records what it says.
func crewed(t *testing.T, threads int) (*oracle, *said) {
	o, s := worker(t, 50, threads), new(said)
	o.gate.onPause = func(halted bool) {
		if halted {
			s.paused.Add(1)
		} else {
			s.resumed.Add(1)
		}
	}
	return o, s
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			t.Fatal("never came: " + what)
		}
	}
}

// forEver draws until it is told to end.
func forEver(steps *atomic.Int64) func(optimizers.Divisible, int) error {
	return func(own optimizers.Divisible, i int) error {
		for {
			if err := draw(own, i); err != nil {
				return err
			}
			steps.Add(1)
		}
	}
}

// TestGateWithACrew pauses a crew, which says so once when all of it has
// halted and gives its slots up, lets it go on, and ends it by a stop.
func TestGateWithACrew(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		o, s := crewed(t, threads)
		var steps atomic.Int64
		ended := make(chan error, 1)
		go func() { ended <- o.Each(4, forEver(&steps)) }()
		for i := range int32(20) {
			until(t, "a step", func() bool { return steps.Load() > int64(10*i) })
			o.gate.pause()
			until(t, "the pause", func() bool { return s.paused.Load() == i+1 })
			at := steps.Load()
			until(t, "free slots", func() bool { return len(o.gate.slots) == 0 })
			if time.Sleep(time.Millisecond); steps.Load() != at || s.resumed.Load() != i {
				t.Fatalf("%d threads: %d steps while it was paused, %d times resumed", threads, steps.Load()-at, s.resumed.Load())
			}
			o.gate.resume()
			until(t, "the run", func() bool { return s.resumed.Load() == i+1 && steps.Load() > at })
		}
		o.gate.stop()
		if err := <-ended; err != errStopped {
			t.Errorf("%d threads: got %v, want %v", threads, err, errStopped)
		}
		if o.gate.crew != 0 || o.gate.halted != 0 || !o.gate.has || len(o.gate.slots) != 1 {
			t.Errorf("%d threads: a crew of %d, %d halted, %d slots", threads, o.gate.crew, o.gate.halted, len(o.gate.slots))
		}
	}
}

// TestCommandInterruptsACrew queues a command for a paused crew: all of it is
// interrupted, and the run, at its boundary, carries the command out and is
// paused there without ever having gone on.
func TestCommandInterruptsACrew(t *testing.T) {
	for _, threads := range []int{1, 3} {
		o, s := crewed(t, threads)
		var steps atomic.Int64
		ended := make(chan error, 1)
		carriedOut := make(chan struct{})
		go func() {
			err := o.Each(3, forEver(&steps))
			if err == errInterrupted {
				err = o.gate.boundary()
			}
			ended <- err
		}()
		until(t, "a step", func() bool { return steps.Load() > 0 })
		o.gate.pause()
		until(t, "the pause", func() bool { return s.paused.Load() == 1 })
		o.gate.enqueue(queued{Command: view.Command{Kind: view.Set}, change: func() { close(carriedOut) }})
		<-carriedOut
		select {
		case err := <-ended:
			t.Errorf("%d threads: the run went past its boundary: %v", threads, err)
		case <-time.After(2 * time.Millisecond):
		}
		if s.paused.Load() != 1 || s.resumed.Load() != 0 {
			t.Errorf("%d threads: said %d times that it is paused and %d that it goes on", threads, s.paused.Load(), s.resumed.Load())
		}
		o.gate.resume()
		if err := <-ended; err != nil || s.resumed.Load() != 1 {
			t.Errorf("%d threads: got %v, resumed %d times", threads, err, s.resumed.Load())
		}
	}
}

// TestCrewHaltsWhenItsLastWorkerEnds pauses a crew of which one is in a call
// that does not ask: the others halt, and when that one ends all have.
func TestCrewHaltsWhenItsLastWorkerEnds(t *testing.T) {
	o, s := crewed(t, 3)
	var steps atomic.Int64
	busy, free := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	told := errors.New("told to end")
	go func() {
		ended <- o.Each(3, func(own optimizers.Divisible, i int) error {
			if i == 1 {
				close(busy)
				<-free
				return nil
			}
			for {
				if err := draw(own, i); err != nil {
					return err
				}
				if steps.Add(1) > 1 && s.resumed.Load() > 0 {
					return told
				}
			}
		})
	}()
	<-busy
	until(t, "a step", func() bool { return steps.Load() > 0 })
	o.gate.pause()
	until(t, "two that wait", func() bool {
		o.gate.mu.Lock()
		defer o.gate.mu.Unlock()
		return o.gate.halted == 2
	})
	if s.paused.Load() != 0 {
		t.Error("it says that it is paused while one works")
	}
	close(free)
	until(t, "the pause", func() bool { return s.paused.Load() == 1 })
	o.gate.resume()
	if err := <-ended; err != told {
		t.Errorf("got %v, want %v", err, told)
	}
}

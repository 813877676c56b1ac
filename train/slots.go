package train

import (
	"runtime"
	"time"
)

// Slots are the training slots: as many goroutines compute at once as there
// are slots, each for a moment at a time, in turn. With more processors than
// slots, a key on the screen is then not kept waiting by training.
type Slots chan struct{}

// NewSlots makes n slots; n < 1 means one for each processor.
func NewSlots(n int) Slots {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	return make(Slots, n)
}

// acquire waits for a slot. Who waits longest is served first.
func (s Slots) acquire() { s <- struct{}{} }

func (s Slots) release() { <-s }

// acquireShared takes a slot for one of several goroutines of a run, and says whether
// with the run's claim. Who has the claim waits for a slot as any run does; the
// others take only slots that nobody waits for. So a run that works in several
// goroutines gets no more than its share where slots are scarce, and all of
// them where they are not.
func (s Slots) acquireShared(claim chan struct{}) (claimed bool) {
	for {
		select {
		case claim <- struct{}{}:
			s.acquire()
			return true
		default:
		}
		select {
		case s <- struct{}{}:
			return false
		default:
		}
		select {
		case claim <- struct{}{}:
			s.acquire()
			return true
		case <-time.After(slice):
		}
	}
}

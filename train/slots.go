package train

import "runtime"

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

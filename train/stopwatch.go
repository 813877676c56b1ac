package train

import (
	"sync"
	"time"
)

// stopwatch measures the time in which at least one of a run's goroutines has a slot.
type stopwatch struct {
	clock func() time.Time

	mu      sync.Mutex
	going   int       // goroutines that have a slot
	since   time.Time // when the first of them took it
	elapsed time.Duration
}

func (s *stopwatch) start(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.going++; s.going == 1 {
		s.since = now
	}
}

func (s *stopwatch) stop(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.going--; s.going == 0 {
		s.elapsed += now.Sub(s.since)
	}
}

// read is the time so far.
func (s *stopwatch) read() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.going == 0 {
		return s.elapsed
	}
	return s.elapsed + s.clock().Sub(s.since)
}

// set makes the time so far what it is told.
func (s *stopwatch) set(elapsed time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.elapsed, s.since = elapsed, s.clock()
}

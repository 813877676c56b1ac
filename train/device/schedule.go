package device

import "time"

// schedule says which tiers are due.
type schedule struct{ processes, slow time.Time }

// slack lets a tier be a little early, since ticks are not exact.
const slack = 200 * time.Millisecond

// next is what is to be read now.
func (s *schedule) next(now time.Time) Tier {
	tiers := Fast
	if now.Sub(s.processes) > Processes.Period()-slack {
		tiers |= Processes
		s.processes = now
	}
	if now.Sub(s.slow) > Slow.Period()-slack {
		tiers |= Slow
		s.slow = now
	}
	return tiers
}

// Backoff says when to try again what has failed: at once, then after 5 s, 10 s,
// 20 s, 40 s, and then each minute.
type Backoff struct {
	wait time.Duration
	next time.Time
}

// Due says whether it is time.
func (b *Backoff) Due(now time.Time) bool { return !now.Before(b.next) }

// Fail notes that it has failed once more.
func (b *Backoff) Fail(now time.Time) {
	b.next = now.Add(b.wait)
	b.wait = min(max(2*b.wait, 5*time.Second), time.Minute)
}

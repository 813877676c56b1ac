package data

import (
	"sync/atomic"
	"time"
)

// meter counts work done, by any goroutine, for a progress line.
type meter struct {
	done, total atomic.Int64
}

// reportEvery is how often progress is told: twice for each frame of the screen.
const reportEvery = 40 * time.Millisecond

// watch runs work beside the calling goroutine, which reports the meter until
// the work has ended.
func (m *meter) watch(what string, progress Progress, work func() error) error {
	if progress == nil {
		return work()
	}
	ended := make(chan error, 1)
	go func() { ended <- guarded(work)() }()
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	progress(what, 0, 0)
	for {
		select {
		case err := <-ended:
			progress(what, m.done.Load(), m.total.Load())
			return err
		case <-tick.C:
			progress(what, m.done.Load(), m.total.Load())
		}
	}
}

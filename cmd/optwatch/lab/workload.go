package lab

import (
	"sync"

	"optwatch/train/study"
)

// workload tells a page how far a study has come. Work is in any unit that is
// alike for all parts. Any goroutine may add.
type workload struct {
	page  *study.Page
	share [2]float64 // of the page's progress, from and to; the zero value is all of it
	total float64

	mu   sync.Mutex
	done float64
}

func (w *workload) add(work float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done += work
	from, to := w.share[0], w.share[1]
	if to == 0 {
		to = 1
	}
	w.page.Progress(from + (to-from)*w.done/w.total)
}

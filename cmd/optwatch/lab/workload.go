package lab

import (
	"sync"

	"optwatch/train/record"
)

// workload tells a page what share of a study is done. Work is in any unit
// that is alike for all parts. Any goroutine may add.
type workload struct {
	page  *record.Page
	total float64

	mu   sync.Mutex
	done float64
}

func (w *workload) add(work float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done += work
	w.page.Progress(w.done / w.total)
}

package lab

import (
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// workload reports to its page how far a study has come. Work is in any unit that is
// alike for all parts. Any goroutine may add.
type workload struct {
	page  *study.Page
	span  trials.Span // of the page's progress
	total float64

	mu   sync.Mutex
	done float64
}

func (w *workload) add(work float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done += work
	w.page.Progress(w.span.At(w.done / w.total))
}

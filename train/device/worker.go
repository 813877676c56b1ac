package device

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// worker is the goroutine that calls the samplers for a monitor, one request at a
// time. A driver call in it may never return; then the monitor goes on without it.
type worker struct {
	requests chan request
	finish   func()      // says that there will be no more requests; the worker then closes its backend
	answers  chan answer // holds one, so that a worker that was left behind can end
	done     chan struct{}
	samplers []Sampler
	current  atomic.Pointer[Sampler]
}

// request asks to open a backend, or for a frame of some tiers.
type request struct {
	open  bool
	tiers Tier
}

// answer is what came of a request. After an error no backend is open.
type answer struct {
	opened    bool
	backend   string
	diagnosis Diagnosis
	devices   []Device
	frame     Frame
	tiers     Tier
	err       error
}

func startWorker(ctx context.Context, samplers []Sampler) *worker {
	w := &worker{
		requests: make(chan request, 1), answers: make(chan answer, 1), done: make(chan struct{}), samplers: samplers,
	}
	w.finish = sync.OnceFunc(func() { close(w.requests) })
	go w.work(ctx)
	return w
}

// work answers requests until there will be no more.
func (w *worker) work(ctx context.Context) {
	defer close(w.done)
	for r := range w.requests {
		a := w.answer(ctx, r)
		w.answers <- a // before closing, which may hang too
		if a.err != nil {
			w.close()
		}
	}
	w.close()
}

// answer carries a request out. A panic is an error of the backend.
func (w *worker) answer(ctx context.Context, r request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("the backend panicked: %v", p)}
		}
	}()
	if r.open {
		s, devices, err := OpenFirst(ctx, w.samplers)
		if err != nil {
			return answer{err: err}
		}
		w.current.Store(&s)
		return answer{opened: true, backend: s.Name(), diagnosis: s.Diagnosis(), devices: devices}
	}
	f, err := (*w.current.Load()).Sample(ctx, r.tiers)
	return answer{frame: f, tiers: r.tiers, err: err}
}

// asking is what the open backend waits for.
func (w *worker) asking() (ID, string) {
	if s := w.current.Load(); s != nil {
		return (*s).Asking()
	}
	return "", ""
}

// close closes the open backend, whatever comes of it.
func (w *worker) close() {
	defer func() { _ = recover() }()
	if s := w.current.Swap(nil); s != nil {
		_ = (*s).Close()
	}
}

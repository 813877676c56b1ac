package main

import (
	"io"
	"sync"
)

// bells are those of the terminals of viewers, each of which may be slow or hang:
// whoever rings waits for none of them.
type bells struct {
	mu  sync.Mutex
	all map[chan struct{}]bool
}

// add adds the bell of a terminal, until it is removed.
func (b *bells) add(terminal io.Writer) (remove func()) {
	rung := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[chan struct{}]bool{}
	}
	b.all[rung] = true
	go func() {
		for range rung {
			if _, err := io.WriteString(terminal, "\a"); err != nil {
				return
			}
		}
	}()
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.all, rung)
		close(rung)
	}
}

// ring rings all of them. One that has not yet rung rings once.
func (b *bells) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for rung := range b.all {
		select {
		case rung <- struct{}{}:
		default:
		}
	}
}

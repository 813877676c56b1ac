package hub

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/fed/wire"
)

// idle is a hub that is connected to nothing.
func idle(t *testing.T) *Hub {
	t.Helper()
	h := &Hub{settings: Settings{Log: func(string) {}}, runs: map[string]*transport{}, fetching: make(chan struct{}, mostFetching)}
	h.carrier = newCarrier(h)
	h.ctx, h.end = context.WithCancel(t.Context())
	t.Cleanup(h.Close)
	return h
}

// A client that says many times that it has a long vector is fetched it from once at
// a time: what comes meanwhile for the same ask is refused.
func TestOneFetchOfAnAsk(t *testing.T) {
	h := idle(t)
	for range mostFetching {
		h.fetching <- struct{}{} // others are fetched from
	}
	m := member{Member: Member{Fingerprint: "a"}, client: 2, place: "2-a"}
	tr := &transport{hub: h}
	for range 5 {
		h.begin(tr, m, wire.Answer{Ask: "one", Digest: "x", Long: true})
	}
	h.begin(tr, m, wire.Answer{Ask: "another", Digest: "x", Long: true})
	if r := h.Refusals(); len(r) != 1 || r[0] != (Refusal{Reason: tooMany, Count: 4, Latest: "a"}) {
		t.Errorf("refused: %+v", r)
	}
}

// A panic beside everything else ends the hub with its reason, and not the process.
func TestPanicEndsTheHub(t *testing.T) {
	h := idle(t)
	h.goes("a test", func() { panic("of the test") })
	h.work.Wait()
	if err := h.ended(); err == nil || !strings.Contains(err.Error(), "of the test") {
		t.Errorf("it has ended with %v", err)
	}
}

// What comes while the hub closes begins nothing that would go on behind its back.
func TestNothingBeginsOnceClosed(t *testing.T) {
	h := idle(t)
	var begun, ended atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 200 {
				h.goes("a test", func() {
					begun.Add(1)
					time.Sleep(10 * time.Microsecond)
					ended.Add(1)
				})
			}
		})
	}
	h.Close()
	n := begun.Load()
	if n != ended.Load() {
		t.Errorf("%d went on, %d have ended", n, ended.Load())
	}
	callers.Wait()
	h.goes("a test", func() { begun.Add(1) })
	time.Sleep(time.Millisecond)
	if begun.Load() != n {
		t.Errorf("%d have begun since", begun.Load()-n)
	}
}

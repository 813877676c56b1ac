package train

import (
	"runtime"
	"testing"

	"optwatch/train/view"
)

// TestMemoryIsConstantInSteps lets a run take so many steps that everything
// which is kept of them is full, and then as many again: nothing kept grows.
func TestMemoryIsConstantInSteps(t *testing.T) {
	const n = 10
	live := func(r *run) (heap uint64) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(r)
		return m.HeapAlloc
	}
	r := still(t, blobs(n), "softmax", "sgd:batch=1,lr=0.01")
	r.nextPlot = 0
	until := func(passes float64) {
		r.exp.config.Budget.Passes = passes
		if state, why := r.loop(); state != view.Budget {
			t.Fatalf("%s: %s", state, why)
		}
	}
	const full = 2 * 5 * curveSize // passes, with a plot point every five
	until(full)
	if len(r.tr.points) < traceSize/2 || len(r.line.points) < curveSize/2 {
		t.Fatalf("%d buckets and %d points: they are not full yet", len(r.tr.points), len(r.line.points))
	}
	before := live(r)
	until(2 * full)
	if got, most := cap(r.line.points), 2*curveSize; got > most {
		t.Errorf("room for %d points of the curve, want at most %d", got, most)
	}
	if got := cap(r.tr.points); got > traceSize {
		t.Errorf("room for %d buckets of the trace, want at most %d", got, traceSize)
	}
	if got := len(r.past); got > rateKept {
		t.Errorf("%d samples of the rate, want at most %d", got, rateKept)
	}
	const slack = 1 << 18 // how full curve and trace are, and what other tests have left
	if after := live(r); after > before+slack {
		t.Errorf("%d steps more took %d bytes", full*n, after-before)
	}
}

// Nor does it leave garbage to publish where a run is: it is done every slice.
func TestPublishAllocatesNothing(t *testing.T) {
	for _, recipe := range []string{"sgd:batch=64", "svrg:batch=1,m=n/2,warm=1"} {
		r := still(t, blobs(3000), "softmax", recipe)
		for range 20 {
			r.publish()
		}
		if got := testing.AllocsPerRun(20, r.publish); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", recipe, got)
		}
	}
}

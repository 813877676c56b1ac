package train

import (
	"runtime"
	"testing"
	"time"

	"optwatch/train/objective"
)

// The copy by columns that a full gradient has made is given up once a minute has gone by
// in which nobody used it, and made again for who wants it.
func TestUnusedColumnsAreGivenUp(t *testing.T) {
	ds := *digitsData(t)
	ds.Train.X, ds.Train.Labels = ds.Train.X.Slice(0, 6000), ds.Train.Labels[:6000]
	r := stillOf(t, &ds, "softmax", ModelSettings{Precision: objective.Float64}, "full")
	lives := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	g, again := make([]float64, len(r.theta)), make([]float64, len(r.theta))
	gradient := func(to []float64) {
		if _, err := r.oracle.FullGrad(to, r.theta); err != nil {
			t.Fatal(err)
		}
	}
	gradient(g)
	r.exp.sweep(sweepEvery)
	before := lives()
	r.exp.sweep(2*sweepEvery - time.Second)
	if kept := lives(); kept+100_000 < before {
		t.Errorf("%d bytes are given up before a minute has gone by", before-kept)
	}
	r.exp.sweep(2 * sweepEvery)
	if kept := lives(); kept+1_000_000 > before { // 6,000 rows of about 100 entries of two bytes
		t.Errorf("of %d bytes %d are kept", before, kept)
	}
	gradient(again)
	for i, v := range g {
		if again[i] != v {
			t.Fatalf("coordinate %d of the gradient is %v, and was %v", i, again[i], v)
		}
	}
}

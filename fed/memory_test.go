package fed

import (
	"runtime"
	"testing"
)

// TestRoundsReuseVectors bounds what a round of 100 of 1000 clients with 2,000
// parameters allocates once it is warm: a vector has 16 kB and a round moves
// 200 of them, 3.2 MB; what it may allocate is a twentieth of that, for streams,
// updates and tables. And it keeps no more vectors than a round needs at once,
// also where updates are refused.
func TestRoundsReuseVectors(t *testing.T) {
	const d = 2_000
	p := problem{n: 1000, d: d, add: func(g, theta []float64, row int32) float64 { g[row] += theta[row] - 1; return 1 }}
	for _, recipe := range []string{"fedavg:", "fedprox:drop=0.3,slow=0.3,deadline=1,", "scaffold:", "fedavg:noise=1,"} {
		o := newOracle(p, 1)
		o.workers = 3
		s := serve(t, recipe+"clients=1000,partition=iid,fraction=0.1,batch=n", o, nil)
		s.rounds(t, 5)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const rounds = 5
		s.rounds(t, rounds)
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / rounds; got > 200*8*d/20 {
			t.Errorf("%s a round allocates %d bytes, want at most %d", recipe, got, 200*8*d/20)
		}
		if got := s.worker.Vectors.Idle(); got > 150+3 { // a Poisson cohort has 100 on average, with a deviation of 10
			t.Errorf("%s it keeps %d vectors", recipe, got)
		}
	}
}

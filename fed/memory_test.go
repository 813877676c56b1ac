package fed

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// TestRoundsReuseVectors bounds what a round of 100 of 1000 clients with 2,000
// parameters allocates once it is warm: a vector has 16 kB and a round moves
// 200 of them, 3.2 MB; what it may allocate is a twentieth of that, for streams,
// updates and tables. And it keeps no more vectors than a round needs at once,
// also where updates are refused: those of all who take part only where something
// is to be learnt from the updates after they have been added.
func TestRoundsReuseVectors(t *testing.T) {
	const d = 2_000
	p := problem{n: 1000, d: d, add: func(g, theta []float64, row int32) float64 { g[row] += theta[row] - 1; return 1 }}
	for _, recipe := range []string{"fedavg:", "fedprox:drop=0.3,slow=0.3,deadline=1,", "scaffold:", "fedavg:noise=1,"} {
		o := newOracle(p, 1)
		o.workers = 3
		s := serve(t, recipe+"clients=1000,partition=iid,fraction=0.1,batch=n", o, nil)
		most := 60 // of three clients who are late each, 15 of a block, 3 sums of 7 blocks and its own two
		if strings.HasPrefix(recipe, "scaffold") {
			most = 100 + 60
		}
		s.rounds(t, 5)
		for s.worker.Vectors.Idle() < most { // as if clients had been late by now: whether one is in time is chance
			s.worker.Vectors.Give(make([]float64, d))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const rounds = 5
		s.rounds(t, rounds)
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / rounds; got > 200*8*d/20 {
			t.Errorf("%s a round allocates %d bytes, want at most %d", recipe, got, 200*8*d/20)
		}
		if got := s.worker.Vectors.Idle(); got > most {
			t.Errorf("%s it keeps %d vectors", recipe, got)
		}
	}
}

// elsewhere is a Remote whose clients work here, on vectors of their own, and hold
// parts of the server's data.
type elsewhere struct{ carrying }

var _ Remote = elsewhere{}

func (elsewhere) Holdings(int, Host) ([]Holding, error) { return nil, nil }
func (elsewhere) Halt(bool)                             {}
func (elsewhere) Describe([]view.Client)                {}
func (elsewhere) Close()                                {}

// Vectors that come from elsewhere are not kept: nobody here would use them again.
func TestVectorsFromElsewhereAreNotKept(t *testing.T) {
	s := serve(t, "fedavg:clients=10,partition=iid,batch=5", newOracle(leastSquares(100, 3, 1), 1), nil)
	s.Transport = elsewhere{func(tasks []Task, host Host, to Inbox) error {
		return host.Each(len(tasks), func(h Host, i int) error {
			u, err := h.Work(tasks[i], to.Progress)
			own := u.Delta
			u.Delta = slices.Clone(own)
			h.worker.Vectors.Give(own)
			to.Deliver(u)
			return err
		})
	}}
	s.rounds(t, 1)
	want := s.worker.Vectors.Idle()
	s.rounds(t, 20)
	if got := s.worker.Vectors.Idle(); got > want {
		t.Errorf("it keeps %d vectors, %d after the first round", got, want)
	}
}

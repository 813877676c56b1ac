package fed

import (
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/fed/client"
)

// pairwise is the sum of all of some numbers as tree has it, from the top.
func pairwise(x []float64) float64 {
	if len(x) == 1 {
		return x[0]
	}
	left := 1
	for 2*left < len(x) {
		left *= 2
	}
	return pairwise(x[:left]) + pairwise(x[left:])
}

// Whatever the order in which they come, vectors are added in the same one.
func TestTree(t *testing.T) {
	rng := seeded(1)
	for n := 1; n <= 70; n++ {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		want := pairwise(x)
		for range 5 {
			var pool client.Vectors
			s := newTree(n, &pool)
			for _, i := range rng.Perm(n) {
				v := pool.Take(1)
				v[0] = x[i]
				s.put(i, v)
			}
			if got := s.root[0]; got != want {
				t.Fatalf("%d numbers: got %v, want %v", n, got, want)
			}
			made := pool.Idle() + 1
			if s.release(); pool.Idle() != made {
				t.Errorf("%d numbers: it keeps a vector", n)
			}
		}
	}
}

// Vectors that are not there count as 0, and nothing is the sum of none.
func TestTreeWithoutSome(t *testing.T) {
	for there := range uint(1 << 5) {
		var pool client.Vectors
		s, want := newTree(5, &pool), 0.0
		for _, i := range rand.Perm(5) {
			if there>>i&1 == 0 {
				s.put(i, nil)
				continue
			}
			s.put(i, []float64{float64(int(1) << i)})
			want += float64(int(1) << i)
		}
		got := 0.0
		if s.root != nil {
			got = s.root[0]
		}
		if got != want {
			t.Errorf("of 0…4 %05b: got %v, want %v", there, got, want)
		}
	}
	s := newTree(0, new(client.Vectors))
	if s.root != nil {
		t.Errorf("the sum of none is %v", s.root)
	}
}

// Where the first of 1,000 clients is late the updates of the others are added all
// the same: those of its block wait, and the sums beside its block's way to the root.
func TestLateClientHoldsUpItsBlockAlone(t *testing.T) {
	const clients, d = 1000, 3
	s := serve(t, "fedavg:clients=1000,partition=iid,batch=n", newOracle(leastSquares(clients, d, 1), 1), neighbours(clients, clients))
	of := &tally{round: 1, attempt: 1}
	cohort := s.cohort(1, 1)
	tasks := s.tasks(cohort, s.theta, of)
	s.announce(cohort, of)
	run := func(order []int) []float64 {
		all := newGathering(s.Round, cohort, d, of)
		in := newInbox(s.Round, tasks, all, of)
		for _, k := range order {
			delta := s.worker.Vectors.Take(d)
			copy(delta, []float64{1 / float64(k+1), float64(k), -1})
			in.Deliver(Update{Round: 1, Attempt: 1, Client: k, Examples: 1, Steps: 1, Evaluations: 1, Delta: delta})
		}
		verdicts, _ := in.close()
		us := s.sift(verdicts, cohort, of)
		if len(us) != clients {
			t.Fatalf("%d of %d count", len(us), clients)
		}
		g := make([]float64, d)
		all.close(us, g)
		all.release()
		return g
	}
	order := make([]int, clients)
	for k := range order {
		order[k] = k
	}
	want := run(order)
	wantVector(t, "the mean", want, []float64{7.485470860550345 / 1000, 499.5, -1}, 1e-12) // H₁₀₀₀ = 7.4854708605503449…
	if got := s.worker.Vectors.Idle(); got > 10 {
		t.Errorf("in order %d vectors are used", got)
	}
	if got := run(append(order[1:], 0)); !slices.Equal(got, want) {
		t.Errorf("with a late client got %v, want %v", got, want)
	}
	if got := s.worker.Vectors.Idle(); got > 32 { // 15 of the block, and 6 sums of the 63 blocks
		t.Errorf("with a late client %d vectors are used", got)
	}
}

package fed

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"optwatch/train/view"
)

// chaos is a transport that does to updates all that can be done to them. What
// it does follows from a seed, the round and the attempt; in which order it
// delivers, from another seed. It writes down what the server should do.
type chaos struct {
	seed    uint64
	arrival uint64
	want    *expected
	kept    []*Update // copies of good updates, to be delivered in later rounds
}

// expected is what should become of what was delivered.
type expected struct {
	refused map[string]int
	valid   []*Update // of the latest attempt, in the order of clients
	kinds   map[string]int
}

func clone(u *Update) *Update {
	c := *u
	c.Delta = slices.Clone(u.Delta)
	return &c
}

func (c *chaos) Carry(tasks []Task, host Host, to Inbox) error {
	sent := make([]*Update, len(tasks))
	ran := make([]bool, len(tasks))
	rng := rand.New(rand.NewPCG(c.seed, forFailure.number(1<<40, tasks[0].Round, tasks[0].Attempt)))
	lostTask := make([]bool, len(tasks))
	for i := range tasks {
		lostTask[i] = rng.Float64() < 0.05
	}
	err := host.Each(len(tasks), func(h Host, i int) error {
		if lostTask[i] {
			return nil
		}
		ran[i] = true
		u, err := h.Work(tasks[i], to.Progress)
		sent[i] = &u
		return err
	})
	if err != nil {
		return err
	}
	var out []*Update
	c.want.valid = nil
	for i, u := range sent {
		switch {
		case !ran[i]:
			c.want.refuse(lost)
		case u.Failed != "": // it broke off or was late, and says which
			c.want.kinds["failed"]++
			out = append(out, u)
		default:
			out = append(out, c.mangle(u, rng)...)
		}
	}
	shuffled := seeded(c.arrival ^ rng.Uint64())
	shuffled.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	var group sync.WaitGroup
	for part := range 2 { // two at a time
		group.Go(func() {
			for i := part; i < len(out); i += 2 {
				to.Deliver(*out[i])
			}
		})
	}
	group.Wait()
	return nil
}

func (b *expected) refuse(reason string) { b.refused[reason]++ }

// mangle is what is delivered of an update. It writes down what should come of it.
func (c *chaos) mangle(u *Update, rng *rand.Rand) []*Update {
	b := c.want
	spoil := func(reason string, change func(v *Update)) []*Update {
		b.refuse(reason)
		v := clone(u)
		change(v)
		return []*Update{v}
	}
	at := rng.IntN(len(u.Delta))
	kind := rng.IntN(40)
	b.kinds[fmt.Sprint(kind)]++
	switch kind {
	case 0:
		b.refuse(lost)
		return nil
	case 1:
		return spoil(notFinite, func(v *Update) { v.Delta[at] = math.NaN() })
	case 2:
		return spoil(notFinite, func(v *Update) { v.Delta[at] = math.Inf(-1) })
	case 3:
		return spoil(notFinite, func(v *Update) { v.Loss = math.NaN() })
	case 4:
		return spoil(wrongLength, func(v *Update) { v.Delta = v.Delta[1:] })
	case 5:
		return spoil(wrongRound, func(v *Update) { v.Round++ })
	case 6:
		return spoil(wrongRound, func(v *Update) { v.Attempt-- })
	case 7:
		return spoil(oversized, func(v *Update) { v.Delta[at] = 1e9 })
	case 8:
		return spoil(late, func(v *Update) { v.Time += 100 })
	case 9: // and of the client itself nothing is heard
		b.refuse(lost)
		return spoil(notAsked, func(v *Update) { v.Client += 1000 })
	case 10:
		return spoil(wrongCount, func(v *Update) { v.Steps = 1 << 30 })
	case 11: // two that differ: neither counts
		b.refuse(contradicts)
		b.refuse(contradicts)
		v := clone(u)
		v.Delta[at]++
		return []*Update{u, v}
	case 12: // the same twice: one counts
		b.refuse(duplicate)
		b.valid = append(b.valid, u)
		return []*Update{u, clone(u)}
	case 13: // a stale one comes as well
		b.valid = append(b.valid, u)
		out := []*Update{u}
		for _, old := range c.kept {
			if old.Client == u.Client && old.Round < u.Round {
				b.refuse(wrongRound)
				out = append(out, clone(old))
			}
		}
		return out
	}
	b.valid = append(b.valid, u)
	if c.kept = append(c.kept, clone(u)); len(c.kept) > 10 {
		c.kept = c.kept[1:]
	}
	return []*Update{u}
}

// TestChaos runs 200 rounds of 20 clients, of whom some are slow and some break
// off, over a transport that does its worst. What is averaged is what came
// whole and in time, and nothing else; what was refused adds up, reason by
// reason; and nothing of it depends on workers or arrival.
func TestChaos(t *testing.T) {
	const n, clients, rounds = 400, 20, 200
	p := leastSquares(n, 4, 7)
	for _, strategy := range []string{"fedavg", "fedprox:mu=0.1", "scaffold", "fednova"} {
		t.Run(strategy, func(t *testing.T) {
			recipe := strategy + map[bool]string{true: ",", false: ":"}[strings.Contains(strategy, ":")] +
				"clients=20,partition=iid,batch=8,epochs=2,lr=0.02,fraction=0.7,slow=0.3,slowness=2,drop=0.1,deadline=1.6,quorum=0.25,retries=5"
			run := func(workers int, arrival uint64, check bool) []float64 {
				o := newOracle(p, 5)
				o.workers, o.shuffle = workers, arrival
				s := serve(t, recipe, o, neighbours(n, clients))
				c := &chaos{seed: 11, arrival: arrival, want: &expected{refused: map[string]int{}, kinds: map[string]int{}}}
				s.Transport = c
				for round := range rounds {
					before := slices.Clone(s.theta)
					s.rounds(t, 1)
					if check {
						wantAverage(t, s, c.want.valid, before)
					}
					if t.Failed() {
						t.Fatalf("in round %d", round+1)
					}
				}
				if check {
					c.wantCounts(t, s)
				}
				return s.theta
			}
			want := run(1, 0, true)
			if n := norm(want); !(n > 0.1 && n < 100) {
				t.Errorf("‖θ‖ = %g after %d rounds", n, rounds)
			}
			for i, workers := range []int{2, 4, 7} {
				if got := run(workers, uint64(i+1), false); !slices.Equal(got, want) {
					t.Errorf("%d workers: got %v, want %v", workers, got, want)
				}
			}
		})
	}
}

// wantAverage wants θ to have gone where the valid updates say, by each
// strategy's formula written out again.
func wantAverage(t *testing.T, s *server, valid []*Update, before []float64) {
	t.Helper()
	if len(valid) == 0 {
		t.Fatal("a round without a valid update was averaged")
	}
	total, effective := 0.0, 0.0
	for _, u := range valid {
		total += float64(len(s.partition[u.Client]))
	}
	weight := func(u *Update) float64 { return float64(len(s.partition[u.Client])) / total }
	for _, u := range valid {
		effective += weight(u) * float64(u.Steps)
	}
	for j := range before {
		g := 0.0
		for i, u := range valid {
			if i > 0 && valid[i-1].Client >= u.Client {
				t.Fatal("the expected updates are out of order")
			}
			delta := u.Delta[j]
			switch s.Strategy {
			case "scaffold":
				g += delta / float64(len(valid))
			case "fednova":
				g += effective * weight(u) * delta / float64(u.Steps)
			default:
				g += weight(u) * delta
			}
		}
		if want := before[j] - g; math.Abs(s.theta[j]-want) > 1e-13*(1+math.Abs(want)) {
			t.Errorf("θ[%d] = %.17g, want %.17g from %d valid updates", j, s.theta[j], want, len(valid))
		}
	}
}

// wantCounts wants the server's counts to be those expected, which does not know
// why a client failed but how many did.
func (c *chaos) wantCounts(t *testing.T, s *server) {
	t.Helper()
	view := s.View()
	got := map[string]int{}
	for _, f := range view.Refused {
		got[f.Reason] = f.Count
	}
	if failed := got[brokeOff] + got[late] - c.want.refused[late]; failed != c.want.kinds["failed"] || got[brokeOff] == 0 {
		t.Errorf("got %d failed clients, want %d", failed, c.want.kinds["failed"])
	}
	for _, reason := range reasons {
		switch want := c.want.refused[reason]; {
		case reason == late || reason == brokeOff:
		case reason == unheard && got[reason] == 0: // only of clients in other processes
		case got[reason] != want || want == 0:
			t.Errorf("%s: got %d, want %d and some", reason, got[reason], want)
		}
	}
	sum, refused := 0, 0
	for _, f := range got {
		sum += f
	}
	for _, k := range view.Clients {
		refused += k.Refused
	}
	if want := sum - got[notAsked]; refused != want { // who was not asked is nobody's
		t.Errorf("clients have %d refusals, want %d", refused, want)
	}
	if view.Round != 200 || view.Attempt < 1 {
		t.Errorf("got round %d, want 200", view.Round)
	}
}

// A straggler's part is taken by FedProx and FedNova and is late for the
// others. Time is evaluations × slowness: with batches of 4 of 10 examples and
// two epochs, a client three times as slow has done 4, 8 and 10 examples at
// times 12, 24 and 30 of 20, so that at a deadline of 1.25 it has done two steps.
func TestStragglers(t *testing.T) {
	for _, c := range []struct {
		strategy string
		deadline string
		state    view.ClientState
		steps    int64 // of all clients together; the other one takes 6
		done     int64
		time     float64
	}{
		{"fedavg", "1.25", view.ClientLate, 6, 8, 1.2},
		{"scaffold", "1.25", view.ClientLate, 6, 8, 1.2},
		{"fedprox", "1.25", view.ClientAccepted, 8, 8, 1.2},
		{"fednova", "1.25", view.ClientAccepted, 8, 8, 1.2},
		{"fedprox", "1.5", view.ClientAccepted, 9, 10, 1.5},   // exactly an epoch: its last batch has two examples
		{"fedprox", "0.5", view.ClientLate, 0, 0, math.NaN()}, // not even a step; the other is done with an epoch
		{"fedavg", "3", view.ClientAccepted, 12, 20, 3},
		{"fedavg", "2.999", view.ClientLate, 6, 18, 2.7},
	} {
		t.Run(c.strategy+" "+c.deadline, func(t *testing.T) {
			recipe := fmt.Sprintf("%s:clients=2,partition=iid,batch=4,epochs=2,slow=0.5,slowness=3,deadline=%s", c.strategy, c.deadline)
			s := serve(t, recipe, newOracle(leastSquares(20, 2, 1), 1), neighbours(20, 2))
			s.rounds(t, 1)
			slow := slices.Index(s.slow, 3)
			k := s.View().Clients[slow]
			if c.steps == 0 {
				c.steps = 3 // of the other
			}
			if k.State != c.state || s.Steps() != c.steps || k.Done != c.done || !same(k.Time, c.time) {
				t.Errorf("got %s, %d steps, %d done at %g; want %s, %d, %d at %g", k.State, s.Steps(), k.Done, k.Time, c.state, c.steps, c.done, c.time)
			}
			if k.State == view.ClientAccepted && !(k.Loss > 0) {
				t.Errorf("its loss is %g", k.Loss)
			}
			if k.Slowness != 3 || k.Work != 20 {
				t.Errorf("got slowness %g and work %d, want 3 and 20", k.Slowness, k.Work)
			}
		})
	}
}

func same(a, b float64) bool { return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b) }

// A deadline of 1 is the mean client's work: who is not slow is in time, also
// where the last batch of an epoch is short.
func TestDeadlineOfTheMeanClient(t *testing.T) {
	s := serve(t, "fedavg:clients=4,partition=iid,batch=7,epochs=3,deadline=1,quorum=1,retries=0", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	s.rounds(t, 3)
}

// Who breaks off does so with the probability asked for, at any step, and the
// same clients do whoever works when. Over 500 rounds of 10 clients the count
// has a deviation of 28 at p = 0.2; five of them are allowed.
func TestBreakingOff(t *testing.T) {
	s := serve(t, "fedavg:clients=10,partition=iid,batch=2,epochs=1,drop=0.2", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 10))
	at := map[int64]int{}
	for range 500 {
		s.rounds(t, 1)
		for _, c := range s.View().Clients {
			if c.State == view.ClientFailed {
				at[c.Done]++
				if c.Reason != brokeOff {
					t.Fatalf("it failed because of %q", c.Reason)
				}
			}
		}
	}
	if got := at[0] + at[2]; math.Abs(float64(got)-1000) > 5*28.3 || math.Abs(float64(at[0]-at[2])) > 5*31.6 || len(at) != 2 {
		t.Errorf("got %v by evaluations done; want 1000 in all, as many before the first step as before the second", at)
	}
}

// The clients that are slow are the share asked for, always the same ones, and
// others with another seed.
func TestSlowness(t *testing.T) {
	f := Faults{Slow: 0.3, Slowness: 4}
	a, b := f.slowness(20, 1), f.slowness(20, 2)
	count := func(x []float64) (n int) {
		for _, v := range x {
			if v == 4 {
				n++
			} else if v != 1 {
				t.Errorf("slowness %g", v)
			}
		}
		return n
	}
	if count(a) != 6 || count(b) != 6 || slices.Equal(a, b) || !slices.Equal(a, f.slowness(20, 1)) {
		t.Errorf("got %v with seed 1 and %v with seed 2, want six slow clients, others in each", a, b)
	}
}

// A client that has been left out is in no cohort and counts in no share; taken
// in again where it was, it changes nothing.
func TestDropAndRejoin(t *testing.T) {
	start := func() *server {
		return serve(t, "fedavg:clients=4,partition=iid,batch=5,fraction=0.5", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	}
	want := start()
	want.rounds(t, 10)
	s := start()
	s.rounds(t, 5)
	s.Drop(2, true)
	s.Drop(2, false)
	s.rounds(t, 5)
	wantVector(t, "after drop and rejoin", s.theta, want.theta, 0)
	for _, k := range []int{0, 1, 3} {
		if err := s.CheckDrop(k, true); err != nil {
			t.Fatal(err)
		}
		s.Drop(k, true)
	}
	for what, c := range map[string]struct {
		client int
		out    bool
	}{
		"c2 is the last client there is": {2, true},
		"c1 has been dropped already":    {1, true},
		"c2 has not been dropped":        {2, false},
		"there is no client c4":          {4, true},
		"there is no client c-1":         {-1, false},
	} {
		if err := s.CheckDrop(c.client, c.out); err == nil || err.Error() != what {
			t.Errorf("got %v, want %s", err, what)
		}
	}
	for range 5 {
		s.rounds(t, 1)
		v := s.View()
		if v.Cohort != 1 || v.Clients[2].State != view.ClientAccepted || v.Clients[0].State != view.ClientDropped {
			t.Errorf("got a cohort of %d, c2 %s, c0 %s", v.Cohort, v.Clients[2].State, v.Clients[0].State)
		}
	}
}

// Cost is what a round takes where all goes well, and never less.
func TestCostIsWhatARoundTakes(t *testing.T) {
	for _, c := range []struct {
		recipe string
		exact  bool
	}{
		{"fedavg:batch=4,epochs=3", true},
		{"fedavg:batch=n,fraction=0.5", true},
		{"fedavg:batch=4,fraction=0.5,clip=1,noise=1", true},
		{"fedprox:batch=4,epochs=2,slow=0.5,slowness=3,deadline=2.5", false},
		{"fedavg:batch=4,drop=0.3,retries=0", false},
	} {
		o := newOracle(leastSquares(43, 2, 1), 1)
		s := serve(t, c.recipe+",clients=5,partition=iid", o, neighbours(43, 5))
		less := 0
		for range 10 {
			cost, before := int64(s.Cost(o)), o.shared.evals.Load()
			s.rounds(t, 1)
			switch took := o.shared.evals.Load() - before; {
			case took > cost || c.exact && took < cost:
				t.Errorf("%s: round %d took %d evaluations, cost %d", c.recipe, s.Rounds(), took, cost)
			case took < cost:
				less++
			}
		}
		if !c.exact && less == 0 {
			t.Errorf("%s: no round took less", c.recipe)
		}
	}
}

// Poisson samples have a size on average, and Cost is its mean; the variance of
// a sum of coins is less than that.
func TestCostOfPoissonSamples(t *testing.T) {
	o := newOracle(leastSquares(43, 2, 1), 1)
	s := serve(t, "fedavg:clients=5,partition=iid,batch=4,epochs=2,privacy=example,noise=1", o, neighbours(43, 5))
	cost := 0
	for range 20 {
		cost += s.Cost(o)
		s.rounds(t, 1)
	}
	if want := 20 * 2 * (3*3 + 2*2) * 4; cost != want { // three clients hold 9 examples, for 3 steps of 4, and two hold 8
		t.Errorf("got cost %d, want %d", cost, want)
	}
	near(t, "evaluations", float64(o.shared.evals.Load()), float64(cost), 5*math.Sqrt(float64(cost)))
}

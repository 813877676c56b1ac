package fed

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// plain is FedAvg, FedProx and SCAFFOLD as the papers have them, and SCAFFOLD that
// weights clients as FedAvg does, in the form of deltas: one client after the other, nothing shared, nothing pooled.
type plain struct {
	strategy      string
	uniform       bool // SCAFFOLD's clients count alike
	epochs, batch int
	lr, mu        float64
	clients       partition.Split
	o             *oracle
	theta         []float64
	c             []float64   // of SCAFFOLD
	ck            [][]float64 // of each client
}

// round goes on by a round in which some clients take part.
func (p *plain) round(round int, cohort []int) {
	d := len(p.theta)
	g, change := make([]float64, d), make([]float64, d)
	total, all := 0, 0
	for _, k := range cohort {
		total += len(p.clients[k])
	}
	for _, rows := range p.clients {
		all += len(rows)
	}
	for _, k := range cohort {
		w, steps := p.local(round, k)
		share, ofAll := float64(len(p.clients[k]))/float64(total), float64(len(p.clients[k]))/float64(all)
		if p.uniform {
			share, ofAll = 1/float64(len(cohort)), 1/float64(len(p.clients))
		}
		for j := range d {
			delta := p.theta[j] - w[j]
			g[j] += share * delta
			if p.strategy == "scaffold" { // option II: cₖ⁺ − cₖ = −c + (θ − θₖ)/(Kα)
				step := 1/(float64(steps)*p.lr)*delta - p.c[j]
				p.ck[k][j] += step
				change[j] += ofAll * step
			}
		}
	}
	for j := range d {
		if p.strategy == "scaffold" {
			p.c[j] += change[j]
		}
		p.theta[j] -= g[j]
	}
}

// local is where client k comes to from θ, and in how many steps.
func (p *plain) local(round, k int) (w []float64, steps int) {
	o := p.o.Sub(p.clients[k], forBatches.number(k, round))
	w, g := slices.Clone(p.theta), make([]float64, len(p.theta))
	for range p.epochs {
		for left := o.Len(); left > 0; {
			rows, err := o.Draw(p.batch)
			if err != nil {
				panic(err)
			}
			left -= len(rows)
			o.Grad(g, w, rows)
			for j := range w {
				switch p.strategy {
				case "fedprox":
					g[j] += p.mu * (w[j] - p.theta[j])
				case "scaffold":
					g[j] = g[j] - p.ck[k][j] + p.c[j]
				}
			}
			for j := range w {
				w[j] -= p.lr * g[j]
			}
			steps++
		}
	}
	return w, steps
}

// inTurn is a transport without any concurrency, last task first.
type inTurn struct{}

func (inTurn) Carry(tasks []Task, host Host, to Inbox) error {
	for _, task := range slices.Backward(tasks) {
		u, err := host.Work(task, to.Progress)
		if err != nil {
			return err
		}
		to.Deliver(u)
	}
	return nil
}

// atOnce is a transport that delivers all updates at the same time, when the last is done.
type atOnce struct{}

func (atOnce) Carry(tasks []Task, host Host, to Inbox) error {
	updates := make([]Update, len(tasks))
	err := host.Each(len(tasks), func(h Host, i int) (err error) {
		updates[i], err = h.Work(tasks[i], to.Progress)
		return err
	})
	var group sync.WaitGroup
	for _, u := range updates {
		if err == nil {
			group.Go(func() { runtime.Gosched(); to.Deliver(u) })
		}
	}
	group.Wait()
	return err
}

// Whatever the number of workers, the order of their work and of arrival, and
// the transport, rounds come to what the plain version comes to, to the bit.
func TestRoundsAreThePlainVersion(t *testing.T) {
	const n, clients, epochs, batch, lr, mu, rounds = 101, 7, 2, 4, 0.05, 0.3, 12
	p := leastSquares(n, 5, 3)
	partition := neighbours(n, clients)
	for _, strategy := range []string{"fedavg", "fedprox", "scaffold", "scaffold:weights=uniform"} {
		strategy, _, uniform := strings.Cut(strategy, ":weights=uniform")
		recipe := fmt.Sprintf("%s:clients=%d,partition=iid,epochs=%d,batch=%d,lr=%g,fraction=0.6", strategy, clients, epochs, batch, lr)
		if strategy == "fedprox" {
			recipe += fmt.Sprintf(",mu=%g", mu)
		}
		if uniform {
			recipe += ",weights=uniform"
		}
		simple := plain{strategy: strategy, uniform: uniform, epochs: epochs, batch: batch, lr: lr, mu: mu, clients: partition, o: newOracle(p, 9), theta: make([]float64, p.d)}
		simple.c, simple.ck = make([]float64, p.d), make([][]float64, clients)
		for k := range simple.ck {
			simple.ck[k] = make([]float64, p.d)
		}
		whoever := serve(t, recipe, newOracle(p, 9), partition)
		seen := map[int]bool{}
		for round := range rounds {
			cohort := whoever.cohort(round+1, 1)
			if len(cohort) != 4 { // 0.6·7, rounded
				t.Fatalf("round %d selects %v, want 4 clients", round+1, cohort)
			}
			for _, k := range cohort {
				seen[k] = true
			}
			simple.round(round+1, cohort)
		}
		if len(seen) != clients {
			t.Fatalf("only clients %v ever take part", seen)
		}
		for _, workers := range []int{1, 2, 5} {
			for _, shuffle := range []uint64{0, 1, 2} {
				for _, transport := range []Transport{InProcess{}, inTurn{}, atOnce{}} {
					o := newOracle(p, 9)
					o.workers, o.shuffle = workers, shuffle
					s := serve(t, recipe, o, partition)
					s.Transport = transport
					if got := s.rounds(t, rounds); !slices.Equal(got, simple.theta) {
						t.Errorf("%s, %d workers, order %d, %T: got %v, want %v", strategy, workers, shuffle, transport, got, simple.theta)
					}
				}
			}
		}
	}
}

// The same with every local rule: nothing of it depends on who works when.
func TestOrderOfWorkChangesNothing(t *testing.T) {
	p := leastSquares(60, 3, 4)
	for _, rule := range optimizers.Default().Rules {
		recipe := "fedprox:clients=6,partition=iid,batch=3,drop=0.2,slow=0.5,deadline=2,fraction=0.5,local=" + rule.Name
		run := func(workers int, shuffle uint64) []float64 {
			o := newOracle(p, 2)
			o.workers, o.shuffle = workers, shuffle
			return serve(t, recipe, o, neighbours(60, 6)).rounds(t, 8)
		}
		want := run(1, 0)
		for shuffle := range uint64(3) {
			if got := run(3, shuffle); !slices.Equal(got, want) {
				t.Errorf("%s, order %d: got %v, want %v", rule.Name, shuffle, got, want)
			}
		}
	}
}

// A round that is broken off leaves nothing behind: made again, it has the same
// numbers, and so have all after it, whichever of its calls failed.
func TestBrokenOffRoundsLeaveNothing(t *testing.T) {
	p := leastSquares(40, 3, 5)
	for _, recipe := range []string{
		"scaffold:clients=5,partition=iid,batch=4,epochs=2",
		"fedprox:clients=5,partition=iid,batch=4,epochs=2,slow=0.4,deadline=3,drop=0.3,quorum=0.4,retries=50",
		"fedavg:clients=5,partition=iid,batch=n,fraction=0.5,clip=0.1,noise=2",
		"fednova+fedadam:clients=5,partition=iid,batch=4,privacy=example,noise=1",
	} {
		var calls [6]int64 // that can fail, of each round
		run := func(broken bool) (s *server, said []string) {
			o := newOracle(p, 3)
			o.workers = 3
			s = serve(t, recipe, o, neighbours(40, 5))
			for round := range calls {
				asks := o.shared.asks.Load()
				for call := int64(1); broken && call <= calls[round]; call += 3 {
					asks = o.shared.asks.Load()
					o.shared.fails = func(ask int64) error {
						if ask == asks+call {
							return errTold
						}
						return nil
					}
					before := optimizers.Save(s.State())
					if _, err := s.try(); err == nil {
						t.Fatalf("%s: round %d did not break off at call %d", recipe, round+1, call)
					}
					if notes := s.Notes(); notes != nil {
						t.Errorf("%s: a broken round says %q", recipe, notes)
					}
					wantSaved(t, recipe, optimizers.Save(s.State()), before)
					if v := s.View(); v.Underway {
						t.Errorf("%s: a broken round is still under way", recipe)
					}
				}
				o.shared.fails = func(int64) error { return nil }
				s.rounds(t, 1)
				said = append(said, s.Notes()...)
				if !broken {
					calls[round] = o.shared.asks.Load() - asks
				}
			}
			return s, said
		}
		want, wantSaid := run(false)
		got, said := run(true)
		if !slices.Equal(got.theta, want.theta) {
			t.Errorf("%s: got %v, want %v", recipe, got.theta, want.theta)
		}
		wantSaved(t, recipe, optimizers.Save(got.State()), optimizers.Save(want.State()))
		if !slices.Equal(said, wantSaid) {
			t.Errorf("%s: got notes %q, want %q", recipe, said, wantSaid)
		}
	}
}

// wantSaved wants two saved states to be the same to the bit.
func wantSaved(t *testing.T, what string, got, want optimizers.Saved) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d saved variables, want %d", what, len(got), len(want))
	}
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: %s: got %v, want %v", what, name, got[name], want[name])
		}
	}
}

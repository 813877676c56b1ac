package fed_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/fed/client"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// far is a transport to clients who have nothing in common with the run but what
// it tells them: each computes on a share of its own, in a goroutine that takes
// its time, and may send twice, or not at all.
type far struct {
	data   *data.Dataset
	model  string
	own    bool // clients hold their own data, which is their part of data
	hidden bool // they keep their losses to themselves

	patience time.Duration                           // 0 for endless
	silent   func(t *fed.Task) bool                  // a client that never answers; nil for none
	holds    func(t *fed.Task, stop <-chan struct{}) // called before a client works; nil for nothing
	asked    func(tasks []fed.Task)                  // called with what is asked; nil for nothing
	spoil    func(u *fed.Update)                     // changes what is sent; nil for nothing
	grown    int                                     // examples that the last client says it has more of

	mu       sync.Mutex
	shares   []*train.Share
	rows     [][]int32 // of each client; nil elements are all of its share
	count    map[string]int
	halts    []bool
	closed   int
	rng      *rand.Rand
	division fed.Division
}

var _ fed.Remote = (*far)(nil)

func newFar(ds *data.Dataset, seed uint64) *far {
	return &far{data: ds, model: "softmax", count: map[string]int{}, rng: rand.New(rand.NewPCG(seed, 1))}
}

// Holdings divides the data among the clients, each of whom makes a share of it.
func (f *far) Holdings(clients int, host fed.Host) ([]fed.Holding, error) {
	ready := make(chan struct{})
	go func() { // who joins is not there at once
		time.Sleep(time.Millisecond)
		close(ready)
	}()
	if err := host.Wait(ready); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.division = host.Division()
	train0 := f.data.Train
	split, err := f.division.Split(train0.Labels, len(f.data.Classes), train0.Len())
	if err != nil {
		return nil, err
	}
	f.shares, f.rows = nil, nil
	var holdings []fed.Holding
	for k := range clients {
		ds, rows := f.data, split[k]
		if f.own {
			ds, rows = part(f.data, split[k]), nil
		}
		share, err := train.NewShare(ds, f.model, train.ModelSettings{})
		if err != nil {
			return nil, err
		}
		f.shares, f.rows = append(f.shares, share), append(f.rows, rows)
		classes := make([]int, len(f.data.Classes))
		for _, row := range split[k] {
			classes[train0.Labels[row]]++
		}
		holdings = append(holdings, fed.Holding{Examples: len(split[k]), Classes: classes})
	}
	holdings[clients-1].Examples += f.grown
	if !f.own {
		holdings = nil
	}
	return holdings, nil
}

// part is a data set of some rows of another, in that order, and nothing else.
func part(ds *data.Dataset, rows []int32) *data.Dataset {
	x := make([]float64, 0, len(rows)*ds.Features)
	labels := make([]int32, 0, len(rows))
	for _, row := range rows {
		at := len(x)
		x = x[:at+ds.Features]
		ds.Train.X.Row(int(row), func(j int, v float64) { x[at+j] = v })
		labels = append(labels, ds.Train.Labels[row])
	}
	return &data.Dataset{Name: "part", Features: ds.Features, Classes: ds.Classes, Train: data.Split{X: matrix.NewDense(len(rows), ds.Features, x), Labels: labels}}
}

func (f *far) Carry(tasks []fed.Task, host fed.Host, to fed.Inbox) error {
	if f.asked != nil {
		f.asked(tasks)
	}
	stop, ready := make(chan struct{}), make(chan struct{})
	answers := make(chan fed.Update, 3*len(tasks))
	var group sync.WaitGroup
	for i := range tasks {
		group.Go(func() { f.work(tasks[i], to, answers, stop) })
	}
	group.Go(func() {
		heard, patience := map[int]bool{}, (<-chan time.Time)(nil)
		if f.patience > 0 {
			patience = time.After(f.patience)
		}
		for over := false; len(heard) < len(tasks) && !(over && len(heard) >= host.Least()); {
			select {
			case u := <-answers:
				heard[u.Client] = true
				to.Deliver(u)
			case <-patience:
				over = true
			case <-stop:
				return
			}
		}
		close(ready)
	})
	err := host.Wait(ready)
	close(stop)
	group.Wait()
	return err
}

// work is a client's: it may be asked the same again, and does the same.
func (f *far) work(t fed.Task, to fed.Inbox, answers chan<- fed.Update, stop <-chan struct{}) {
	f.mu.Lock()
	f.count[fmt.Sprint(t.Round, ".", t.Attempt, " c", t.Client)]++
	delay, twice := time.Duration(f.rng.IntN(300))*time.Microsecond, f.rng.IntN(4) == 0
	f.mu.Unlock()
	if f.holds != nil {
		f.holds(&t, stop)
	}
	if f.silent != nil && f.silent(&t) {
		return
	}
	time.Sleep(delay)
	var worker client.Worker
	stopped := errors.New("withdrawn")
	own := f.shares[t.Client].Oracle(f.rows[t.Client], t.Batches.Seed, t.Batches.Number, func() error {
		select {
		case <-stop:
			return stopped
		default:
			return nil
		}
	})
	u, err := worker.Work(context.Background(), own, t, func(p client.Progress) {
		if f.hidden {
			p.Loss = math.NaN()
		}
		to.Progress(p)
	})
	if err == stopped {
		return
	}
	if err != nil {
		panic(err)
	}
	if f.hidden {
		u.Loss, u.LossHidden = 0, true
	}
	if f.spoil != nil {
		f.spoil(&u)
	}
	answers <- u
	if twice && u.Failed == "" {
		again := u
		again.Delta = slices.Clone(u.Delta)
		answers <- again
	}
}

func (f *far) Halt(paused bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.halts = append(f.halts, paused)
}

func (f *far) Describe([]view.Client) {}

func (f *far) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed++
}

// remote is the catalogue whose federations go over transports that make gives.
func remote(make func() *far) optimizers.Catalogue {
	return fed.Config{Transport: func() fed.Transport { return make() }}.Catalogue(optimizers.Default())
}

// over is the configuration with the one run's clients behind a transport.
func over(c train.Config, f *far) train.Config {
	c.Catalogue = remote(func() *far { return f })
	return c
}

var farRecipes = []string{
	"fedavg:clients=5,epochs=2,batch=16,rounds=4,fraction=0.5",
	"fedprox:clients=5,epochs=2,batch=16,rounds=4,mu=0.3,partition=dirichlet",
	"scaffold:clients=5,epochs=2,batch=16,rounds=4,fraction=0.6,partition=iid",
	"fednova:clients=5,epochs=2,batch=16,rounds=4,slow=0.4,slowness=3,deadline=1.5,partition=sizes",
	"fedavg+fedadam:clients=5,epochs=2,batch=16,rounds=4,fraction=0.5",
	"fedavg:clients=5,epochs=1,batch=16,rounds=4,fraction=0.5,noise=0.3,partition=iid",
	"scaffold:clients=5,epochs=1,batch=16,rounds=4,privacy=example,noise=0.8,clip=0.5",
	"fedavg:clients=5,epochs=2,batch=16,rounds=4,privacy=example,epsilon=300,partition=sizes",
	"fedavg:clients=5,epochs=2,batch=n,rounds=4,drop=0.4,quorum=0.6,retries=30",
	"fedavg:clients=5,epochs=2,batch=16,rounds=4,local=momentum,aggregate=median",
}

// Clients in processes of their own, who hold parts of the server's data or data of
// their own, come to what clients in one process come to, to the bit, in whatever
// order and however often they answer: parameters, costs and counts.
func TestFarClientsComeToTheSame(t *testing.T) {
	for i, recipe := range farRecipes {
		want := finished(t, config(300, recipe))[0]
		for _, own := range []bool{false, true} {
			for _, hidden := range []bool{false, true} {
				f := newFar(blobs(300), uint64(i))
				f.own, f.hidden = own, hidden
				got := finished(t, over(config(300, recipe), f))[0]
				name := fmt.Sprintf("%s, own data %v, hidden losses %v", recipe, own, hidden)
				if got.State != want.State || got.ThetaSHA256 != want.ThetaSHA256 {
					t.Errorf("%s: got %s (%s) %.8s, want %s (%s) %.8s", name, got.State, got.Reason, got.ThetaSHA256, want.State, want.Reason, want.ThetaSHA256)
				}
				if got.Evals != want.Evals || got.Step != want.Step || got.Federated.Round != want.Federated.Round {
					t.Errorf("%s: got %d evaluations, %d steps, %d rounds, want %d, %d, %d", name, got.Evals, got.Step, got.Federated.Round, want.Evals, want.Step, want.Federated.Round)
				}
				for k, c := range got.Federated.Clients {
					w := want.Federated.Clients[k]
					if c.State != w.State || c.Accepted != w.Accepted || c.Examples != w.Examples || !slices.Equal(c.Classes, w.Classes) {
						t.Errorf("%s: c%d is %+v, want %+v", name, k, c, w)
					}
					if hidden != math.IsNaN(c.Loss) && !math.IsNaN(w.Loss) {
						t.Errorf("%s: the loss of c%d is shown as %v", name, k, c.Loss)
					}
				}
				if a, b := got.Federated.Privacy, want.Federated.Privacy; a != nil && (a.Epsilon != b.Epsilon || a.Noise != b.Noise || a.Delta != b.Delta) {
					t.Errorf("%s: ε = %v of noise %v, want %v of %v", name, a.Epsilon, a.Noise, b.Epsilon, b.Noise)
				}
				if f.closed != 1 {
					t.Errorf("%s: it was closed %d times", name, f.closed)
				}
			}
		}
	}
}

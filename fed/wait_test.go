package fed_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/train"
	"optwatch/train/view"
)

// waits says that the run is in a round and that all of its cohort but so many have answered.
func waits(round, missing int) func([]train.RunReport) bool {
	return func(runs []train.RunReport) bool {
		f := runs[0].Federated
		return f.Underway && f.Round == round-1 && f.Answered == f.Cohort-missing
	}
}

// gone is a client that never answers from a round on.
func gone(k, from int) func(*fed.Task) bool {
	return func(t *fed.Task) bool { return t.Client == k && t.Round >= from }
}

// A client is gone, and the round waits for it: whoever drops it breaks the round
// off, which is made again without it, as if it had been dropped before.
func TestDropWhileARoundWaits(t *testing.T) {
	const recipe = "fedavg:clients=5,batch=16,rounds=6"
	in := started(t, 300, recipe, 2)
	drop := view.Command{Kind: view.DropClient, Client: 3}
	order(t, in, drop)
	order(t, in, view.Command{Kind: view.Resume})
	want := wait(t, in)[0]

	f := newFar(blobs(300), 1)
	f.silent = gone(3, 3)
	out := begin(t, over(config(300, recipe), f))
	await(t, out, "a round that waits", func(runs []train.RunReport) bool { return len(runs) == 1 && waits(3, 1)(runs) })
	order(t, out, drop)
	got := wait(t, out)[0]
	if got.ThetaSHA256 != want.ThetaSHA256 || got.Evals != want.Evals {
		t.Errorf("got %s (%s) %.8s after %d evaluations, want %.8s after %d", got.State, got.Reason, got.ThetaSHA256, got.Evals, want.ThetaSHA256, want.Evals)
	}
	if c := got.Federated.Clients[3]; c.State != view.ClientDropped || c.Accepted != 2 || slices.ContainsFunc(got.Federated.Refused, func(r view.Refusal) bool { return r.Reason != "duplicate" }) {
		t.Errorf("the client that was dropped is %+v", c)
	}
}

// A run that waits halts when it is told to, also if all answers come meanwhile,
// and tells the clients so; it goes on with what has come.
func TestPauseWhileARoundWaits(t *testing.T) {
	const recipe = "scaffold:clients=4,epochs=1,batch=16,rounds=5"
	want := finished(t, config(300, recipe))[0]
	f := newFar(blobs(300), 1)
	free := make(chan struct{})
	f.holds = func(task *fed.Task, stop <-chan struct{}) {
		if task.Round == 3 && task.Client == 1 {
			select {
			case <-free:
			case <-stop:
			}
		}
	}
	e := begin(t, over(config(300, recipe), f))
	await(t, e, "a round that waits", func(runs []train.RunReport) bool { return len(runs) == 1 && waits(3, 1)(runs) })
	halt(t, e, 0)
	close(free)
	await(t, e, "the last answer", func(runs []train.RunReport) bool { return runs[0].Federated.Answered == 4 })
	time.Sleep(20 * time.Millisecond)
	if r := e.Report().Runs[0]; r.Federated.Round != 2 || r.State != view.Paused {
		t.Errorf("it went on to round %d while it was %s", r.Federated.Round, r.State)
	}
	order(t, e, view.Command{Kind: view.Resume})
	got := wait(t, e)[0]
	if got.ThetaSHA256 != want.ThetaSHA256 {
		t.Errorf("got %.8s, want %.8s", got.ThetaSHA256, want.ThetaSHA256)
	}
	if !slices.Equal(f.halts, []bool{true, false}) {
		t.Errorf("the clients were told %v, want that it pauses and goes on", f.halts)
	}
	for what, n := range f.count {
		if n != 1 {
			t.Errorf("%s was asked %d times", what, n)
		}
	}
}

// A run that waits holds no slot: with a single one, another run trains to its end.
func TestOthersTrainWhileARoundWaits(t *testing.T) {
	f := newFar(blobs(300), 1)
	f.silent = gone(0, 1)
	c := over(config(300), f)
	c.Threads, c.Budget.Passes = 1, 20
	c.Recipes = lineUp(c.Catalogue, "fedavg:clients=3,rounds=9", "sgd")
	e := begin(t, c)
	await(t, e, "the end of the other", func(runs []train.RunReport) bool {
		return len(runs) == 2 && runs[1].State == view.Budget && waits(1, 1)(runs)
	})
	order(t, e, view.Command{Kind: view.Stop})
	if r := wait(t, e)[0]; r.State != view.Stopped || r.Federated.Round != 0 || f.closed != 1 {
		t.Errorf("it is %s after %d rounds, closed %d times", r.State, r.Federated.Round, f.closed)
	}
}

// Who switches the strategy, or restarts, closes what was open.
func TestSwitchClosesATransport(t *testing.T) {
	var mu sync.Mutex
	var all []*far
	c := config(300)
	c.Catalogue = remote(func() *far {
		mu.Lock()
		defer mu.Unlock()
		f := newFar(blobs(300), uint64(len(all)))
		f.own = true
		f.silent = gone(0, 2)
		if len(all) > 0 {
			f.silent = nil
		}
		all = append(all, f)
		return f
	})
	c.Recipes = lineUp(c.Catalogue, "fedavg:clients=3,rounds=5")
	e := begin(t, c)
	await(t, e, "a round that waits", func(runs []train.RunReport) bool { return len(runs) == 1 && waits(2, 1)(runs) })
	order(t, e, view.Command{Kind: view.Switch, Recipe: "fedprox:clients=3,rounds=5,mu=0.2"})
	if r := wait(t, e)[0]; r.Federated.Round != 5 {
		t.Errorf("%s (%s) after %d rounds", r.State, r.Reason, r.Federated.Round)
	}
	order(t, e, view.Command{Kind: view.Restart})
	wait(t, e)
	mu.Lock()
	defer mu.Unlock()
	if len(all) != 3 {
		t.Fatalf("%d transports were made, want one for each method that ran", len(all))
	}
	for i, f := range all {
		if f.closed != 1 {
			t.Errorf("transport %d was closed %d times", i, f.closed)
		}
	}
}

// kept is an experiment's run as a record keeps it: a state of every round, taken
// while that waits, and what came of the rounds.
type kept struct {
	states   map[int]*train.RunState // by the round that was under way
	outcomes []train.Outcome
	end      train.RunReport
	counts   map[string]int
}

// keep runs a federation over a transport, and keeps what a record would.
func keep(t *testing.T, c train.Config, f *far) kept {
	t.Helper()
	k := kept{states: map[int]*train.RunState{}}
	var mu sync.Mutex
	saved := map[int]chan struct{}{}
	experiment := make(chan *train.Experiment, 1)
	var e *train.Experiment
	f.asked = func(tasks []fed.Task) {
		if e == nil {
			e = <-experiment
		}
		round := tasks[0].Round
		if saved[round] != nil {
			return
		}
		done := make(chan struct{})
		mu.Lock()
		saved[round] = done
		mu.Unlock()
		go func() {
			defer close(done)
			for range 3 { // who saves often keeps no round from ending
				s, err := e.Save(0)
				if err != nil {
					t.Error(err)
					return
				}
				k.states[round] = through(t, s)
			}
		}()
	}
	f.holds = func(task *fed.Task, stop <-chan struct{}) {
		mu.Lock()
		done := saved[task.Round]
		mu.Unlock()
		select {
		case <-done:
		case <-stop:
		}
	}
	c = over(c, f)
	c.Outcome = func(run int, what []byte) (int64, error) {
		k.outcomes = append(k.outcomes, train.Outcome{Number: int64(len(k.outcomes) + 1), What: what})
		return int64(len(k.outcomes)), nil
	}
	running := begin(t, c)
	experiment <- running
	k.end = wait(t, running)[0]
	k.counts = f.count
	return k
}

// goOn goes on from a state, with what is known of the rounds after it.
func goOn(t *testing.T, c train.Config, f *far, s *train.RunState, outcomes []train.Outcome) (train.RunReport, []train.Outcome) {
	t.Helper()
	c = over(c, f)
	c.Recipes = lineUp(c.Catalogue)
	c.Resume, c.Outcomes = []*train.RunState{s}, map[int][]train.Outcome{0: outcomes}
	var written []train.Outcome
	number := int64(len(outcomes))
	c.Outcome = func(run int, what []byte) (int64, error) {
		number++
		written = append(written, train.Outcome{Number: number, What: what})
		return number, nil
	}
	return finished(t, c)[0], written
}

// What a clock decided is decided: from every round a process that goes on with
// clients who are all there comes to the same, since it asks those alone who had
// been in time. One that knows nothing of it comes to something else.
func TestOutcomesAreRepeated(t *testing.T) {
	for _, recipe := range []string{
		"fedavg:clients=5,epochs=2,batch=16,rounds=5,fraction=0.8",
		"scaffold:clients=5,epochs=1,batch=16,rounds=5,slow=0.4,slowness=3,deadline=1.5",
		"fedavg+fedadam:clients=5,epochs=1,batch=16,rounds=5,drop=0.3,quorum=0.6,retries=9",
	} {
		for _, own := range []bool{false, true} {
			f := newFar(blobs(300), 1)
			f.own, f.patience = own, 60*time.Millisecond
			f.silent = func(t *fed.Task) bool { return (t.Client+t.Round)%5 == 0 && t.Attempt == 1 }
			k := keep(t, config(300, recipe), f)
			name := fmt.Sprintf("%s, own data %v", recipe, own)
			if k.end.Federated.Round != 5 || len(k.states) != 5 || len(k.outcomes) < 5 {
				t.Fatalf("%s: %s (%s): %d rounds, %d states, %d outcomes", name, k.end.State, k.end.Reason, k.end.Federated.Round, len(k.states), len(k.outcomes))
			}
			for what, n := range k.counts {
				if n != 1 {
					t.Errorf("%s: %s was asked %d times", name, what, n)
				}
			}
			unheard := 0
			for _, r := range k.end.Federated.Refused {
				if r.Reason == "not heard in time" {
					unheard = r.Count
				}
			}
			if unheard == 0 {
				t.Errorf("%s: everybody was heard in time: %v", name, k.end.Federated.Refused)
			}
			differ := 0
			for round, s := range k.states {
				again := newFar(blobs(300), uint64(round))
				again.own = own
				got, written := goOn(t, config(300, recipe), again, s, k.outcomes)
				if got.ThetaSHA256 != k.end.ThetaSHA256 || got.Evals != k.end.Evals {
					t.Errorf("%s, from round %d: got %s (%s) %.8s after %d evaluations, want %.8s after %d", name, round, got.State, got.Reason, got.ThetaSHA256, got.Evals, k.end.ThetaSHA256, k.end.Evals)
				}
				if len(written) > 0 {
					t.Errorf("%s, from round %d: %s was written once more", name, round, written[0].What)
				}
				if a, b := fmt.Sprint(got.Federated.Refused), fmt.Sprint(k.end.Federated.Refused); withoutDuplicates(a) != withoutDuplicates(b) {
					t.Errorf("%s, from round %d: refused are %s, want %s", name, round, a, b)
				}
				other := newFar(blobs(300), uint64(round))
				other.own = own
				if got, _ := goOn(t, config(300, recipe), other, s, nil); got.ThetaSHA256 != k.end.ThetaSHA256 {
					differ++
				}
			}
			if differ == 0 {
				t.Errorf("%s: it comes to the same without what was written", name)
			}
		}
	}
}

// withoutDuplicates is a text of counts without that of what is sent twice, which is chance.
func withoutDuplicates(text string) string {
	before, after, found := strings.Cut(text, "{duplicate")
	if !found {
		return text
	}
	_, after, _ = strings.Cut(after, "}")
	return strings.TrimSpace(before) + after
}

// A client that sends something else than what had counted is not believed.
func TestAnotherUpdateThanWasCounted(t *testing.T) {
	const recipe = "fedavg:clients=4,epochs=1,batch=16,rounds=3"
	k := keep(t, config(300, recipe), newFar(blobs(300), 1))
	f := newFar(blobs(300), 2)
	f.spoil = func(u *fed.Update) {
		if u.Client == 2 && u.Round == 2 {
			u.Delta[0]++
		}
	}
	got, written := goOn(t, config(300, recipe), f, k.states[2], k.outcomes)
	if c := got.Federated.Clients[2]; c.Accepted != 2 || c.Refused == 0 || !slices.ContainsFunc(got.Federated.Refused, func(r view.Refusal) bool { return r.Reason == "contradicts itself" }) {
		t.Errorf("%+v, %v", c, got.Federated.Refused)
	}
	if len(written) != 2 { // of the second round, and of the third, which went on from elsewhere
		t.Errorf("%d outcomes were written, want 2", len(written))
	}
}

// Clients with data of their own that hold something else now end a run that goes
// on, with the reason in words.
func TestOtherHoldingsAreRefused(t *testing.T) {
	const recipe = "fedavg:clients=4,epochs=1,batch=16,rounds=3"
	f := newFar(blobs(300), 1)
	f.own = true
	k := keep(t, config(300, recipe), f)
	for _, c := range []struct {
		change func(*far)
		want   string
	}{
		{func(f *far) { f.own, f.grown = true, 7 }, "c3 holds 78 examples now, and held 71 before: rounds would not go on from where they were"},
		{func(f *far) {}, "the clients held data of their own before, and now hold parts of the server's"},
	} {
		other := newFar(blobs(300), 2)
		c.change(other)
		if got, _ := goOn(t, config(300, recipe), other, k.states[2], nil); got.State != view.Failed || got.Reason != c.want {
			t.Errorf("got %s (%s), want %q", got.State, got.Reason, c.want)
		}
	}
}

// A run whose outcomes cannot be written down averages nothing.
func TestUnwrittenOutcome(t *testing.T) {
	const recipe = "fedavg:clients=4,epochs=1,batch=16,rounds=3"
	c := over(config(300, recipe), newFar(blobs(300), 1))
	c.Outcome = func(int, []byte) (int64, error) { return 0, fmt.Errorf("the disk is full") }
	const want = "not averaged, since what came of it could not be written down: the disk is full"
	if got := finished(t, c)[0]; got.State != view.Failed || got.Reason != want || got.Federated.Round != 0 {
		t.Errorf("got %s (%s) after %d rounds, want %q", got.State, got.Reason, got.Federated.Round, want)
	}
}

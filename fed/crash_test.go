package fed_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"optwatch/fed/privacy"
	"optwatch/train"
	"optwatch/train/view"
)

// charged is the ε of so many rounds of "fedavg:clients=5,noise=2".
func charged(rounds int, delta float64) float64 {
	var a privacy.Accountant
	a.Charge(1, 2, rounds)
	return a.Epsilon(delta)
}

// A run that is saved after some rounds and crashes two releases later has spent
// these two as well, and counts on from there.
func TestCrashAfterReleases(t *testing.T) {
	trial, err := bench(t).Trial("fedavg:clients=5,noise=2,private=1", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	trial.Advance(300)
	s, made := saved(t, trial), trial.Federated().Round
	if made < 2 || s.Counts.Released != int64(made) {
		t.Fatalf("%d rounds, and the state knows of %d releases", made, s.Counts.Released)
	}
	for _, lost := range []int{0, 1, 2} {
		c := config(60)
		c.Resume, c.Released = []*train.RunState{through(t, s)}, map[int]int{0: made + lost}
		c.Budget = train.Limits{Evals: s.Counts.Evals + 300}
		var first, last atomic.Int64
		c.Release = func(run, count int) error {
			if run != 0 {
				t.Errorf("run %d releases", run)
			}
			first.CompareAndSwap(0, int64(count))
			last.Store(int64(count))
			return nil
		}
		e := begin(t, c)
		r := wait(t, e)[0]
		f := r.Federated
		if want := charged(f.Round+lost, f.Privacy.Delta); f.Privacy.Epsilon != want || f.Round <= made {
			t.Errorf("%d lost, %d rounds: got ε = %g, want %g", lost, f.Round, f.Privacy.Epsilon, want)
		}
		if int(first.Load()) != made+lost+1 || int(last.Load()) != f.Round+lost {
			t.Errorf("%d lost: releases %d to %d were written down, want %d to %d", lost, first.Load(), last.Load(), made+lost+1, f.Round+lost)
		}
		said := 0
		for _, v := range e.Report().Events {
			if strings.Contains(v.Text, "after what it goes on from") {
				said++
			}
		}
		if said != min(lost, 1) {
			t.Errorf("%d lost: it is said %d times", lost, said)
		}
	}
}

// A run that crashed before it was first saved begins anew, and has spent what it
// had released before.
func TestCrashBeforeTheFirstState(t *testing.T) {
	const lost, rounds = 3, 4
	c := config(60, "fedavg:clients=5,noise=2,private=1,rounds=4")
	c.Released = map[int]int{0: lost}
	var first atomic.Int64
	c.Release = func(_, count int) error {
		first.CompareAndSwap(0, int64(count))
		return nil
	}
	r := wait(t, begin(t, c))[0]
	if want := charged(rounds+lost, r.Federated.Privacy.Delta); r.Federated.Privacy.Epsilon != want {
		t.Errorf("ε is %g, want %g", r.Federated.Privacy.Epsilon, want)
	}
	if got := first.Load(); got != lost+1 {
		t.Errorf("its first release is number %d, want %d", got, lost+1)
	}
}

// A run whose release cannot be written down fails with the reason, and has spent nothing.
func TestReleaseThatCannotBeWritten(t *testing.T) {
	c := config(60, "fedavg:clients=5,noise=2,private=1,rounds=5", "fedavg:clients=5,noise=2,private=0,rounds=5")
	c.Release = func(_, count int) error {
		if count == 3 {
			return errors.New("no space left")
		}
		return nil
	}
	runs := finished(t, c)
	r := runs[0]
	if r.State != view.Failed || !strings.Contains(r.Reason, "no space left") || r.Federated.Round != 2 {
		t.Errorf("it is %s (%s) after %d rounds", r.State, r.Reason, r.Federated.Round)
	}
	if got, want := r.Federated.Privacy.Epsilon, charged(2, r.Federated.Privacy.Delta); got != want {
		t.Errorf("got ε = %g, want %g", got, want)
	}
	if runs[1].State != view.Budget {
		t.Errorf("noise that can be drawn again: it is %s (%s)", runs[1].State, runs[1].Reason)
	}
}

// The releases of a run are counted on over a restart: none is taken for an earlier one.
func TestReleasesAreCountedOverARestart(t *testing.T) {
	c := config(60, "fedavg:clients=5,noise=2,private=1,rounds=3")
	var counts []int
	c.Release = func(_, count int) error { // by the run's goroutine alone, one at a time
		counts = append(counts, count)
		return nil
	}
	e := begin(t, c)
	wait(t, e)
	order(t, e, view.Command{Kind: view.Restart})
	r := wait(t, e)[0]
	if r.State != view.Budget || r.Federated.Round != 3 {
		t.Fatalf("it is %s (%s) after %d rounds", r.State, r.Reason, r.Federated.Round)
	}
	if want := []int{1, 2, 3, 4, 5, 6}; !slices.Equal(counts, want) {
		t.Errorf("got %v, want %v", counts, want)
	}
	s, err := e.Save(0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Counts.Released != 6 {
		t.Errorf("the state knows of %d releases, want 6", s.Counts.Released)
	}
}

package fed

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"optwatch/fed/partition"
	"optwatch/fed/privacy"
)

// private are federations whose noise nobody can draw again.
var private = []string{
	"fedavg:clients=4,partition=iid,noise=2,fraction=0.5,private=1",
	"fedavg:clients=4,partition=iid,privacy=example,batch=5,noise=2,private=1",
	"scaffold:clients=4,partition=iid,privacy=example,batch=5,noise=2,private=1",
}

// watched notes when a release is written down and when clients are asked.
func watched(s *server, seen *[]string) {
	var next Transport = InProcess{}
	s.Transport = carrying(func(tasks []Task, h Host, to Inbox) error {
		*seen = append(*seen, "asked")
		return next.Carry(tasks, h, to)
	})
	s.BeforeRelease(func() error {
		*seen = append(*seen, "written")
		return nil
	})
}

// carrying is a transport that is a function.
type carrying func(tasks []Task, h Host, to Inbox) error

func (c carrying) Carry(tasks []Task, h Host, to Inbox) error { return c(tasks, h, to) }

// A release is written down before any noise of it can have been drawn: before
// the clients are asked.
func TestReleaseIsWrittenFirst(t *testing.T) {
	for _, recipe := range private {
		var seen []string
		s := serve(t, recipe, newOracle(leastSquares(60, 2, 1), 1), nil)
		watched(s, &seen)
		s.rounds(t, 3)
		if want := []string{"written", "asked", "written", "asked", "written", "asked"}; !slices.Equal(seen, want) {
			t.Errorf("%s: got %v, want %v", recipe, seen, want)
		}
		seen = nil
		s = serve(t, strings.Replace(recipe, "private=1", "private=0", 1), newOracle(leastSquares(60, 2, 1), 1), nil)
		watched(s, &seen)
		s.rounds(t, 3)
		if slices.Contains(seen, "written") {
			t.Errorf("%s: noise that can be drawn again was written down", recipe)
		}
	}
}

// An attempt that is made again because too few have answered is a release of its own.
func TestEveryAttemptIsWritten(t *testing.T) {
	var seen []string
	s := serve(t, private[1]+",drop=0.4,quorum=0.75,retries=30", newOracle(leastSquares(60, 2, 1), 3), nil)
	watched(s, &seen)
	attempts := 0
	for range 12 {
		s.rounds(t, 1)
		attempts += s.View().Attempt
	}
	written := 0
	for _, what := range seen {
		if what == "written" {
			written++
		}
	}
	if written != attempts {
		t.Errorf("%d releases were written down, want %d", written, attempts)
	}
	if attempts == 12 { // who fails follows from the seed
		t.Error("no round was tried again")
	}
}

// A round that is broken off and made again draws the same noise: it is one release.
func TestBrokenOffRoundIsWrittenOnce(t *testing.T) {
	s := serve(t, private[1], newOracle(leastSquares(60, 2, 1), 1), nil)
	written, brokenOff := 0, errors.New("broken off")
	s.BeforeRelease(func() error { written++; return nil })
	s.Transport = carrying(func([]Task, Host, Inbox) error { return brokenOff })
	if _, err := s.try(); err != brokenOff {
		t.Fatalf("got %v", err)
	}
	s.Transport = InProcess{}
	s.rounds(t, 1)
	if written != 1 {
		t.Errorf("it was written down %d times", written)
	}
	s.rounds(t, 1)
	if written != 2 {
		t.Errorf("with the next round %d were written down", written)
	}
}

// What cannot be written down is not released: nobody is asked, nothing is
// spent and θ stays.
func TestNothingIsReleasedUnwritten(t *testing.T) {
	for _, recipe := range private {
		var seen []string
		s := serve(t, recipe, newOracle(leastSquares(60, 2, 1), 1), nil)
		watched(s, &seen)
		theta, spent := slices.Clone(s.rounds(t, 2)), s.View().Privacy.Epsilon
		full := errors.New("the disk is full")
		s.BeforeRelease(func() error { return full })
		seen = nil
		_, err := s.try()
		if !errors.Is(err, full) || !strings.HasPrefix(err.Error(), "round 3: ") {
			t.Errorf("%s: got %v, want that %v", recipe, err, full)
		}
		if got := s.View().Privacy.Epsilon; got != spent || len(seen) > 0 || !slices.Equal(s.theta, theta) {
			t.Errorf("%s: ε = %g, want %g; %v", recipe, got, spent, seen)
		}
	}
}

// Lost releases cost what rounds cost.
func TestChargeLost(t *testing.T) {
	s := serve(t, private[0], newOracle(leastSquares(60, 2, 1), 1), nil)
	s.rounds(t, 3)
	s.ChargeLost(2)
	var want privacy.Accountant
	want.Charge(0.5, 2, 5)
	if got := s.View().Privacy; got.Epsilon != want.Epsilon(got.Delta) {
		t.Errorf("client: got ε = %g, want %g", got.Epsilon, want.Epsilon(got.Delta))
	}
	// Of clients with 6, 14, 20 and 20 examples each may have been the one selected.
	sizes := partition.Split{rowsFrom(0, 6), rowsFrom(6, 14), rowsFrom(20, 20), rowsFrom(40, 20)}
	s = serve(t, private[1]+",epochs=2", newOracle(leastSquares(60, 2, 1), 1), sizes)
	s.rounds(t, 3)
	s.ChargeLost(2)
	most := 0.0
	for _, rows := range sizes {
		var a privacy.Accountant
		n := len(rows)
		a.Charge(5/float64(n), 2, 5*2*((n+4)/5))
		most = max(most, a.Epsilon(s.View().Privacy.Delta))
	}
	if got := s.View().Privacy.Epsilon; got != most {
		t.Errorf("example: got ε = %g, want %g", got, most)
	}
}

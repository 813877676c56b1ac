package train

import (
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// Runs that go on have the names and identities that they had. One that was
// paused goes on where it is to; one whose budget had ended it stays so with the
// same budget.
func TestRunsThatGoOn(t *testing.T) {
	c := config(800, "full")
	c.Cache = t.TempDir() // advice depends on whether f* has been found, so that it is to be known before
	finished(t, c)
	cache := c.Cache
	c = config(800, "sgd:batch=2", "sgd:batch=4")
	c.Cache, c.Budget = cache, Limits{Passes: 400}
	same := c
	e := begin(t, c)
	await(t, e, "the runs", func(s *Report) bool { return len(s.Runs) == 2 })
	var states []*RunState
	for id := range 2 {
		_ = e.Do(view.Command{Kind: view.Pause, Run: id}) // it may have ended
		s, err := e.Save(id)
		if err != nil {
			t.Fatal(err)
		}
		if s.ThetaSHA256() != digest(s.Theta) {
			t.Error("another digest of θ")
		}
		s.Gate.Paused = !s.Standing.State.Ended()
		states = append(states, s)
	}
	for id := range 2 {
		_ = e.Do(view.Command{Kind: view.Resume, Run: id})
	}
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := e.Report().Runs
	c = resumed(t, c, states)
	c.Unpause = true
	f := begin(t, c)
	if err := f.WaitRuns(t.Context()); err != nil { // a run that stayed paused would end with the test
		t.Fatal(err)
	}
	s := f.Report()
	states = nil
	for id, r := range s.Runs {
		if r.ID != id || r.Name != []string{"sgd", "sgd-2"}[id] {
			t.Errorf("run %d is %s, with the identity %d", id, r.Name, r.ID)
		}
		sameRun(t, r, want[id])
		state, err := f.Save(id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	again := begin(t, resumed(t, same, states))
	if err := again.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = again.Report()
	for id, r := range s.Runs {
		sameRun(t, r, want[id])
	}
	if !slices.ContainsFunc(s.Events, func(v view.Event) bool { return strings.HasPrefix(v.Text, "as it had ended") }) {
		t.Error("it is not said that they had ended")
	}
}

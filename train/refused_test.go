package train

import (
	"errors"
	"testing"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// choosy is SGD under another name, which asks what the problem lacks for it.
func choosy(c *Config, needs func() error) {
	sgd := c.Catalogue.Estimators[0]
	sgd.Name, sgd.Needs = "choosy", func(optimizers.Values) error { return needs() }
	c.Catalogue.Estimators = append(c.Catalogue.Estimators, sgd)
}

// An experiment with a run that does not go with the data is never said to train, so that
// nobody is told of runs that will not be.
func TestRefusedRunsNeverTrain(t *testing.T) {
	c := config(500)
	var e *Experiment
	begun, phase := make(chan struct{}), view.PhaseFailed
	choosy(&c, func() error {
		<-begun
		phase = e.Report().Phase
		return errors.New("it never fits")
	})
	c.Recipes = lineUp(c.Catalogue, "sgd", "choosy")
	e = begin(t, c)
	close(begun)
	if err := e.WaitRuns(t.Context()); !errors.As(err, &ConfigError{}) {
		t.Errorf("got %v", err)
	}
	if phase != view.PhaseLoading {
		t.Errorf("the experiment was in phase %v when its runs were checked", phase)
	}
	if s := e.Report(); s.Phase != view.PhaseFailed || len(s.Runs) > 0 {
		t.Errorf("phase %v with %d runs", s.Phase, len(s.Runs))
	}
}

// Nor is one in which a run cannot go on from its state, whatever others can.
func TestRefusedStatesNeverTrain(t *testing.T) {
	c := config(500)
	choosy(&c, func() error { return nil })
	c.Recipes = lineUp(c.Catalogue, "sgd", "choosy")
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	states := savedStates(t, e, 2)
	later := config(500)
	later.Budget.Passes *= 2
	var f *Experiment
	begun, phase := make(chan struct{}), view.PhaseFailed
	choosy(&later, func() error {
		<-begun
		phase = f.phase // whoever makes runs holds the mutex
		return errors.New("it fits no more")
	})
	f = begin(t, resumed(t, later, states))
	close(begun)
	if err := f.WaitRuns(t.Context()); !errors.As(err, &ConfigError{}) {
		t.Errorf("got %v", err)
	}
	if phase != view.PhaseLoading {
		t.Errorf("the experiment was in phase %v when a run went on that others did not follow", phase)
	}
}

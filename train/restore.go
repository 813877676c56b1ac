package train

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"optwatch/train/view"
)

// restore is a run that goes on from a state. The state may come from anywhere:
// one that no run of this problem can have been in is an error.
func (e *Experiment) restore(s *RunState, id int, name string) (*run, error) {
	r, err := e.restored(s, id, name)
	if err != nil {
		return nil, fmt.Errorf("the state of %s: %w", s.Name, err)
	}
	r.publish()
	r.describe()
	return r, nil
}

func (e *Experiment) restored(s *RunState, id int, name string) (*run, error) {
	p := e.problem
	if err := p.matches(s.Problem); err != nil {
		return nil, err
	}
	if err := s.check(p); err != nil {
		return nil, err
	}
	r := e.blank(id, name, s.Seed)
	r.theta, r.g = slices.Clone(s.Theta), make([]float64, len(s.Theta))
	stream, err := s.Sampler.sampler(p.train.Len(), s.Stage.Replace)
	if err != nil {
		return nil, err
	}
	r.attach(stream)
	if err := r.restoreMethod(s); err != nil {
		return nil, err
	}
	r.oracle.meter.evals.Store(s.Counts.Evals)
	r.steps, r.lossEvals, r.plotted, r.plotFrom = s.Counts.Steps, s.Counts.LossEvals, s.Counts.Plotted, math.NaN()
	r.released, r.settled = s.Counts.Released, s.Counts.Released
	r.nextPlot, r.start, r.gradNorm, r.due, r.bare = s.Plot.Next, s.Plot.Start, s.Plot.GradNorm, s.Plot.Due, s.Plot.Bare
	r.gate.watch.set(s.Counts.Worked)
	if s.Gate.Paused {
		r.gate.set(func() { r.gate.paused, r.gate.steps = true, s.Gate.Steps })
	}
	r.restoreShown(s)
	r.probe, err = s.Probe.probe(r)
	return r, err
}

// matches says what speaks against a state of one problem going on in another.
func (p *problem) matches(s ProblemState) error {
	here := p.state()
	switch {
	case s.Digest != here.Digest:
		return fmt.Errorf("it is of other data, with the digest %.12s; %s has %.12s", s.Digest, p.data.Name, here.Digest)
	case s.Train != here.Train || s.Val != here.Val || s.Test != here.Test:
		return fmt.Errorf("its data is divided into %d + %d + %d examples, here into %d + %d + %d", s.Train, s.Val, s.Test, here.Train, here.Val, here.Test)
	case s.Model != here.Model:
		return fmt.Errorf("its model is %s, here it is %s", s.Model, here.Model)
	case s.Settings.Hidden != here.Settings.Hidden:
		return fmt.Errorf("its hidden layers are %s, here they are %s", s.Settings.Hidden, here.Settings.Hidden)
	case s.Settings.Precision != here.Settings.Precision:
		return fmt.Errorf("its mini-batches are in %s, here they are in %s", s.Settings.Precision, here.Settings.Precision)
	case s.L2 != here.L2:
		return fmt.Errorf("its λ is %v, here it is %v", s.L2, here.L2)
	}
	return nil
}

// check says what is wrong with the numbers of a state by themselves.
func (s *RunState) check(p *problem) error {
	c := s.Counts
	switch {
	case len(s.Theta) != p.train.Dim():
		return fmt.Errorf("it has %d parameters, the model has %d", len(s.Theta), p.train.Dim())
	case min(c.Steps, c.Evals, c.LossEvals, c.Released, int64(c.Worked), int64(s.Gate.Steps), s.Stage.Until) < 0:
		return errors.New("a count is below 0")
	case max(c.Steps, c.Evals, c.LossEvals, c.Released, s.Stage.Until) > 1<<53:
		return errors.New("a count is above 2⁵³")
	case s.Stage.From < 0 || s.Stage.From > c.Steps:
		return fmt.Errorf("its schedule began at step %d of %d", s.Stage.From, c.Steps)
	case len(s.Curve.Points) > 2*curveSize || len(s.Trace.Points) > traceSize:
		return errors.New("its curve has more points than a curve keeps")
	}
	return nil
}

// restoreShown is what a viewer sees of the run.
func (r *run) restoreShown(s *RunState) {
	r.line = Curve{points: slices.Clip(s.Curve.Points), group: s.Curve.Group, open: slices.Clone(s.Curve.Open)}
	r.line.show()
	t := s.Trace
	r.tr = trace{points: slices.Clip(t.Points), width: t.Width, open: t.Open, count: t.Count, from: t.From}
	r.pub = RunReport{
		ID: r.id, Name: r.name, Seed: r.seed, State: view.Running, Last: s.Curve.Last,
		Marks: slices.Clip(s.Marks), Diagnosis: s.Diagnosis,
	}
}

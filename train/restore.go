package train

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"optwatch/optimizers"
)

// restore is a run that goes on from a state. The state may come from anywhere:
// one that no run of this problem can have been in is an error.
func (e *Experiment) restore(s *RunState, id int, name string) (*run, error) {
	r, err := e.revived(s, id, name)
	if err != nil {
		return nil, fmt.Errorf("the state of %s: %w", s.Name, err)
	}
	r.publish()
	r.describe()
	return r, nil
}

func (e *Experiment) revived(s *RunState, id int, name string) (*run, error) {
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
	case min(c.Steps, c.Evals, c.LossEvals, int64(c.Worked), int64(s.Gate.Steps), s.Stage.Until) < 0:
		return errors.New("a count is below 0")
	case max(c.Steps, c.Evals, c.LossEvals, s.Stage.Until) > 1<<53:
		return errors.New("a count is above 2⁵³")
	case s.Stage.From < 0 || s.Stage.From > c.Steps:
		return fmt.Errorf("its schedule began at step %d of %d", s.Stage.From, c.Steps)
	case len(s.Curve.Points) > 2*curveSize || len(s.Trace.Points) > traceSize:
		return errors.New("its curve has more points than a curve keeps")
	}
	return nil
}

// restoreMethod builds the recipe and makes of it the method that the state has.
func (r *run) restoreMethod(s *RunState) error {
	c, p := r.exp.config.Catalogue, r.exp.facts()
	p.Evals = max(1, p.Evals) // a schedule's horizon is in the state
	first, err := c.Parse(s.First)
	if err == nil {
		_, err = c.Build(first, p)
	}
	if err != nil {
		return err
	}
	r.first = first
	if r.recipe, err = c.Parse(s.Method.Recipe); err != nil {
		return err
	}
	if r.method, err = c.Build(r.recipe, p); err != nil {
		return err
	}
	m := r.method
	f, federated := m.Estimator.(Federation)
	if federated != (s.Federation != nil) {
		return errors.New("its recipe and the rest of it do not agree whether it is a federation")
	}
	if federated {
		f.Begin(r.seed, nil)
	}
	if err := s.Method.onto(m, r.shape()); err != nil {
		return err
	}
	if federated {
		if err := f.Restore(s.Federation); err != nil {
			return err
		}
	}
	return r.restoreStage(s.Stage)
}

// shape is the sizes that the vectors of a method fit.
func (r *run) shape() optimizers.Shape {
	s := optimizers.Shape{Examples: r.oracle.Len(), Parameters: r.oracle.Dim()}
	if r.lazy != nil {
		s.Width = r.lazy.Width()
	}
	return s
}

// onto makes a method that was built of the recipe the one that was saved. What
// its parts are built with must be the same; the rates and the schedule follow
// from what the recipe prints only in part, and are set.
func (s *MethodState) onto(m *optimizers.Method, shape optimizers.Shape) error {
	if m.Warm != s.Warm || m.Replace != s.Replace {
		return fmt.Errorf("%s draws its rows or warms up in another way here", s.Recipe)
	}
	if err := optimizers.SameSettings(m.Estimator, s.EstimatorSettings); err != nil {
		return err
	}
	if err := optimizers.SameSettings(m.Rule, s.RuleSettings); err != nil {
		return err
	}
	schedule, err := optimizers.WithSettings(m.Schedule, s.ScheduleSettings)
	if err != nil {
		return err
	}
	m.LR, m.ServerLR, m.Schedule = s.LR, s.ServerLR, schedule
	if err := optimizers.Resume(m.Estimator, s.Estimator, shape); err != nil {
		return err
	}
	return optimizers.Resume(m.Rule, s.Rule, shape)
}

// restoreStage makes the method the run's stage, or the SGD before it.
func (r *run) restoreStage(s StageState) error {
	r.stage = methodStage(r.method, s.From)
	if s.Until > 0 {
		if r.method.Warm.Batch < 1 {
			return errors.New("it is in a warm-up that its recipe does not have")
		}
		r.stage = warmStage(r.method.Warm, s.Until, s.From)
	}
	r.stage.lr, r.stage.serverLR, r.stage.replace = s.LR, s.ServerLR, s.Replace
	r.fuse()
	if r.stage.stepper == nil {
		if s.Stepper != nil {
			return errors.New("it takes many steps at once, which its method does not here")
		}
		return nil
	}
	return optimizers.Resume(r.stage.stepper, s.Stepper, r.shape())
}

// restoreShown is what a viewer sees of the run.
func (r *run) restoreShown(s *RunState) {
	r.line = Curve{points: slices.Clip(s.Curve.Points), group: s.Curve.Group, open: slices.Clone(s.Curve.Open)}
	r.line.show()
	t := s.Trace
	r.tr = trace{points: slices.Clip(t.Points), width: t.Width, open: t.Open, count: t.Count, from: t.From}
	r.pub = RunView{
		ID: r.id, Name: r.name, Seed: r.seed, State: Running, Last: s.Curve.Last,
		Marks: slices.Clip(s.Marks), Diagnosis: s.Diagnosis,
	}
}

// sampler is a stream over n rows that goes on from where it was.
func (s SamplerState) sampler(n int, replace bool) (*sampler, error) {
	if err := s.check(n, replace); err != nil {
		return nil, err
	}
	out := newSampler(n, s.Seed, 0)
	out.pcg, out.replace, out.order, out.at = *rand.NewPCG(s.PCG[0], s.PCG[1]), s.Replace, slices.Clone(s.Order), s.At
	return out, nil
}

// check says what is wrong with a stream: the order of an epoch has every row once.
func (s SamplerState) check(n int, replace bool) error {
	if s.Replace != replace {
		return errors.New("its rows are drawn in another way than its stage draws them")
	}
	if len(s.Order) != 0 && len(s.Order) != n || s.At < 0 || s.At > len(s.Order) {
		return fmt.Errorf("its epoch has %d rows and is at %d of them; there are %d", len(s.Order), s.At, n)
	}
	seen := make([]bool, n)
	for _, row := range s.Order {
		if row < 0 || int(row) >= n || seen[row] {
			return fmt.Errorf("its epoch has row %d twice, or there is no such row", row)
		}
		seen[row] = true
	}
	return nil
}

// probe is the probe of a run that goes on from where it was; nil if there was none.
func (s *ProbeState) probe(r *run) (*probe, error) {
	if s == nil {
		return nil, nil
	}
	n, d := r.oracle.Len(), r.oracle.Dim()
	stream, err := s.Sampler.sampler(n, true)
	if err != nil {
		return nil, fmt.Errorf("of its probe: %w", err)
	}
	p := &probe{
		sampler: stream, share: probeShare, first: s.First, spent: s.Spent, charged: s.Charged, seconds: s.Seconds, size: s.Size, hold: s.Hold,
		noise: s.Noise, sharp: s.Sharp, watch: s.Watch, view: s.View,
		clients: s.Clients, recipe: s.Recipe, since: s.Since, before: slices.Clone(s.Before), at: s.At, waiting: s.Waiting,
	}
	p.sharp.V = slices.Clone(s.Sharp.V)
	if s.Known {
		p.estimator = r.stage.estimator
	}
	switch {
	case n < probeGroups || s.Size < probeGroups || s.Size != p.bounded(s.Size, n):
		return nil, fmt.Errorf("its probe looks at %d of %d examples", s.Size, n)
	case len(p.sharp.V) != 0 && len(p.sharp.V) != d, len(p.before) != 0 && len(p.before) != d, s.Waiting && len(p.before) == 0:
		return nil, errors.New("a vector of its probe has another length than θ")
	}
	return p, nil
}

package train

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"optwatch/optimizers"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// stateVersion is the version of the bytes. It rises with every change of what
// follows. Those since firstVersion are read.
const (
	stateVersion = 6
	firstVersion = 2 // without the rounds that drifts are of, Watch.Ended, Curvature.Share, Plateau.Searching and Plateau.Gap; version 3 without Plateau.Start; version 4 without Problem.Settings; version 5 with all zeros written out
)

// Encode is the state as bytes: the same for the same state, every bit of it kept.
func (s *RunState) Encode() []byte {
	c := &coder{buf: make([]byte, 0, s.size()), version: stateVersion}
	c.state(s)
	return c.buf
}

// size is how many bytes the encoding has: a large one has no room to grow, which
// takes as much again and more.
func (s *RunState) size() int {
	c := &coder{counting: true, version: stateVersion}
	c.state(s)
	return c.size
}

// DecodeState reads what Encode has written. The bytes may come from anywhere;
// whether a run can have been in this state only a problem can tell.
func DecodeState(b []byte) (*RunState, error) {
	c := &coder{buf: b, reading: true, size: len(b)}
	s := new(RunState)
	c.state(s)
	if c.err == nil && len(c.buf) > 0 {
		c.fail("%d bytes follow the state", len(c.buf))
	}
	if c.err != nil {
		return nil, fmt.Errorf("the state of a run: %w", c.err)
	}
	return s, nil
}

// state is the whole.
func (c *coder) state(s *RunState) {
	c.part("optwatch run")
	if whole(c, &c.version); c.version < firstVersion || c.version > stateVersion {
		c.fail("version %d, want %d to %d", c.version, firstVersion, stateVersion)
		return
	}
	c.part("problem")
	p := &s.Problem
	c.text(&p.Digest, &p.Model)
	c.settings(p)
	whole(c, &p.Train, &p.Val, &p.Test)
	c.real(&p.L2)
	c.part("run")
	c.text(&s.Name, &s.First)
	c.bits(&s.Seed)
	whole[time.Duration](c, &s.Elapsed)
	oneOf(c, &s.Standing.State, view.Failed)
	c.text(&s.Standing.Reason)
	c.reals(&s.Standing.ClassAccuracy)
	c.flag(&s.Gate.Paused)
	whole(c, &s.Gate.Steps)
	c.part("theta")
	c.reals(&s.Theta)
	c.method(&s.Method)
	c.stage(&s.Stage)
	c.part("stream")
	c.sampler(&s.Sampler)
	c.counts(&s.Counts, &s.Plot)
	c.curve(&s.Curve, &s.Trace)
	c.part("marks")
	list(c, &s.Marks, 64, (*coder).mark)
	c.part("probe")
	maybe(c, &s.Probe, (*coder).probe)
	maybe(c, &s.Diagnosis, (*coder).view)
	c.part("federation")
	maybe(c, &s.Federation, (*coder).federation)
}

// settings are those of the model. Before there were any, each was the one that their
// defaults are.
func (c *coder) settings(p *ProblemState) {
	const first = 5 // that has them
	switch {
	case c.version >= first:
		c.text(&p.Settings.Hidden, &p.Settings.Precision)
		if c.reading && p.Settings.Precision == "" { // of another model, which had no choice then
			p.Settings.Precision = objective.Float64
		}
	case c.reading && p.Model == "net":
		p.Settings = objective.Settings{Hidden: objective.DefaultHidden, Precision: objective.Float64}
	case c.reading:
		p.Settings = objective.Settings{Precision: objective.Float64}
	}
}

func (c *coder) method(m *MethodState) {
	c.part("method")
	c.text(&m.Recipe)
	c.real(&m.LR, &m.ServerLR)
	c.flag(&m.Replace)
	c.real(&m.Warm.Passes, &m.Warm.LR)
	whole(c, &m.Warm.Batch)
	for _, v := range []*[]optimizers.Setting{&m.EstimatorSettings, &m.RuleSettings, &m.ScheduleSettings} {
		list(c, v, 16, func(c *coder, s *optimizers.Setting) {
			c.text(&s.Name)
			c.real(&s.Value)
		})
	}
	c.saved(&m.Estimator)
	c.saved(&m.Rule)
}

func (c *coder) stage(s *StageState) {
	c.part("stage")
	c.real(&s.LR, &s.ServerLR)
	c.flag(&s.Replace)
	whole(c, &s.From, &s.Until)
	stepper := &s.Stepper
	if s.Stepper == nil {
		stepper = nil
	}
	maybe(c, &stepper, (*coder).saved)
	if c.reading && stepper != nil {
		s.Stepper = *stepper
	}
}

// saved is a state by its names, in their order.
func (c *coder) saved(s *optimizers.Saved) {
	names := slices.Sorted(maps.Keys(*s))
	n := c.length(len(names), 16)
	if c.reading {
		*s, names = make(optimizers.Saved, min(n, 64)), make([]string, n)
	}
	for i := range names {
		v := (*s)[names[i]]
		c.text(&names[i])
		c.reals(&v)
		if i > 0 && names[i] <= names[i-1] {
			c.fail("%q comes after %q", names[i], names[i-1])
		}
		if c.err != nil {
			return
		}
		if c.reading {
			(*s)[names[i]] = v
		}
	}
}

func (c *coder) sampler(s *SamplerState) {
	c.bits(&s.Seed)
	c.bits(&s.PCG[0])
	c.bits(&s.PCG[1])
	c.flag(&s.Replace)
	c.rows(&s.Order)
	whole(c, &s.At)
}

func (c *coder) counts(s *CountState, p *PlotState) {
	c.part("counts")
	whole(c, &s.Steps, &s.Evals, &s.LossEvals, &s.Released)
	whole[time.Duration](c, &s.Worked)
	c.real(&s.Plotted, &p.Next, &p.Start, &p.GradNorm)
	c.flag(&p.Due, &p.Bare)
}

func (c *coder) curve(s *CurveState, t *TraceState) {
	c.part("curve")
	list(c, &s.Points, 80, (*coder).point)
	whole(c, &s.Group)
	list(c, &s.Open, 80, (*coder).point)
	c.point(&s.Last)
	c.part("trace")
	list(c, &t.Points, 56, (*coder).bucket)
	whole(c, &t.Width)
	c.bucket(&t.Open)
	whole(c, &t.Count)
	whole(c, &t.From)
}

func (c *coder) point(p *Point) {
	whole(c, &p.Step, &p.Evals, &p.Rounds, &p.Bytes)
	c.real(&p.Seconds, &p.Elapsed, &p.Loss, &p.GradNorm, &p.ValAccuracy, &p.TestAccuracy)
}

func (c *coder) bucket(p *TracePoint) {
	whole(c, &p.Step, &p.Evals)
	c.real(&p.Elapsed, &p.Seconds, &p.Mean, &p.Min, &p.Max)
}

func (c *coder) mark(m *Mark) {
	oneOf(c, &m.Kind, view.EventDiagnosis)
	whole(c, &m.Step, &m.Evals, &m.Rounds, &m.Bytes)
	c.real(&m.Elapsed, &m.Seconds)
	c.text(&m.Text)
}

func (c *coder) federation(f *FederationState) {
	whole(c, &f.Attempt, &f.Cohort, &f.Answered)
	c.real(&f.SNR, &f.Clipped)
	list(c, &f.Clients, 96, (*coder).client)
	list(c, &f.Notes, 8, func(c *coder, s *string) { c.text(s) })
	c.flag(&f.Examine, &f.Secret)
	maybe(c, &f.Agreement, (*coder).clients)
}

func (c *coder) client(v *view.Client) {
	whole(c, &v.ID, &v.Examples)
	oneOf(c, &v.State, view.ClientAbsent)
	c.text(&v.Reason)
	whole(c, &v.Done, &v.Work)
	c.real(&v.Loss, &v.Drift, &v.Time, &v.Slowness)
	whole(c, &v.Accepted, &v.Refused)
	if c.version > firstVersion {
		whole(c, &v.Drifted)
	}
}

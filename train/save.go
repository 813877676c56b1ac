package train

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"optwatch/optimizers"
)

// save is the state of the run at its latest step boundary. Its own goroutine calls
// it there, or while it waits within a step that has changed nothing yet; or
// anyone once the run has ended.
func (r *run) save() *RunState {
	s := &RunState{
		Problem: r.exp.problem.state(), Name: r.name, Seed: r.seed, First: r.first.String(), Elapsed: r.exp.elapsed(),
		Gate: r.gate.state(), Theta: slices.Clone(r.theta), Sampler: r.oracle.sampler.state(), Probe: r.probe.state(r.stage.estimator),
		Method: saveMethod(r.recipe, r.method), Stage: r.stage.state(), Federation: r.stage.regime.save(),
		Counts: CountState{Steps: r.steps, Evals: r.oracle.meter.settled(), LossEvals: r.lossEvals, Worked: r.gate.worked(), Plotted: r.plotted, Released: r.settled},
		Plot:   PlotState{Next: r.nextPlot, Start: r.start, GradNorm: r.gradNorm, Due: r.due, Bare: r.bare},
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Standing = StandingState{State: r.pub.State, Reason: r.pub.Reason, ClassAccuracy: r.pub.ClassAccuracy}
	s.Curve, s.Trace, s.Marks, s.Diagnosis = r.line.state(r.pub.Last), r.tr.state(), r.pub.Marks, r.pub.Diagnosis
	return s
}

// state is what a run's state is of.
func (p *problem) state() ProblemState {
	return ProblemState{
		Digest: p.data.Digest, Train: p.data.Train.Len(), Val: p.data.Val.Len(), Test: p.data.Test.Len(),
		Model: p.model.Name, Settings: p.settings, L2: p.l2.Lambda,
	}
}

func (g *gate) state() GateState {
	g.mu.Lock()
	defer g.mu.Unlock()
	return GateState{Paused: g.paused, Steps: g.steps}
}

// saveMethod is a method with the recipe that it was built of.
func saveMethod(recipe optimizers.Recipe, m *optimizers.Method) MethodState {
	return MethodState{
		Recipe: recipe.String(), LR: m.LR, ServerLR: m.ServerLR, Replace: m.Replace, Warm: m.Warm,
		EstimatorSettings: optimizers.Settings(m.Estimator), RuleSettings: optimizers.Settings(m.Rule), ScheduleSettings: optimizers.Settings(m.Schedule),
		Estimator: optimizers.Save(m.Estimator.State()), Rule: optimizers.Save(m.Rule.State()),
	}
}

// state is the stage but for the parts of the method. The SGD before a method
// carries nothing itself.
func (s *stage) state() StageState {
	out := StageState{LR: s.lr, ServerLR: s.serverLR, Replace: s.replace, From: s.from, Until: s.until}
	if s.stepper != nil {
		out.Stepper = optimizers.Save(s.stepper.State())
	}
	return out
}

func (s *sampler) state() SamplerState {
	return SamplerState{Seed: s.seed, PCG: words(&s.pcg), Replace: s.replace, Order: slices.Clone(s.order), At: s.at}
}

// words are the two numbers that a PCG is, which it tells as text only.
func words(pcg *rand.PCG) [2]uint64 {
	text, err := pcg.MarshalBinary()
	if err != nil || len(text) != len(pcgName)+16 {
		panic("train: a PCG tells its state in another way")
	}
	text = text[len(pcgName):]
	return [2]uint64{binary.BigEndian.Uint64(text), binary.BigEndian.Uint64(text[8:])}
}

// pcgName is what the text of a PCG begins with.
const pcgName = "pcg:"

// state shares the points: they never change below their length.
func (c *Curve) state(last Point) CurveState {
	return CurveState{Points: slices.Clip(c.points), Group: c.group, Open: slices.Clone(c.open), Last: last}
}

func (t *trace) state() TraceState {
	return TraceState{Points: t.view(), Width: t.width, Open: t.open, Count: t.count, From: t.from}
}

func (p *probe) state(now optimizers.Estimator) *ProbeState {
	if p == nil {
		return nil
	}
	s := &ProbeState{
		Sampler: p.sampler.state(), First: p.first, Spent: p.spent, Charged: p.charged, Seconds: p.seconds, Size: p.size, Hold: p.hold,
		Noise: p.noise, Sharp: p.sharp, Watch: p.watch, View: p.view,
		Clients: p.clients, Recipe: p.recipe, Known: p.estimator == now, Since: p.since, At: p.at, Waiting: p.waiting,
	}
	s.Sharp.V = slices.Clone(p.sharp.V)
	if p.waiting {
		s.Before = slices.Clone(p.before)
	}
	return s
}

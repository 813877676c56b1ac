package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"optwatch/train/view"
)

// When and what a run tells of itself.

// publish makes the run's counters visible.
func (r *run) publish() {
	now := rateSample{elapsed: r.exp.elapsed().Seconds(), evals: r.oracle.evals()}
	r.mu.Lock()
	defer r.mu.Unlock()
	v := &r.pub
	r.rounds = r.stage.federation()
	v.Step, v.Evals, v.LossEvals = r.stepCount(), r.oracle.evals(), r.lossEvals
	v.LR, v.StepLR, v.Batch = r.method.LR, r.stage.stepLR(max(r.stage.from, r.taken()-1)), r.method.Estimator.BatchSize()
	v.Seconds, v.PlotSeconds = r.seconds(), r.plotted
	r.warming = r.stage.warming()
	if n := len(r.past); n == 0 || now.elapsed-r.past[n-1].elapsed >= rateEvery {
		if n == rateKept {
			r.past = slices.Delete(r.past, 0, 1)
		}
		r.past = append(r.past, now)
	}
}

// describe makes the recipe visible. It is for when that changes: a slice of
// stepping is to leave no garbage.
func (r *run) describe() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.Recipe, r.pub.Estimator, r.pub.Rule = r.recipe.String(), r.recipe.Estimator, r.recipe.Rule
	r.pub.Method = r.unsaid()
}

// unsaid is the method that the run has now, where its name does not say so.
func (r *run) unsaid() string {
	now, _, _ := strings.Cut(r.pub.Recipe, ":")
	if _, named := r.recipe.Get("name"); named || now == r.first.Label() || now == r.name {
		return "" // a switch leaves the name of the recipe behind
	}
	return now
}

// addLoss adds a mini-batch loss to the trace.
func (r *run) addLoss(loss float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tr.add(r.oracle.evals(), loss) {
		r.tr.close(r.steps, r.seconds(), r.exp.elapsed().Seconds(), r.exp.problem.l2.Value(r.theta))
		r.touch()
	}
}

// record adds a point to the curve.
func (r *run) record(p Point) {
	r.publish()
	r.mu.Lock()
	r.line.add(p)
	r.pub.Last = p
	r.mu.Unlock()
	r.exp.optimum.seen(p.Loss)
	r.touch()
}

// mark logs an event of the run and puts it on the curve.
func (r *run) mark(kind view.EventKind, text string) {
	r.describe()
	r.publish()
	r.mu.Lock()
	m := Mark{
		Kind: kind, Step: r.stepCount(), Evals: r.oracle.evals(), Elapsed: r.exp.elapsed().Seconds(), Seconds: r.pub.Seconds, Text: text,
	}
	m.Rounds, m.Bytes = r.stage.regime.rounds()
	r.pub.Marks = append(slices.Clip(r.pub.Marks), m)
	r.mu.Unlock()
	r.touch()
	r.logAs(kind, text, r.answer())
}

// logAs puts a line about the run into the log, which acknowledges a command if
// that is not 0.
func (r *run) logAs(kind view.EventKind, text string, command uint64) {
	r.exp.mu.Lock()
	defer r.exp.mu.Unlock()
	r.exp.logLocked(view.Event{Run: r.name, Kind: kind, Text: text, Command: command})
}

// paused is called by the gate when the run really halts or goes on.
func (r *run) paused(halted bool) {
	if f := r.stage.federation(); f != nil {
		f.Halt(halted)
	}
	r.publish()
	state, kind, text, commands := view.Running, view.EventResume, "resumed", []view.CommandKind{view.Resume, view.StepOnce}
	if halted {
		state, kind, text, commands = view.Paused, view.EventPause, "paused", []view.CommandKind{view.Pause}
	}
	r.mu.Lock()
	r.pub.State = state
	r.past = nil
	r.mu.Unlock()
	r.touch()
	by := append(r.gate.takeAsked(commands...), 0) // the last stands for nobody's command
	r.logAs(kind, text, by[0])
	r.exp.acknowledge(r.name, by[1:]...)
}

// conclude publishes how a run ended, and gives back the commands that came
// too late. From then on the run may be used by others.
func (r *run) conclude(state view.State, reason string) []queued {
	sha := digest(r.theta)
	kind := view.EventEnd
	switch state {
	case view.Diverged:
		kind = view.EventDiverged
	case view.Failed:
		kind = view.EventFailed
	}
	if broke := r.answer(); broke != 0 {
		r.exp.refuse(r.name, reason, broke)
	}
	by := append(r.gate.takeAsked(view.Stop), 0)
	r.answering = by[0]
	r.mark(kind, fmt.Sprintf("%s: %s", state, reason))
	r.exp.acknowledge(r.name, by[1:]...)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.State, r.pub.Reason, r.pub.Activity, r.pub.ThetaSHA256 = state, reason, "", sha
	last := r.pub.Last
	stale := last.Step != r.stepCount() || last.Evals != r.oracle.evals()
	if state == view.Diverged || stale { // the curve keeps its last point; where the run is now has no loss, or none is known
		r.pub.Last = unknownPoint()
		r.pub.Last.Step, r.pub.Last.Evals = r.stepCount(), r.oracle.evals()
	}
	r.touch()
	return r.gate.shut()
}

// digest is the SHA-256 of parameters as little-endian float64.
func digest(theta []float64) string {
	h := sha256.New()
	buf := make([]byte, 0, 8*len(theta))
	for _, v := range theta {
		buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}

// stream is the random stream of a run's name.
func stream(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

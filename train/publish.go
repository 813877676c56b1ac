package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"
)

// What a run tells of itself. The run's goroutine writes under its mutex;
// snapshots read.

// rateSample is where a run was at a time.
type rateSample struct {
	elapsed float64
	evals   int64
}

const (
	rateEvery = 0.2 // seconds between samples
	rateKept  = 11  // samples, so a window of about two seconds
)

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
	if r.stage.warming() && v.Activity == "" {
		v.Activity = warmUp
	} else if !r.stage.warming() && v.Activity == warmUp {
		v.Activity = ""
	}
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
}

// warmUp is the activity of a run in the SGD before its method.
const warmUp = "warm-up"

// busy says what takes long just now.
func (r *run) busy(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.Activity = what
}

// follow adds a mini-batch loss to the trace.
func (r *run) follow(loss float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tr.add(r.oracle.evals(), loss) {
		r.tr.close(r.steps, r.seconds(), r.exp.elapsed().Seconds(), r.exp.problem.l2.Value(r.theta))
		r.exp.touch()
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
	r.exp.touch()
}

// mark logs an event of the run and puts it on the curve.
func (r *run) mark(kind EventKind, text string) {
	r.describe()
	r.publish()
	r.mu.Lock()
	r.pub.Marks = append(slices.Clip(r.pub.Marks), Mark{
		Kind: kind, Step: r.stepCount(), Evals: r.oracle.evals(), Elapsed: r.exp.elapsed().Seconds(), Seconds: r.pub.Seconds, Text: text,
	})
	r.mu.Unlock()
	r.exp.log(r.name, kind, text)
}

// paused is called by the gate when the run really halts or goes on.
func (r *run) paused(halted bool) {
	r.publish()
	state, kind, text := Running, EventResume, "resumed"
	if halted {
		state, kind, text = Paused, EventPause, "paused"
	}
	r.mu.Lock()
	r.pub.State = state
	r.past = nil
	r.mu.Unlock()
	r.exp.log(r.name, kind, text)
}

// classes publishes the accuracy of each class.
func (r *run) classes(shares []float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.ClassAccuracy = shares
}

// conclude publishes how a run ended, and gives back the commands that came
// too late. From then on the run may be used by others.
func (r *run) conclude(state State, reason string) []queued {
	sha := digest(r.theta)
	kind := EventEnd
	switch state {
	case Diverged:
		kind = EventDiverged
	case Failed:
		kind = EventFailed
	}
	r.mark(kind, fmt.Sprintf("%s: %s", state, reason))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pub.State, r.pub.Reason, r.pub.Activity, r.pub.ThetaSHA256 = state, reason, "", sha
	last := r.pub.Last
	stale := last.Step != r.stepCount() || last.Evals != r.oracle.evals()
	if state == Diverged || stale { // the curve keeps its last point; where the run is now has no loss, or none is known
		r.pub.Last = unknownPoint()
		r.pub.Last.Step, r.pub.Last.Evals = r.stepCount(), r.oracle.evals()
	}
	r.exp.touch()
	return r.gate.shut()
}

func (r *run) state() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pub.State
}

// batch is the batch size last published.
func (r *run) batch() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pub.Batch
}

// recipeNow is the recipe last published, and federation the rounds if it has any.
func (r *run) recipeNow() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pub.Recipe
}

func (r *run) federation() Federation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rounds
}

// view is the run as it is now.
func (r *run) view() RunView {
	pending := r.gate.pending
	r.mu.Lock()
	v := r.pub
	v.Curve, v.Trace, v.Marks = r.line.Points(), r.tr.view(), slices.Clip(v.Marks)
	v.EvalsPerSecond, v.Left = 0, -1
	if n := len(r.past); v.State == Running && n > 1 {
		first, last := r.past[0], r.past[n-1]
		done := float64(last.evals - first.evals)
		if done > 0 { // else all of the time went into a plot point or a full gradient
			r.rate = done / (last.elapsed - first.elapsed)
		}
		v.EvalsPerSecond = r.rate
		if budget := r.budget(); budget > 0 && done > 0 {
			wall := (last.elapsed - first.elapsed) / done
			v.Left = time.Duration(float64(budget-v.Evals) * wall * float64(time.Second))
		}
	}
	rounds := r.rounds
	r.mu.Unlock()
	if rounds != nil {
		v.Federated = rounds.View()
	}
	if !v.State.Ended() {
		v.Pending = pending(v.State == Paused)
	}
	return v
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

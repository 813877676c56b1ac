package train

import (
	"fmt"
	"math"
	"sync"
	"time"

	"optwatch/train/objective"
	"optwatch/train/view"
)

// plotIfDue evaluates a plot point once the run has come to it, and says how
// the run ends there if it does.
func (r *run) plotIfDue() (view.State, string) {
	if float64(r.oracle.evals()) < r.nextPlot || r.due {
		return view.Running, ""
	}
	r.nextPlot = plotAfter(r.nextPlot, r.exp.problem.firstPlot(), r.oracle.evals(), r.oracle.Len())
	if r.bare {
		r.nextPlot = never
	}
	if r.stage.estimator.Full() && r.spent() == "" && r.steps > 0 {
		r.due = true
		return view.Running, ""
	}
	return r.point(r.oracle.evals(), math.NaN())
}

// never is a count of evaluations that no run reaches.
const never = 1e18

// point evaluates θ for the curve and gives the verdict on it. The data loss
// is computed unless it is known.
func (r *run) point(evals int64, loss float64) (view.State, string) {
	r.plotFrom = r.gate.worked().Seconds()
	pr := r.exp.problem
	if math.IsNaN(loss) {
		loss, _ = r.oracle.losses(pr.train, pr.trainRows, r.theta)
		r.lossEvals += int64(len(pr.trainRows))
	}
	p := Point{
		Step: r.stepCount(), Evals: evals, Loss: loss + pr.l2.Value(r.theta), GradNorm: r.gradNorm,
		ValAccuracy: r.accuracy(pr.val, pr.valRows), TestAccuracy: r.accuracy(pr.test, pr.testRows),
	}
	p.Rounds, p.Bytes = r.stage.regime.rounds()
	p.Seconds, p.Elapsed = r.seconds(), r.exp.elapsed().Seconds()
	r.plotted += r.gate.worked().Seconds() - r.plotFrom
	r.plotFrom = math.NaN()
	if r.oracle.meter.short.Load() {
		return r.halted()
	}
	r.record(p)
	if err := r.awaitOptimum(); err != nil {
		return r.halted()
	}
	return r.verdict(p)
}

// nearOptimum is the ‖g‖ above which a run cannot have converged: ‖∇f‖² is at
// most 2L(f − f*), with L in the hundreds.
const nearOptimum = 1e-3

// awaitOptimum lets the certifier finish before a run goes on that may have
// converged. When a run ends must not depend on how fast f* was found.
func (r *run) awaitOptimum() error {
	if r.exp.optimum.settled() || !(r.gradNorm < nearOptimum) {
		return nil
	}
	r.busy("awaiting f*")
	defer r.busy("")
	for !r.exp.optimum.settled() {
		if r.gate.stopping() {
			return errStopped
		}
		r.gate.leave()
		time.Sleep(slice)
		r.gate.enter()
	}
	return nil
}

// verdict is how a run ends at a point, or Running.
func (r *run) verdict(p Point) (view.State, string) {
	if math.IsNaN(r.start) {
		r.start = p.Loss
	}
	if !(p.Loss <= r.bound()) {
		return view.Diverged, view.ShortExponents(fmt.Sprintf("loss %.3g at step %d", p.Loss, r.stepCount()))
	}
	if !r.stage.regime.minimises() {
		return view.Running, ""
	}
	// f* lies between the value that was found and that value less its bound.
	opt := r.exp.optimum.get()
	if gap := max(0, p.Loss-opt.Value) + opt.Bound; opt.State == OptimumCertified && gap <= max(convergedAt, 2*opt.Bound) {
		return view.Converged, view.ShortExponents(fmt.Sprintf("f − f* ≤ %.1e", gap))
	}
	return view.Running, ""
}

// accuracy is the share of a split that θ classifies rightly, NaN where there is none.
func (r *run) accuracy(o objective.Objective, rows []int32) float64 {
	if o == nil || !r.exp.problem.classes() {
		return math.NaN()
	}
	_, share := r.oracle.losses(o, rows, r.theta)
	r.lossEvals += int64(len(rows))
	return share
}

// lastPoint puts the end of a run on its curve, unless it is there or nobody
// waits for it any more.
func (r *run) lastPoint(state view.State) {
	r.mu.Lock()
	last := r.pub.Last
	r.mu.Unlock()
	r.oracle.cut = r.outOfTime()
	r.oracle.meter.short.Store(false)
	known := last.Step == r.stepCount() && last.Evals == r.oracle.evals() && !math.IsNaN(last.Loss)
	if known || state == view.Diverged || state == view.Failed {
		return
	}
	if !r.oracle.cut() {
		r.point(r.oracle.evals(), math.NaN())
	}
}

// outOfTime says when the last plot point of a run must end because the program does:
// a moment after it was told to.
func (r *run) outOfTime() func() bool {
	since := sync.OnceValue(r.exp.config.Clock) // of all goroutines that evaluate
	return func() bool {
		return r.exp.ctx.Err() != nil && r.exp.config.Clock().Sub(since()) > lastMoment
	}
}

// lastMoment is how long the program's end waits for what its runs have come to.
const lastMoment = 300 * time.Millisecond

// accuracyByClass is the share of each class that θ classifies rightly, NaN
// for a class without examples; nil where it is not known.
func (r *run) accuracyByClass(state view.State) []float64 {
	pr := r.exp.problem
	over := pr.test
	if over == nil {
		over = pr.val
	}
	if over == nil || pr.perClass == nil || state == view.Diverged || state == view.Failed || r.oracle.cut() {
		return nil
	}
	shares := make([]float64, len(pr.perClass))
	for c, rows := range pr.perClass {
		shares[c] = math.NaN()
		if len(rows) > 0 {
			_, shares[c] = r.oracle.losses(over, rows, r.theta)
			r.lossEvals += int64(len(rows))
		}
	}
	if r.oracle.meter.short.Load() {
		return nil
	}
	return shares
}

func unknownPoint() Point {
	nan := math.NaN()
	return Point{Loss: nan, GradNorm: nan, ValAccuracy: nan, TestAccuracy: nan}
}

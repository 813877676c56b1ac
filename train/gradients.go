package train

import (
	"math"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
)

// gradients is the regime of a run that steps along estimates of ∇f.
type gradients struct{}

var _ regime = gradients{}

func (gradients) spent() string            { return "" }
func (gradients) endsItself() bool         { return false }
func (gradients) minimises() bool          { return true }
func (gradients) steps(r *run) int64       { return r.taken() }
func (gradients) rounds() (n, bytes int64) { return 0, 0 }
func (gradients) save() *FederationState   { return nil }
func (gradients) clients() int             { return 0 }

// diverges is true of a loss that is no number, too.
func (gradients) diverges(loss, bound float64) bool { return !(loss <= bound) }

func (gradients) prepare(*run) {}
func (gradients) relay(*run)   {}

// stepPart is how many parameters are stepped at a time where there are many: what
// a step reads and writes of so many fits a near cache.
const stepPart = 512

// apply adds the regulariser, unless the rule decays the weights by itself. Where
// there are many parameters, each part of them is stepped while it is at hand.
func (gradients) apply(r *run) {
	s := &r.stage
	_, decoupled := s.rule.(optimizers.Decoupled)
	looks := float64(r.oracle.evals()) >= r.nextPlot
	if p, ok := s.rule.(optimizers.Parted); ok && !decoupled && !looks && len(r.g) > 4*stepPart {
		p.Begin(r.theta, s.stepLR(r.steps))
		r.exp.problem.l2.AddGradParts(r.g, r.theta, stepPart, func(lo, hi int) { p.Part(r.theta, r.g[lo:hi], lo) })
		return
	}
	if !decoupled {
		r.exp.problem.l2.AddGrad(r.g, r.theta)
	}
	if looks {
		r.gradNorm = matrix.Nrm2(r.g)
	}
	s.rule.Apply(r.theta, r.g, s.stepLR(r.steps))
}

func (gradients) note(r *run, loss float64) { r.addLoss(loss) }

// price is the gradients at θ and beside it, those that the direction of the
// curvature is found with, and what the estimator's correction is seen by.
func (gradients) price(r *run) int64 {
	p := r.probe
	size := int64(p.size)
	price := 2 * size
	if p.sharp.Direction() == nil {
		price += diagnosis.FirstTurns*size + size
	}
	return price + int64(control(r).Gradients)*size
}

func (gradients) look(r *run) {
	p := r.probe
	r.asPlot(func() { p.look(r, r.theta) })
	if r.oracle.cut() { // the run is to end, and what was seen is worthless
		return
	}
	p.await(r)
	p.publish(r)
}

func (gradients) stepped(r *run) { r.probe.show(r) }

func (gradients) lookAtStart(r *run) {
	p := r.probe
	p.noise, p.sharp = diagnosis.NoiseScale{}, diagnosis.Sharpness{}
	p.size = p.bounded(largestLook, r.oracle.Len())
	r.asPlot(func() { p.look(r, r.exp.problem.train.Start(r.seed)) })
	p.view.Variance, p.view.Snapshot, p.view.Floored = nil, nil, math.NaN() // of where it has come to
}

package train

import (
	"math"
	"math/rand/v2"

	"optwatch/optimizers"
	"optwatch/train/diagnosis"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// probe looks, now and then, at the gradients of some examples, for the
// diagnosis of a run. It draws them from a stream of its own, counts their
// evaluations apart and takes no part in the run: with it or without, the run
// takes the same steps to the bit. When it looks follows from the run's count
// of evaluations alone. Like a plot point it works in the run's own slot, and
// its time is no time of stepping.
type probe struct {
	sampler *sampler
	share   float64 // of the run's gradient evaluations that it may take
	first   int64   // evaluations of the run when the probe was made
	spent   int64   // gradient evaluations since
	charged int64   // the same, with what comparing the updates of clients is worth
	seconds float64
	size    int   // examples of the next look
	hold    int64 // evaluations before which it does not look, to come at any age of a snapshot

	noise diagnosis.NoiseScale
	sharp diagnosis.Sharpness
	watch diagnosis.Watch
	view  view.Diagnosis // the latest, as it was published

	clients   int    // of the run, if it is a federation
	recipe    string // that the run had at the latest look
	estimator optimizers.Estimator
	since     int64 // evaluations when either was last another

	before  []float64 // θ at the latest look
	at      int64     // steps then
	waiting bool      // for a step from there

	exact   objective.Objective    // scratch: what is computed between two points needs float64
	group   [probeGroups][]float64 // scratch: the mean gradient of each group
	other   []float64              // scratch: another gradient
	squares []float64              // scratch: ‖∇fᵢ‖²
}

const (
	// probeShare is the share of a run's gradient evaluations that its probe may
	// take. In CPU time it is up to 0.7 %, as BenchmarkProbe tells.
	probeShare = 0.005

	probeGroups = 4   // that the examples of a look are divided into, to see how far they vary
	firstLook   = 16  // examples; later there are twice as many each time
	largestLook = 256 // up to this, or a hundredth of all
)

// newProbe is the probe of a run at θ₀; nil if there is to be none.
func newProbe(r *run) *probe {
	n := r.oracle.Len()
	if r.exp.config.Unprobed || n < probeGroups {
		return nil
	}
	p := &probe{sampler: newSampler(n, r.seed, stream("probe of "+r.streams())), share: probeShare, first: r.oracle.evals(), size: firstLook}
	p.sampler.replace = true
	p.size = p.bounded(firstLook, n)
	p.restart()
	return p
}

// bounded is a number of examples that divides into groups, no more than there may be.
func (p *probe) bounded(size, n int) int {
	most := min(n, max(firstLook, min(largestLook, n/100)))
	return min(size, most) / probeGroups * probeGroups
}

// restart forgets what the parts of a view were that belong to a method.
func (p *probe) restart() {
	p.view = view.Diagnosis{UpdateRatio: math.NaN(), Floored: math.NaN(), Plateau: view.UnknownPlateau()}
}

// forget gives up the scratch; the next look makes it anew.
func (p *probe) forget() {
	if p != nil {
		p.exact, p.group, p.other, p.squares = nil, [probeGroups][]float64{}, nil, nil
	}
}

// awaitsStep says whether the next step is to be taken by itself, so that its length can be seen.
func (p *probe) awaitsStep() bool { return p != nil && p.waiting }

// nextAt is the count of evaluations at which the probe looks again; 0 for never.
func (p *probe) nextAt(r *run) int64 {
	if p == nil {
		return 0
	}
	return max(p.hold, p.first+int64(math.Ceil(float64(p.charged+r.stage.regime.price(r))/p.share)))
}

// holdBack puts off a look that has become due by a full gradient, to an age of
// the snapshot drawn uniformly: else it would see hardly any but new ones.
func (p *probe) holdBack(r *run) bool {
	c := control(r)
	if p.hold > 0 || c.Age != 1 {
		return false
	}
	most := min(float64(c.Every*c.Evals), float64(r.stage.regime.price(r))/p.share)
	p.hold = r.oracle.evals() + rand.New(&p.sampler.pcg).Int64N(max(1, int64(most)))
	return r.oracle.evals() < p.hold
}

// probeIfDue looks at the run where it is time, and tells what came of the step since it last did.
func (r *run) probeIfDue() {
	p := r.probe
	if p == nil {
		return
	}
	if p.waiting && r.steps > p.at {
		p.measureStep(r)
	}
	if p.waiting || r.oracle.evals() < p.nextAt(r) || r.due {
		return
	}
	if p.holdBack(r) {
		return
	}
	p.hold = 0
	p.compare(r)
	r.stage.regime.look(r)
}

// asPlot does something that is no part of stepping.
func (r *run) asPlot(do func()) {
	r.plotFrom = r.gate.worked().Seconds()
	do()
	spent := r.gate.worked().Seconds() - r.plotFrom
	r.plotted += spent
	r.probe.seconds += spent
	r.plotFrom = math.NaN()
}

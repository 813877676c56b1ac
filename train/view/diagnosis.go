package view

import "math"

// Diagnosis is what is known of a run from its latest probes. It never changes.
// Parts that do not apply to the run's method are nil. A number that is not
// known yet, or cannot be, is NaN.
type Diagnosis struct {
	Step    int64   // of the run, at the latest probe
	Evals   int64   // gradient evaluations of the run there
	Elapsed float64 // seconds since the experiment began, there
	Probes  int     // since the run, or the method that it has now, began
	Rows    int     // examples that the latest of them looked at; 0 for a federation
	Cost    int64   // gradient evaluations of all probes; they are not among the run's
	Seconds float64 // spent on them; they are in the time of the plot points

	Noise     *Noise       // nil for a federation
	Curvature *Curvature   // nil for a federation
	Variance  *Variance    // nil unless the estimator is SVRG, SARAH or SAGA
	Snapshot  *SnapshotAge // nil unless the estimator is SVRG or SARAH
	Clients   *Agreement   // nil for a centralised run
	Plateau   Plateau

	UpdateRatio float64 // ‖Δθ‖/‖θ‖ of the step after the latest probe, about 1e-3 in many healthy runs; of a federation, of its latest round
	Floored     float64 // of Adam's kin: the share of coordinates that have seen a gradient and whose √v̂ is at most ε, from 0 to 1

	Active []Condition // that hold now, in the order of their constants; nil for none
	Advice Advice      // about the most pressing of them
}

// Estimate is a number with what is known of its error: a mean over the last
// looks along the path, and the error of that mean. Where θ moves far between
// looks, or a small batch throws it about, the number at the latest θ may be
// another.
type Estimate struct {
	Value     float64 // NaN where nothing is known yet
	Low, High float64 // it lies between them with a probability of about 95 %, rather less at the first probes; NaN where that is not known, High may be +Inf
	Resolved  bool    // the interval is narrow enough to conclude from; else show "not resolved yet"
}

// UnknownEstimate is an estimate of which nothing is known yet.
func UnknownEstimate() Estimate {
	nan := math.NaN()
	return Estimate{Value: nan, Low: nan, High: nan}
}

// Noise is what is known of the gradients of single examples: their mean ∇f,
// with the regulariser unless the rule decays weights by itself, and their
// covariance Σ. Averaged over the latest probes, numerator and denominator by
// themselves.
type Noise struct {
	GradNorm Estimate // ‖∇f(θ)‖; 0 where Dominated
	Trace    Estimate // tr Σ: the mean square distance of ∇fᵢ from ∇f
	Simple   Estimate // B_simple = tr Σ/‖∇f‖², in examples; +Inf where Dominated, and at least Low then
	// Dominated: ‖∇f‖² cannot be told from 0 beside the noise, after as many
	// probes as should do. So it is near an optimum. Show "noise-dominated,
	// B_simple > Low". Simple is resolved then: it is large.
	Dominated bool
	Batch     int     // B of the run; 0 for none, as for full gradients
	Times     float64 // B/B_simple: 8 is "your batch is 8 times above"; 0 where Dominated, NaN where B_simple is not known or B is 0
	// Floor is the f − f* at which the run's own step and batch are expected to
	// stall, αₜ·tr Σ/(4B); NaN but for mini-batches with SGD's rule, and while the
	// loss is above its start.
	Floor float64
}

// Curvature is the sharpest curvature along the path, and what it says of the step.
type Curvature struct {
	L     Estimate // largest eigenvalue of ∇²f(θ), regulariser as in Noise; power iteration comes to it from below
	LR    float64  // αₜ of the latest step
	Rule  string   // that takes it, by its name
	Law   string   // how the limit follows from L, e.g. "2/L"; "" where none is claimed
	Limit float64  // αₜ above which a step overshoots on the quadratic that f is nearby: 2/L for SGD, 2(1+β)/((1−τ)L) with momentum; NaN where no limit is claimed, as for Adam
	Times float64  // LR/Limit: 0.9 is "lr at 0.9 of the limit"; NaN where Limit is
	Share float64  // αₜ/α: what the schedule leaves of the learning rate, from 0 to 1
}

// Variance is that of the estimator, E‖g − ∇f‖² for the run's batch, beside
// that of a mini-batch of the same size at the same θ.
type Variance struct {
	SGD   float64  // tr Σ/B
	Own   float64  // of the estimator
	Ratio Estimate // Own/SGD: well below 1 is what the snapshot or the table is for, 1 and more is no use
}

// SnapshotAge is how old what SVRG or SARAH corrects with is. SARAH's is the
// start of its recursion.
type SnapshotAge struct {
	Age    int     // steps since it was taken
	Every  int     // m, after how many a new one is
	Passes float64 // gradient evaluations since, in units of n
}

// Plateau is whether the loss f(θ) still falls, from the slope of a line
// through it at the plot points of the latter two thirds of the run, or of the
// time since a setting was changed.
type Plateau struct {
	Falling float64 // P(slope < 0), from 0 to 1: near 1 it falls, near ½ nothing is to be seen, near 0 it rises; NaN where it is not known
	Slope   float64 // change of the loss in a pass of n evaluations
	Error   float64 // standard error of the slope
	Loss    float64 // the mean of the points
	Start   float64 // the loss that the run began with
	Passes  float64 // that the line spans
	Points  int     // that it goes through

	Searching bool // f* is being certified, and little is said of a plateau before it is
	Gap       *Gap // nil where f* is not certified
}

// Gap is the same of log₁₀(f − f*): a run that converges like a power falls
// there when its loss hardly does any more.
type Gap struct {
	Mean    float64 // f − f*, the geometric mean of the points
	Falling float64 // P(slope < 0)
	Slope   float64 // decades a pass
	Error   float64 // standard error of that
}

// UnknownPlateau is that of a loss of which too little is known.
func UnknownPlateau() Plateau {
	nan := math.NaN()
	return Plateau{Falling: nan, Slope: nan, Error: nan, Loss: nan, Start: nan, Passes: nan}
}

// Agreement is what the updates of a round, Δₖ = θ − θₖ, have in common.
type Agreement struct {
	Round     int     // that they are of
	Count     int     // of them that were compared: those that were averaged, or a sample of these where they are very many
	Drift     float64 // mean ‖Δₖ‖/‖θ‖; NaN at θ = 0
	Agreement float64 // mean cosine of the angle between two of them: 1 they go the same way, 0 they have nothing in common; NaN for fewer than two
	Alignment float64 // mean cosine of the angle between one of them and their average, from 1/√Count where they have nothing in common to 1
	Lowest    float64 // the smallest of the cosines with their average
	Client    int     // whose that is
	Local     float64 // mean loss of the clients on their own examples, of their last local epoch
	Global    float64 // loss of the model on all examples, at the latest plot point
}

// Condition is something that is wrong with a run, or worth knowing of it.
type Condition int

// The conditions, the most pressing first.
const (
	Healthy         Condition = iota // nothing is known to be wrong
	Diverging                        // the loss rises
	Unstable                         // the learning rate is above the stability limit
	StaleSnapshot                    // the correction of SVRG or SARAH adds more noise than it takes away
	ClientsDisagree                  // the updates of clients have little in common
	BatchTooLarge                    // the batch is far above B_simple
	Plateaued                        // the loss no longer falls
)

// String is the condition in a word or two, as in the JSON output.
func (c Condition) String() string {
	return [...]string{
		"healthy", "diverging", "unstable", "stale snapshot", "clients disagree", "batch too large", "plateau",
	}[c]
}

// Advice is one line: what is seen, and what may help. It is a guess with its
// reason, never a certainty, and there is none where the estimates are noise.
type Advice struct {
	Condition Condition // Healthy where there is nothing to say
	Text      string    // e.g. "lr is 1.3 × the stability limit 2/L = 0.51 here: expect oscillation; try below it"; "" for none
}

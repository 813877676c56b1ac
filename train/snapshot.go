package train

import (
	"time"

	"optwatch/optimizers"
	"optwatch/train/device"
	"optwatch/train/diagnosis"
)

// Source is where a viewer looks: a live experiment, or anything that can
// stand in for one.
type Source interface {
	// Snapshot is the state of everything now. It is cheap, and what it returns never changes.
	Snapshot() *Snapshot
	// Do checks a command, queues it and returns at once. That it was carried
	// out is an event in a later snapshot.
	Do(Command) error
}

// Snapshot is an immutable view of an experiment.
type Snapshot struct {
	Generation    uint64        // rises when a curve, a state, a setting or the log changed
	Began         time.Time     // by the clock on the wall; zero where that is not known
	Elapsed       time.Duration // since then
	Phase         Phase
	Loading       Loading
	Err           string // why the experiment failed
	Misconfigured bool   // Err is about what was asked for, not about the data
	Data          DataView
	Problem       ProblemView
	Optimum       Optimum
	Runs          []RunView
	Events        []Event // the newest last; old ones are dropped
	Accepts       []CommandKind
	Devices       *device.View // nil where no devices are watched
}

// Phase is what an experiment does.
type Phase int

// The phases in their order.
const (
	PhaseLoading  Phase = iota // data is being read
	PhaseTraining              // at least one run has not ended
	PhaseEnded                 // all runs have ended; commands may start them again
	PhaseFailed                // data could not be had
)

// Loading is the progress of reading the data. Total is 0 while it is unknown.
type Loading struct {
	What        string
	Done, Total int64
}

// DataView describes the data set.
type DataView struct {
	Name             string
	Digest           string
	Train, Val, Test int // examples
	Features         int
	Classes          []string // nil for regression
	Synthetic        bool
	Note             string
}

// ProblemView describes the objective.
type ProblemView struct {
	Model      string // name in the catalogue of models
	Title      string
	L2         float64 // λ
	Parameters int
	MeanSquare float64            // mean ‖x̃ᵢ‖², the scale of the data
	Problem    optimizers.Problem // what recipes are built and compared for
}

// Optimum is what is known of the minimum f*.
type Optimum struct {
	State        OptimumState
	Value        float64 // f*, or the best loss seen where it is not certified
	Bound        float64 // f − f* of the certificate's own point is at most this
	ValAccuracy  float64 // at the optimum; NaN where unknown
	TestAccuracy float64 // at the optimum; NaN where unknown
	Evaluations  int     // full gradients the certifier has taken
}

// OptimumState says how far Optimum.Value can be trusted.
type OptimumState int

// The states of an optimum.
const (
	OptimumUnknown   OptimumState = iota // nothing is known yet
	OptimumSearching                     // being certified; Value is the best loss seen
	OptimumCertified                     // Value is f* to within Bound
	OptimumBestKnown                     // there is no certificate; Value is the best loss seen
)

// State is what a run does.
type State int

// The states of a run. From Budget on it has ended.
const (
	Running State = iota
	Paused
	Budget    // its budget of evaluations, passes or time is spent
	Converged // f − f* is at most 1e-12, or its certificate
	Stopped   // by a command, or with the experiment
	Diverged  // a number is not finite, or the loss has left all bounds
	Failed    // an error or a panic
)

// Ended says whether a run in this state steps no more.
func (s State) Ended() bool { return s >= Budget }

// Broken says whether a run in this state has ended without a result.
func (s State) Broken() bool { return s == Diverged || s == Failed }

// String is the state in a word, as in the JSON output.
func (s State) String() string {
	return [...]string{"running", "paused", "budget", "converged", "stopped", "diverged", "failed"}[s]
}

// RunView is an immutable view of a run.
type RunView struct {
	ID             int    // never reused
	Name           string // unique
	Recipe         string // with all changes made under way
	Estimator      string
	Rule           string
	State          State
	Reason         string // why it ended, in words; "" while it goes on
	Pending        string // a command not yet carried out, e.g. "pausing"; "" if none
	Activity       string // what takes long just now, e.g. "full grad"; "" if nothing
	Seed           uint64
	Step           int64
	Evals          int64         // gradient evaluations
	LossEvals      int64         // loss evaluations for the plots
	LR             float64       // α, of the recipe's own method
	StepLR         float64       // αₜ of the latest step
	Batch          int           // 0 if the estimator has none
	Seconds        float64       // spent stepping
	PlotSeconds    float64       // spent evaluating plot points
	EvalsPerSecond float64       // lately, by the clock on the wall, plot points included; 0 while paused
	Left           time.Duration // until the budget is spent; negative where unknown
	Last           Point         // the newest point of the curve
	Curve          []Point       // never changes below its length
	Trace          []TracePoint
	Marks          []Mark
	Federated      *FederatedView  // nil for a centralised run
	Diagnosis      *diagnosis.View // nil before the first probe, and where there are none
	ClassAccuracy  []float64       // of each class, on the test set or else the validation set, once the run has ended; shares of 1
	ThetaSHA256    string          // of the parameters as little-endian float64, once the run has ended
}

// Point is what is known of a run at one step. Unknown values are NaN.
type Point struct {
	Step         int64
	Evals        int64
	Seconds      float64
	Elapsed      float64 // seconds since the experiment began, pauses included
	Rounds       int64
	Bytes        int64
	Loss         float64 // f(θ), regulariser included
	GradNorm     float64 // ‖g‖ of the step's estimate, regulariser included
	ValAccuracy  float64 // a share of 1
	TestAccuracy float64 // a share of 1
}

// TracePoint sums up the losses of some consecutive mini-batches.
type TracePoint struct {
	Step, Evals    int64 // at the last of them
	Elapsed        float64
	Seconds        float64
	Mean, Min, Max float64
}

// Mark is an event of a run at its place on the curve.
type Mark struct {
	Kind    EventKind
	Step    int64
	Evals   int64
	Elapsed float64
	Seconds float64
	Text    string
}

// Event is a line of the log.
type Event struct {
	Elapsed time.Duration
	Run     string // its name; "" for the experiment
	Kind    EventKind
	Text    string
}

// EventKind groups events.
type EventKind int

// The kinds of events.
const (
	EventInfo EventKind = iota
	EventStart
	EventPause
	EventResume
	EventSetting // learning rate, batch size
	EventSwitch  // another optimizer
	EventRestart
	EventEnd
	EventDiverged
	EventFailed
	EventDiagnosis // a condition that the probes find begins or ends
)

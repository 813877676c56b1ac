package train

import (
	"time"

	"optwatch/optimizers"
	"optwatch/train/diagnosis"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// RunState is everything that decides the next bits of a run, at a step
// boundary: a run that goes on from it, in this experiment or in another on the
// same data and problem, takes the same steps as the run that it was taken of,
// draws the same curve and comes to the same diagnosis. It is a value by itself
// and shares nothing that changes with the run.
//
// Not in it is what is worked out anew: what the next steps need of the rows
// ahead, vectors to compute in, the rate that the screen shows. What it costs
// to make one is a copy of the vectors that a method carries.
type RunState struct {
	Problem ProblemState
	Name    string
	Seed    uint64
	First   string        // the recipe that a restart begins with
	Elapsed time.Duration // of the experiment, when it was taken

	Standing StandingState
	Gate     GateState
	Theta    []float64 // θ
	Method   MethodState
	Stage    StageState
	Sampler  SamplerState
	Counts   CountState
	Plot     PlotState
	Curve    CurveState
	Trace    TraceState
	Marks    []Mark

	Probe      *ProbeState      // nil where there is no diagnosis
	Diagnosis  *view.Diagnosis  // as it was shown last; nil for none
	Federation *FederationState // nil for a centralised run
}

// ThetaSHA256 is the digest of θ as reports have it.
func (s *RunState) ThetaSHA256() string { return digest(s.Theta) }

// ProblemState is the problem that a run is of: a state means nothing on another.
type ProblemState struct {
	Digest           string // of the data
	Train, Val, Test int    // examples
	Model            string
	Settings         objective.Settings // of the model
	L2               float64            // λ
}

// StandingState is how a run stands: it goes on, or how it has ended.
type StandingState struct {
	State         view.State
	Reason        string
	ClassAccuracy []float64 // of a run that has ended; nil for none
}

// GateState is what the gate was told.
type GateState struct {
	Paused bool
	Steps  int // to take although paused
}

// MethodState is the method of a recipe: the text, which says what its parts
// are, and beside it every number in full precision, since a recipe prints six
// digits, and the horizon of a schedule follows from the budget of its day.
type MethodState struct {
	Recipe       string
	LR, ServerLR float64
	Replace      bool
	Warm         optimizers.Warm

	EstimatorSettings, RuleSettings, ScheduleSettings []optimizers.Setting
	Estimator, Rule                                   optimizers.Saved
}

// StageState is what the run steps with just now: its method, or the SGD before it.
type StageState struct {
	LR, ServerLR float64
	Replace      bool
	From         int64            // the step after which the schedule began
	Until        int64            // of the SGD before: the evaluations it may reach; 0 for the method itself
	Stepper      optimizers.Saved // nil where the pair of estimator and rule has no Stepper
}

// SamplerState is a random stream of rows and where it is.
type SamplerState struct {
	Seed    uint64
	PCG     [2]uint64
	Replace bool
	Order   []int32 // of the epoch
	At      int     // rows of it that have been drawn
}

// CountState is the meter, the budget's position and the stopwatch.
type CountState struct {
	Steps, Evals, LossEvals int64
	Worked                  time.Duration // with a slot
	Plotted                 float64       // seconds of these that went into plot points and looks
	Released                int64         // releases of noise from a secret key whose rounds are over, over restarts too
}

// PlotState is where the next plot point lies, and by what runs are judged there.
type PlotState struct {
	Next     float64 // evaluations
	Start    float64 // f(θ₀); NaN before the first
	GradNorm float64 // of the latest step for which it was computed
	Due      bool    // a point waits for the loss that the next full gradient gives for free
	Bare     bool    // there are no points but the first and the last
}

// CurveState is a Curve, with the group that is not complete.
type CurveState struct {
	Points []Point
	Group  int
	Open   []Point
	Last   Point
}

// TraceState is the running mini-batch loss, with the bucket that is not full.
type TraceState struct {
	Points []TracePoint
	Width  int64
	Open   TracePoint
	Count  int
	From   int64
}

// ProbeState is that of a run's probe.
type ProbeState struct {
	Sampler               SamplerState
	First, Spent, Charged int64
	Seconds               float64
	Size                  int
	Hold                  int64

	Noise diagnosis.NoiseScale
	Sharp diagnosis.Sharpness
	Watch diagnosis.Watch
	View  view.Diagnosis

	Clients int
	Recipe  string
	Known   bool // the estimator is the one that it saw last
	Since   int64

	Before  []float64 // θ at the latest look; nil unless it waits for a step from there
	At      int64
	Waiting bool
}

// FederationState is what a federation shows of its latest round, what it has
// still to tell, and whether it is to compare the updates of the next. What
// goes on from round to round is in the state of its estimator.
type FederationState struct {
	Attempt, Cohort, Answered int
	SNR, Clipped              float64
	Clients                   []view.Client // without their classes, which follow from the partition, and their machines
	Notes                     []string
	Examine                   bool
	Agreement                 *view.Agreement

	// Secret says that its random streams follow from a key of the system's that
	// is not saved. It goes on with another one: not to the same bits, and rounds
	// that are made again release other noise, which Config.Released charges.
	Secret bool
}

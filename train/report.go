package train

import (
	"time"

	"optwatch/optimizers"
	"optwatch/train/device"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// Report is what an experiment knows of itself, by its own names: for results
// and for tests. Viewers get a Snapshot, which is made from it. It never changes.
type Report struct {
	Generation    uint64        // rises when a curve, a state, a setting or the log changed
	Began         time.Time     // by the clock on the wall; zero where that is not known
	Elapsed       time.Duration // since then
	Phase         view.Phase
	Loading       view.Loading
	Err           string // why the experiment failed
	Misconfigured bool   // Err is about what was asked for, not about the data
	Data          DataView
	Problem       ProblemView
	Optimum       Optimum
	Runs          []RunReport
	Events        []view.Event // the newest last; old ones are dropped
	Devices       *device.View // nil where no devices are watched
}

// DataView describes the data set.
type DataView struct {
	Name             string
	Digest           string
	Train, Val, Test int // examples
	Features         int
	Classes          []string // nil for regression
	Synthetic        bool
	Scaled           bool // its columns are standardized
	Notes            []string
}

// ProblemView describes the objective.
type ProblemView struct {
	Model      string // name in the catalogue of models
	Title      string
	Settings   objective.Settings // of the model
	L2         float64            // λ
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
	Reached      float64 // while it searches: f − f* of its best point is at most this; +Inf where nothing is known
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

// RunReport is what a run tells of itself. It never changes.
type RunReport struct {
	ID             int    // never reused
	Name           string // unique
	Recipe         string // with all changes made under way
	Method         string // of the recipe where the run's name does not say it; "" where it does
	Estimator      string
	Rule           string
	State          view.State
	Reason         string       // why it ended, in words; "" while it goes on
	Pending        view.Pending // a command not yet carried out
	Activity       string       // what takes long just now, e.g. "full grad"; "" if nothing
	Elsewhere      string       // why what it comes to is not the minimiser of f; "" where it is
	Seed           uint64
	Step           int64
	Evals          int64         // gradient evaluations
	LossEvals      int64         // loss evaluations for the plots
	LR             float64       // α, of the recipe's own method
	StepLR         float64       // αₜ of the latest step
	Batch          int           // 0 if the estimator has none
	Seconds        float64       // spent stepping
	PlotSeconds    float64       // spent evaluating plot points, and looking for the diagnosis
	EvalsPerSecond float64       // lately, by the clock on the wall, plot points included; 0 while paused
	Limited        bool          // it has a budget
	Left           time.Duration // until the budget is spent; negative where unknown
	Last           Point         // the newest point of the curve
	Curve          []Point       // never changes below its length
	Trace          []TracePoint
	Marks          []Mark
	Federated      *view.Federation // nil for a centralised run
	Diagnosis      *view.Diagnosis  // nil before the first probe, and where there are none
	ClassAccuracy  []float64        // of each class, on the test set or else the validation set, once the run has ended; shares of 1
	ThetaSHA256    string           // of the parameters as little-endian float64, once the run has ended

	changed uint64   // Report.Generation when it was published last, at least
	shown   *columns // the curve and the trace as viewers get them; nil where nobody keeps them
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
	Kind          view.EventKind
	Step          int64
	Evals         int64
	Rounds, Bytes int64 // of a federation
	Elapsed       float64
	Seconds       float64
	Text          string
}

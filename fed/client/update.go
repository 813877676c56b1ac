package client

// Why there is no update.
const (
	Late     = "late"
	BrokeOff = "broke off"
)

// Update is what comes of a task.
type Update struct {
	Round, Attempt, Client int // the task's

	Delta       []float64 // θ − θₖ, [d]; nil where the client failed
	Examples    int       // nₖ
	Steps       int       // K, local steps taken
	Evaluations int       // gradient evaluations taken
	Loss        float64   // mean over the examples of the last epoch's steps, without regulariser; none while Steps is 0
	LossHidden  bool      `json:",omitempty"` // the client keeps its loss to itself, and Loss is 0
	Time        float64   // virtual, when it is sent

	// Of example-level privacy, over all steps. They are not private.
	Clipped       int     // gradients that were clipped
	Contributions int     // gradients
	Signal        float64 // Σ over the steps of ‖Σ clipped gradients‖, before the noise

	Failed string // "", or else why there is no Delta: Late or BrokeOff
}

// Progress is how far the work on a task is. The first, with no steps, says
// that it has begun. Any of them may be lost.
type Progress struct {
	Round, Attempt, Client int // the task's

	Steps       int     // local steps taken
	Evaluations int     // gradient evaluations taken
	Loss        float64 // of the epoch under way, as in Update; NaN where the client keeps it to itself
	Time        float64 // virtual
}

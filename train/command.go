package train

// Command asks a source for a change. Value and Recipe are used by the kinds
// that say so.
type Command struct {
	Kind   CommandKind
	Run    int // RunView.ID
	Value  float64
	Recipe string
}

// CommandKind is what a command asks for.
type CommandKind int

// The commands. All act at a step boundary.
const (
	Pause    CommandKind = iota
	Resume               // a paused run
	StepOnce             // one step of a paused run
	Stop                 // end a run; its curve stays
	Restart              // from θ₀ with the recipe it was begun with
	SetLR                // learning rate := Value
	SetBatch             // batch size := Value
	Switch               // to the method of Recipe; θ stays
	Add                  // a new run of Recipe
	Branch               // a copy of the run as it is now, state and all
)

// String is the command as a verb.
func (k CommandKind) String() string {
	return [...]string{"pause", "resume", "step", "stop", "restart", "set the learning rate of", "set the batch size of", "switch", "add", "branch"}[k]
}

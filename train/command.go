package train

// Command asks a source for a change. Value, Recipe and Client are used by the
// kinds that say so.
type Command struct {
	Kind   CommandKind
	Run    int // RunView.ID
	Value  float64
	Recipe string
	Client int // ClientView.ID
}

// CommandKind is what a command asks for.
type CommandKind int

// The commands. All act at a step boundary.
const (
	Pause        CommandKind = iota
	Resume                   // a paused run
	StepOnce                 // one step of a paused run
	Stop                     // end a run; its curve stays
	Restart                  // from θ₀ with the recipe it was begun with
	SetLR                    // learning rate := Value
	SetBatch                 // batch size := Value
	Switch                   // to the method of Recipe; θ stays
	Add                      // a new run of Recipe
	Branch                   // a copy of the run as it is now, state and all
	DropClient               // leave Client out of a federated run's rounds
	RejoinClient             // take Client in again
	SetEpochs                // local epochs := Value
	SetMu                    // FedProx's μ := Value
)

// String is the command as a verb.
func (k CommandKind) String() string {
	return [...]string{
		"pause", "resume", "step", "stop", "restart", "set the learning rate of", "set the batch size of", "switch", "add", "branch",
		"drop a client of", "take in a client of", "set the local epochs of", "set μ of",
	}[k]
}

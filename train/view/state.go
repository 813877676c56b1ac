package view

// State is what a run does.
type State int

// The states of a run. From Budget on it has ended.
const (
	Running State = iota
	Paused
	Budget    // what it was given is spent
	Converged // nothing better can be told from where it is
	Stopped   // by a command, or with its source
	Diverged  // a number is not finite, or the loss has left all bounds
	Failed    // an error or a panic
	Finished  // it says that it is done
	Silent    // it has not been heard of for long, and may go on or not
)

// Ended says whether a run in this state steps no more.
func (s State) Ended() bool { return s >= Budget }

// Broken says whether a run in this state has ended without a result.
func (s State) Broken() bool { return s == Diverged || s == Failed }

// String is the state in a word, as in the JSON output.
func (s State) String() string {
	return [...]string{"running", "paused", "budget", "converged", "stopped", "diverged", "failed", "finished", "silent"}[s]
}

// Pending is what a run has been told to do and has not yet done.
type Pending int

// What may be pending.
const (
	Nothing Pending = iota
	Pausing
	Resuming
	Stopping
	Changing // a setting or the method
)

// String is what is pending in a word; "" for nothing.
func (p Pending) String() string {
	return [...]string{"", "pausing", "resuming", "stopping", "changing"}[p]
}

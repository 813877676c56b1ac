package device

import "fmt"

// State is what a device as a whole is.
type State uint8

// The states.
const (
	Up         State = iota // it answers
	Asleep                  // powered down by the system; reading would wake it
	Lost                    // fell off the bus
	NeedsReset              // answers nothing until it is reset
	Blocked                 // this process may not use it
	Hung                    // a driver call has not returned
	Gone                    // the driver no longer lists it
	states
)

var stateWords = [states]struct{ name, hint string }{
	Up:         {"up", ""},
	Asleep:     {"asleep", "powered down by the system; reading it would wake it"},
	Lost:       {"lost", "fell off the bus; a reset of the GPU or a reboot brings it back"},
	NeedsReset: {"needs reset", "answers nothing until it is reset: nvidia-smi --gpu-reset, while nothing uses it"},
	Blocked:    {"blocked", "blocked by permissions or by the container's device cgroup"},
	Hung:       {"hung", "a driver call does not return"},
	Gone:       {"gone", "the driver no longer lists it"},
}

// String is the state in a word or two, as in the JSON output.
func (s State) String() string {
	if s >= states {
		return fmt.Sprintf("state %d", uint8(s))
	}
	return stateWords[s].name
}

// Hint says what the state means and what helps; "" for Up.
func (s State) Hint() string {
	if s >= states {
		return ""
	}
	return stateWords[s].hint
}

// ParseState is the state of a name, as in recordings.
func ParseState(name string) (State, bool) {
	for s := range states {
		if stateWords[s].name == name {
			return s, true
		}
	}
	return Up, false
}

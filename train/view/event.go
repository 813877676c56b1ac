package view

import "time"

// Event is a line of the log, and where Command is not 0 also the
// acknowledgement of that command.
type Event struct {
	Number  uint64 // counts the events of a source from 1, those too that are no longer listed
	Elapsed time.Duration
	Run     string // its name; "" for the source itself
	Kind    EventKind
	Text    string // "" for a mere acknowledgement, which the log does not show
	Command uint64 // Command.ID, of a command that was carried out, or refused if that is the kind
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
	EventDiagnosis // a condition that is found in a run begins or ends
	EventRefused   // a command that was taken could not be carried out; the text says why
)

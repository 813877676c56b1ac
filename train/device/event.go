package device

import (
	"fmt"
	"time"
)

// Event is something that happened to a device at one moment.
type Event struct {
	Number int // from 1, in the order in which a view first showed them
	At     time.Time
	ID     ID // "" for the backend
	Kind   EventKind
	Reason Throttle // for EventThrottle and EventThrottleEnd: one bit
	Xid    int      // for EventXid
	Text   string   // in words, without the device's name
}

// EventKind groups events.
type EventKind uint8

// The kinds of events.
const (
	EventInfo        EventKind = iota // a backend was found, a device appeared, slept or woke
	EventThrottle                     // the device is being held back
	EventThrottleEnd                  // and no longer is
	EventXid                          // the driver reported an error
	EventLost                         // the device no longer answers: lost, hung, blocked, gone
	EventBack                         // and answers again
	EventDriver                       // the driver went away or was replaced
)

// The Xids that a reset or a repair follows, and those that the application
// usually brought about (NVIDIA, "Xid errors"; NVIDIA/k8s-device-plugin#1340).
var xids = map[int]string{
	13: "illegal access or instruction of a program", 31: "memory fault of a program",
	43: "a program's channel was stopped", 45: "a program's work was stopped",
	48: "double-bit ECC error", 62: "internal micro-controller halted", 63: "ECC page retirement or row remapping",
	64: "ECC page retirement or row remapping failed", 68: "video processor exception", 74: "NVLink error",
	79: "fell off the bus", 94: "contained ECC error", 95: "uncontained ECC error",
	109: "a program's context switch timed out", 119: "GSP firmware does not answer", 120: "GSP firmware error",
}

// XidEvent is the event of an Xid.
func XidEvent(at time.Time, id ID, xid int) Event {
	return Event{At: at, ID: id, Kind: EventXid, Xid: xid, Text: xidText(xid)}
}

// xidText is an Xid in words.
func xidText(xid int) string {
	if text, known := xids[xid]; known {
		return fmt.Sprintf("Xid %d: %s", xid, text)
	}
	return fmt.Sprintf("Xid %d", xid)
}

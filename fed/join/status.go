package join

import (
	"time"

	"optwatch/fed/wire"
)

// State is what a client does.
type State string

// The states of a client.
const (
	Dialling State = "dialling"
	Loading  State = "loading data"
	Waiting  State = "waiting to be accepted"
	Idle     State = "idle"
	Training State = "training"
	Paused   State = "paused"
	Sending  State = "sending"
	Ended    State = "ended"
)

// Status is a client as a screen shows it.
type Status struct {
	State       State
	Trouble     string // what goes wrong, or how the federation ended; ""
	Name        string
	Server      string
	Fingerprint string // of its key, which the operator compares
	Client      int    // its number; −1 before it is accepted
	Terms       wire.Terms
	Holding     wire.Holding
	Heard       time.Time // of the server; zero for never
	RoundTrip   time.Duration
	Run         string
	Round       int
	Steps, Of   int // local steps of the round
	Epochs      int
	Loss        float64
	Sent        int   // updates
	Up, Down    int64 // bytes
}

// Status is how the client is now. Any goroutine may ask.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

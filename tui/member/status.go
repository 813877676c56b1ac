package member

import "time"

// Status is a client as the screen shows it. What is empty is not known.
type Status struct {
	Name    string
	Server  string
	State   string // what it does, in a word or two
	Works   bool   // that is work on a task
	Waits   bool   // the operator has not let it in yet
	Away    bool   // there is no connection to the server
	Trouble string // what goes wrong

	Key     string // fingerprint of its key
	Client  int    // its number; -1 before it has one
	Clients int    // that there are
	Data    string // what it trains on

	Heard     time.Time // of the server; zero for never
	RoundTrip time.Duration
	Run       string
	Round     int
	Steps, Of int // local steps of the round
	Epochs    int
	Loss      float64

	Sent     int   // updates
	Up, Down int64 // bytes

	Said []string // the latest lines of its log, the newest last
}

// Source says how the client is now.
type Source interface {
	Status() Status
}

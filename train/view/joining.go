package view

import "time"

// Joining is how clients come to a federation over machines.
type Joining struct {
	Address string    // where others find it; "" where no others are to come
	Line    string    // the command to type on a client's machine, with a secret in it; "" for whoever may only look
	Expires time.Time // of the secret
	Clients int       // that the federation is of
	There   int       // of them that have been let in
	Waiting []Applicant
	Refused []Refusal // who was turned away at the door, and messages that were not believed
}

// Applicant is who waits to be let in. All but the key is what it says of itself.
type Applicant struct {
	Key        string // fingerprint of its key, which is its identity from then on
	Name, Host string
	Version    string // of its program
	Examples   int    // of its own; 0 for one that takes part of the data there is
}

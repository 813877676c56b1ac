package wire

import (
	"encoding/json"
	"math"

	"optwatch/fed/client"
)

// Pulse says that a client lives. Any of them may be lost.
type Pulse struct {
	Doing     string  `json:",omitempty"` // the ask that it works on
	Sent      string  `json:",omitempty"` // the ask that it has answered latest
	Sending   bool    `json:",omitempty"` // its answer is on the way
	RoundTrip float64 // to the coordinator and back, in seconds; 0 before it is known
	Load      string  `json:",omitempty"` // what its machine does, in a line; "" where that is not told

	Run      string `json:",omitempty"`
	Progress *Step  `json:",omitempty"`
}

// Step is a report of progress.
type Step struct {
	Client, Round, Attempt, Steps, Evaluations int
	Loss, Time                                 Real
}

// StepOf is the report in the form in which it travels.
func StepOf(p client.Progress) *Step {
	return &Step{p.Client, p.Round, p.Attempt, p.Steps, p.Evaluations, Real(p.Loss), Real(p.Time)}
}

// Report is what travelled.
func (s *Step) Report() client.Progress {
	return client.Progress{
		Client: s.Client, Round: s.Round, Attempt: s.Attempt, Steps: s.Steps, Evaluations: s.Evaluations,
		Loss: float64(s.Loss), Time: float64(s.Time),
	}
}

// Real is a number that is null in JSON where JSON has no word for it; it is read as NaN.
type Real float64

// MarshalJSON writes the number, or null.
func (r Real) MarshalJSON() ([]byte, error) {
	if v := float64(r); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(r))
}

// UnmarshalJSON reads it.
func (r *Real) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*r = Real(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(r))
}

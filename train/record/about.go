package record

import (
	"encoding/json"
	"time"
)

// About is what a record says of itself.
type About struct {
	ID            string          // by which people call it: a few letters and digits
	Name          string          // what it is of, in a few words, e.g. "mnist · softmax regression"
	Configuration json.RawMessage // what the program was asked for; bytes to this package
	Program       string          // version of the program that began it
	Kernels       string          // by which it computes: others differ in the last bits
	Architecture  string          // GOARCH
	Host          string          // name of the machine
	Data          string          // name of the data; "" until it is read
	Digest        string          // of the data; "" until it is read
	Began         time.Time       // by the clock on the wall
	Inexact       bool            // it went on under other kernels: not to the bit
}

// Status is how a record stands.
type Status int

// The statuses.
const (
	Live        Status = iota // a process writes it
	Finished                  // all of its runs have ended
	Stopped                   // it was ended and saved while runs went on: they can go on
	Interrupted               // its process is gone and did not say goodbye: its runs can go on
)

// String is the status in a word.
func (s Status) String() string { return [...]string{"live", "finished", "stopped", "interrupted"}[s] }

// Summary is a record in a list.
type Summary struct {
	About
	Path    string
	Size    int64 // bytes, with what lies beside it
	Status  Status
	Holder  Holder        // of a live one
	Elapsed time.Duration // of the experiment, when it was last written
	Written time.Time     // when that was
	Runs    []RunSummary
	Damage  error // why it cannot be read; all but Path, Size and Written are empty then
}

// RunSummary is a run in it.
type RunSummary struct {
	ID     int
	Name   string
	Recipe string
	State  string // as view.State tells it
	Reason string
}

// Checkpoint is the state of a run at one of its step boundaries.
type Checkpoint struct {
	Run         int
	Step        int64
	Evaluations int64
	Parameters  string // SHA-256 of the parameters, as results give it
	State       []byte // what the run goes on from; bytes to this package
	Outcome     int64  // number of the latest outcome that is in it; 0 for none
}

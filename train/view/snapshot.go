package view

import (
	"time"

	"optwatch/train/device"
)

// Snapshot is an immutable view of a source.
type Snapshot struct {
	Generation uint64        // rises with every change but of where runs are on the axes and how fast they go; see Run.Generation and Event.Number
	Began      time.Time     // by the clock on the wall; zero where that is not known
	Elapsed    time.Duration // since then
	Phase      Phase
	Loading    Loading
	Failure    Failure // of PhaseFailed
	Subject    Subject
	Axes       []Axis   // the first is the one to begin with
	Metrics    []Metric // in the order in which they are cycled through
	Headline   []string // keys of the metrics to begin with, one a chart; the first is the one that runs are judged by
	Columns    []Column // of the standings; nil leaves them to the viewer
	Pace       string   // key of the axis along which Run.Rate is; "" for none
	Bounded    bool     // there are runs of which it may be known when they end: Run.Left
	Runs       []Run
	Events     []Event // the newest last; old ones are dropped
	Accepts    []CommandKind
	Leaving    Leaving
	Busy       bool         // something goes on beside the runs, so that the next snapshot may differ
	Devices    *device.View // nil where no devices are watched
	People     []Person     // who looks, whoever this is for among them; nil where it is not told
	Record     Record       // where it is recorded
	Playback   *Playback    // nil unless it is a recording that is played
	Joining    *Joining     // nil unless clients come from other machines
}

// Phase is what a source does.
type Phase int

// The phases in their order.
const (
	PhaseLoading  Phase = iota // data is being read, and runs are being made for it
	PhaseTraining              // at least one run has not ended
	PhaseEnded                 // all runs have ended; commands may start them again
	PhaseFailed                // there is nothing to look at, and there will not be
)

// Loading is the progress of reading what there is to look at. Total is 0 while it is unknown.
type Loading struct {
	What        string // e.g. "loading mnist"
	Done, Total int64
}

// Failure says why there is nothing to look at.
type Failure struct {
	Title  string // what is missing, in a line
	Reason string
	Advice string // what can be done about it
}

// Subject is what a source is about. What does not apply is empty.
type Subject struct {
	Name      string // of the data set, the folder, the machine
	Synthetic bool
	Train     int // examples
	Val       int
	Classes   []string // names of what examples are classified as
	Title     string   // what is trained on it
	Short     string   // the same in a word
	Constant  string   // what must be known of it, e.g. "λ = 1e-3"
}

// Leaving is what it means for a source that its last viewer goes away.
type Leaving int

// What leaving may mean.
const (
	LeavesAsItIs   Leaving = iota // nothing is lost, so that nobody need be asked
	LeavesEnded                   // runs that have not ended are stopped
	LeavesGoing                   // all goes on with nobody looking; Finish ends it
	LeavesWatching                // the watching goes on with nobody looking, and Finish ends that: what is watched goes on by itself
)

// Person is one who looks at a source.
type Person struct {
	Name   string
	Self   bool // the one whom this snapshot is for
	Drives bool // may send commands
}

// Record is where a source is recorded, so that it outlives its process.
type Record struct {
	Name    string // by which it is found again; "" where nothing is recorded
	Inexact bool   // it has gone on where sums are rounded differently: not to the bit
	Trouble string // why what happens now may be lost; "" where it is not
}

// Playback is how a recording is played. Snapshot.Elapsed is the moment shown.
type Playback struct {
	From    time.Duration   // its first moment: what was before, the recording only has curves of
	Length  time.Duration   // of the whole, from where Elapsed counts; its last moment
	Playing bool            // else it stands still
	Speed   float64         // times as fast as it happened
	Marks   []time.Duration // when something happened that is worth seeking, in their order
}

// Metric is the metric with a key; nil if there is none.
func (s *Snapshot) Metric(key string) *Metric {
	for i := range s.Metrics {
		if s.Metrics[i].Key == key {
			return &s.Metrics[i]
		}
	}
	return nil
}

// Axis is the position of the axis with a key in Axes; -1 if there is none.
func (s *Snapshot) Axis(key string) int {
	for i := range s.Axes {
		if s.Axes[i].Key == key {
			return i
		}
	}
	return -1
}

// Clock is the position of the axis of elapsed time; -1 if there is none.
func (s *Snapshot) Clock() int {
	for i := range s.Axes {
		if s.Axes[i].Clock {
			return i
		}
	}
	return -1
}

// Run is the run with an identity; nil if there is none.
func (s *Snapshot) Run(id int) *Run {
	for i := range s.Runs {
		if s.Runs[i].ID == id {
			return &s.Runs[i]
		}
	}
	return nil
}

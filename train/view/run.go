package view

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Run is an immutable view of a run.
type Run struct {
	ID         int    // never reused
	Generation uint64 // Snapshot.Generation when its series, its marks or its state changed last, or a command changed a setting; a provisional metric changes without it
	Name       string // unique
	Method     string // what it trains with now where its name does not say so; "" where it does
	Recipe     string // how it was made, with all changes made under way; "" where that is not known
	Group      string // runs of one group differ in their seed alone; "" for a run by itself
	Seed       uint64
	State      State
	Reason     string    // why it ended, in words; "" while it goes on
	Pending    Pending   // a command that it has not carried out yet
	Activity   string    // what takes long just now, e.g. "full grad"; "" if nothing
	At         []float64 // where it is on each of Snapshot.Axes; NaN where it has no place
	Settings   []Setting
	Series     []Series
	Rate       float64       // places passed along the axis Snapshot.Pace a second, lately, by the clock on the wall; 0 while paused
	Left       time.Duration // until it ends; negative where unknown
	Marks      []Mark        // in their order
	Federation *Federation   // nil for a centralised run
	Path       string        // of its log; "" where there is none
	Parameters []Parameter   // what it was configured with, in the order of their keys
	Output     []string      // the latest lines that it printed
	Accepts    []CommandKind // of those of Snapshot.Accepts; nil for all of them
	Elsewhere  Elsewhere     // the zero value where it settles at the minimiser of f, or nobody knows
	Diagnosis  *Diagnosis    // nil before it has been looked at, and where nobody does
}

// Elsewhere says that what a run comes to is not where a metric is 0: it minimises
// another objective.
type Elsewhere struct {
	Metric string // Metric.Key
	Why    string
}

// Setting is a number that a run trains with.
type Setting struct {
	Key    string
	Name   string // in a word
	Format Format
	Value  float64 // NaN where unknown
}

// Parameter is one of those that a run was configured with.
type Parameter struct {
	Key, Text string
	Differs   bool // not all runs that have it have it alike, or some have none
}

// Series is one metric of one run. Values, Low and High never change below
// their length.
type Series struct {
	Metric    string      // Metric.Key
	Places    [][]float64 // of each value on each of Snapshot.Axes, NaN or no slice at all where it has none
	Values    []float64   // NaN for a gap
	Low, High []float64   // about the values, where they are means of several; nil where they are not
	Last      float64     // where the run is now; NaN where unknown
}

// Mark is an event of a run at its place on the axes.
type Mark struct {
	Kind   EventKind
	Metric string    // key of the one in whose curve it was seen; "" where it is about the run
	Places []float64 // on each of Snapshot.Axes, NaN where it has none
	Text   string
}

// Crashed begins the reason of a run that has failed without a word of its own: nobody
// has told it to end, and it has not said why it did.
const Crashed = "crashed"

// Crashed says whether the run has failed without a word of its own.
func (r *Run) Crashed() bool { return r.State == Failed && strings.HasPrefix(r.Reason, Crashed) }

// Standing is the run's state in a word.
func (r *Run) Standing() string {
	if r.Crashed() {
		return Crashed
	}
	return r.State.String()
}

// Of is the series of a metric; nil if the run has none.
func (r *Run) Of(metric string) *Series {
	for i := range r.Series {
		if r.Series[i].Metric == metric {
			return &r.Series[i]
		}
	}
	return nil
}

// Last is the newest value of a metric; NaN if it is not known.
func (r *Run) Last(metric string) float64 {
	if s := r.Of(metric); s != nil {
		return s.Last
	}
	return math.NaN()
}

// Setting is the value of a setting, and whether the run has it.
func (r *Run) Setting(key string) (value float64, ok bool) {
	for _, s := range r.Settings {
		if s.Key == key {
			return s.Value, true
		}
	}
	return math.NaN(), false
}

// Place is where the run is on an axis, by its position in Snapshot.Axes; NaN
// where it has no place.
func (r *Run) Place(axis int) float64 {
	if axis < 0 || axis >= len(r.At) {
		return math.NaN()
	}
	return r.At[axis]
}

// Takes says whether the run has places on an axis: a centralised run takes no
// rounds, which is not the same as being at 0.
func (r *Run) Takes(axis int) bool { return !math.IsNaN(r.Place(axis)) }

// Obeys says whether the run takes a kind of command, if its source does.
func (r *Run) Obeys(k CommandKind) bool { return r.Accepts == nil || slices.Contains(r.Accepts, k) }

// On are the places of the values on an axis; nil where there are none.
func (s *Series) On(axis int) []float64 {
	if axis < 0 || axis >= len(s.Places) {
		return nil
	}
	return s.Places[axis]
}

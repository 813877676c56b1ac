// Package logs reads what other programs write while they train: one format a
// file, and one line in Formats.
//
// A log may be growing while it is read, may be cut anywhere, written anew, or
// damaged. So a reader takes the bytes as they come, keeps what is not whole yet,
// skips what it cannot read and counts it, and never trusts a length or a number
// in a file further than it can check. It knows neither a screen nor a clock, and
// writes nothing.
package logs

import "math"

// Found is what a follower has found in the log of one run since it was cleared.
type Found struct {
	// Anew says that the log was written anew: what was found before is void, and
	// all that is in it follows here.
	Anew   bool
	Rows   []Row
	Config []Parameter // hyper-parameters; a later one of a key replaces the earlier
	Lines  []string    // of the program's output, without line ends
	About  About
	End    End
	Bad    int    // records that could not be read and were skipped
	Why    string // what was wrong with the first of them, and where

	values []Value // of the rows, and from taken on of the next one
	taken  int
}

// Row is what a program logged at once.
type Row struct {
	Step    float64 // NaN where it tells none
	Epoch   float64 // likewise
	Tokens  float64 // or samples, seen so far; likewise
	Time    float64 // seconds since 1970; likewise
	Elapsed float64 // seconds since the run began; likewise
	// Restart says that the run began anew here: what it had logged at this Step
	// and later is of a life that has ended. It has no values.
	Restart bool
	Values  []Value
}

// Value is one number that was logged, under the tag it was logged with.
type Value struct {
	Tag    string
	Number float64
	Short  bool // it was a 32-bit float, and is to be written as one
}

// Parameter is one of a run's configuration, nested keys joined by dots.
type Parameter struct{ Key, Text string }

// About is what a log says of the run as a whole; zero where it does not.
type About struct {
	Name   string  // that the user gave it
	Total  float64 // steps that it is to take
	Began  float64 // seconds since 1970
	PID    int     // of the process, on Host
	Host   string
	Writer string // what wrote it, with the version
	Note   string // what must be known to read it, e.g. "nothing flushed yet"
}

// End is how a run ended, as far as its log says.
type End struct {
	State State
	Code  int    // exit status, of Finished and Failed
	Text  string // why, in words; "" where it is not told
}

// State is what a log says of the run's life.
type State int

// The states.
const (
	Unsaid   State = iota // nothing
	Running               // it says that it goes on
	Finished              // it says that it is done
	Failed                // it says that it went wrong
	Killed                // it says that it was stopped
)

// NewRow is a row that tells no place.
func NewRow() Row {
	nan := math.NaN()
	return Row{Step: nan, Epoch: nan, Tokens: nan, Time: nan, Elapsed: nan}
}

// Add adds a row with the values that were put since the last one.
func (f *Found) Add(r Row) {
	r.Values = f.values[f.taken:len(f.values):len(f.values)]
	f.taken = len(f.values)
	f.Rows = append(f.Rows, r)
}

// Put adds a value to the row that is added next.
func (f *Found) Put(tag string, number float64, short bool) {
	f.values = append(f.values, Value{tag, number, short})
}

// Print adds a line of the program's output. Of many only the latest are kept.
func (f *Found) Print(line string) {
	if f.Lines = append(f.Lines, line); len(f.Lines) >= 2*mostLines {
		f.Lines = append(f.Lines[:0], f.Lines[mostLines:]...)
	}
}

// drop forgets the values that were put since the last row.
func (f *Found) drop() { f.values = f.values[:f.taken] }

// Skip counts a record that could not be read. The first reason is kept.
func (f *Found) Skip(why string) {
	if f.Bad == 0 {
		f.Why = why
	}
	f.Bad++
}

// Clear makes room for what is found next. Rows that were taken before are void.
func (f *Found) Clear() {
	*f = Found{Rows: f.Rows[:0], values: f.values[:0]}
}

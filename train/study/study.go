package study

import "time"

// Study is a question put to the trainer and what has been found so far. It
// is immutable.
type Study struct {
	Name    string
	Title   string
	About   string // what it claims and how it is measured, a paragraph
	State   State
	Err     string  // why it failed
	Doing   string  // what it does just now; "" if nothing
	Share   float64 // of its work that is done, 0 … 1
	Elapsed time.Duration
	Evals   int64 // gradient evaluations taken so far, all trials together
	Claims  []Claim
	Tables  []Table
	Figures []Figure
	Notes   []string // what must be known to read the rest, a sentence each
	Recipes []string // to paste
}

// State is how far a study is.
type State int

// The states of a study.
const (
	Waiting State = iota
	Underway
	Done
	Failed // by an error, or a verdict
	Ended  // before it was done, with the program
)

// String is the state in a word.
func (s State) String() string {
	return [...]string{"waiting", "under way", "done", "failed", "ended"}[s]
}

// Claim is a sentence that can be wrong.
type Claim struct {
	Text      string
	Predicted string // by theory, or measured elsewhere
	Measured  string
	Verdict   Verdict
}

// Verdict says whether what was measured is what was predicted.
type Verdict int

// The verdicts.
const (
	Pending Verdict = iota // not measured yet
	Holds
	Fails
)

// String is the verdict in a word.
func (v Verdict) String() string { return [...]string{"pending", "holds", "fails"}[v] }

// Judge is Holds if ok, else Fails.
func Judge(ok bool) Verdict {
	if ok {
		return Holds
	}
	return Fails
}

// Table is rows of text under a head.
type Table struct {
	Name  string // of its file, without folder and ending
	Title string
	Head  []string
	Rows  [][]string
}

// Failing are the claims that fail.
func (s *Study) Failing() []Claim {
	var out []Claim
	for _, c := range s.Claims {
		if c.Verdict == Fails {
			out = append(out, c)
		}
	}
	return out
}

// Over says whether nothing more will be found.
func (s State) Over() bool { return s == Done || s == Failed || s == Ended }

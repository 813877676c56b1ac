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
	Failed // by an error, or a claim that is refuted
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
	RefutedBy string // the outcome that would refute it, in words
	Verdict   Verdict
}

// Verdict says whether what was measured is what was predicted. What is
// measured has an interval: where that reaches over the bound of what the claim
// allows, the measurement decides nothing, which is neither for the claim nor
// against it.
type Verdict int

// The verdicts.
const (
	Pending    Verdict = iota // not measured yet
	Holds                     // the whole interval is what the claim allows
	Refuted                   // nothing in the interval is
	Unresolved                // some of it is
)

// Verdicts are all there are, in the order in which they are counted.
var Verdicts = [...]Verdict{Holds, Refuted, Unresolved, Pending}

// String is the verdict in words.
func (v Verdict) String() string {
	return [...]string{"pending", "holds", "refuted", "not resolved"}[v]
}

// Of is the verdict of n claims in words.
func (v Verdict) Of(n int) string {
	if v == Holds && n != 1 {
		return "hold"
	}
	return v.String()
}

// Sign is the verdict in a letter.
func (v Verdict) Sign() string { return [...]string{"·", "✓", "✗", "?"}[v] }

// Judge is the verdict on what is known without an interval: Holds if ok, else Refuted.
func Judge(ok bool) Verdict {
	if ok {
		return Holds
	}
	return Refuted
}

// All is the verdict on a claim of several parts, all of which must hold: it is
// refuted by one of them, and not resolved if one of them is not.
func All(parts ...Verdict) Verdict {
	out := Holds
	for _, v := range parts {
		switch {
		case v == Refuted:
			return Refuted
		case v == Pending || v == Unresolved && out == Holds:
			out = v
		}
	}
	return out
}

// Tally is how many claims have each verdict.
type Tally [len(Verdicts)]int

// TallyOf counts the claims of some studies.
func TallyOf(studies ...Study) Tally {
	var n Tally
	for i := range studies {
		for _, c := range studies[i].Claims {
			n[c.Verdict]++
		}
	}
	return n
}

// Table is rows of text under a head.
type Table struct {
	Name  string // of its file, without folder and ending
	Title string
	Head  []string
	Rows  [][]string
}

// Refuted are the claims that are.
func (s *Study) Refuted() []Claim {
	var out []Claim
	for _, c := range s.Claims {
		if c.Verdict == Refuted {
			out = append(out, c)
		}
	}
	return out
}

// Over says whether nothing more will be found.
func (s State) Over() bool { return s == Done || s == Failed || s == Ended }

package search

import (
	"errors"
	"math"
	"slices"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
)

// Bracket is the values of one recipe.
type Bracket struct {
	Recipe     optimizers.Recipe
	Best       *Candidate // of those that trained to the end, nil if all diverged
	least      int64      // evaluations before which its values are not compared
	candidates []*Candidate
}

// Candidate is one value of the key.
type Candidate struct {
	Recipe optimizers.Recipe // with the value
	Value  float64
	trials []*train.Trial // one a seed; nil once it is out
	scores []float64      // of each, NaN until it is known
	evals  int64          // taken by all
	out    bool           // it goes no further
}

// ErrNothing says that no value of a recipe is any good.
var ErrNothing = errors.New("every value diverged")

// median is the middle score of the seeds that are known.
func (c *Candidate) median() float64 { return trials.Median(c.scores) }

// diverged says how many of the trials have.
func (c *Candidate) diverged() int {
	n := 0
	for _, s := range c.scores {
		if math.IsInf(s, 1) {
			n++
		}
	}
	return n
}

// trained is the mean evaluations of the trials that have begun: what diverged
// has not come to the rung.
func (c *Candidate) trained() float64 {
	begun := 0
	for _, s := range c.scores {
		if !math.IsNaN(s) {
			begun++
		}
	}
	return float64(c.evals) / float64(max(1, begun))
}

// leave takes a value out of the search, and lets go of its trials.
func (c *Candidate) leave() { c.out, c.trials = true, nil }

// cut keeps the values that are best so far.
func (b *Bracket) cut(keep int) {
	for _, c := range b.ranked()[min(keep, len(b.ranked())):] {
		c.leave()
	}
	for _, c := range b.candidates { // what diverged with most seeds comes back to nothing
		if math.IsInf(c.median(), 1) {
			c.leave()
		}
	}
}

// ranked are the values still in, the best first; of two that are equal, the smaller.
func (b *Bracket) ranked() []*Candidate {
	in := slices.DeleteFunc(slices.Clone(b.candidates), func(c *Candidate) bool { return c.out })
	slices.SortStableFunc(in, func(x, y *Candidate) int {
		switch mx, my := x.median(), y.median(); {
		case mx < my:
			return -1
		case mx > my:
			return 1
		}
		return 0
	})
	return in
}

// choose takes the best of the values that trained to the end.
func (b *Bracket) choose() {
	if in := b.ranked(); len(in) > 0 && !math.IsInf(in[0].median(), 1) {
		b.Best = in[0]
	}
}

// alive is how many values are still in.
func alive(brackets []*Bracket) int {
	n := 0
	for _, b := range brackets {
		n += len(b.ranked())
	}
	return n
}

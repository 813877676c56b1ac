package search

import (
	"fmt"
	"math"
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
	"optwatch/train/view"
)

// Halving finds the best value of a key for each recipe, all with the same
// budget of gradient evaluations, by successive halving: every value trains for
// an eighth of the budget, with all seeds; the better half goes on to a
// quarter, the best of these to a half and the best two to the whole. Trials go
// on, they do not begin again. What is cut early is cut by what it has reached
// so far, and a large learning rate is early ahead of the one that ends best:
// so two reach the end, and halves are kept, not thirds.
//
// Reference: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.
type Halving struct {
	Bench   *train.Bench
	Recipes []optimizers.Recipe // without the key
	Values  Values
	Seeds   int
	Seed    uint64                    // the first
	Evals   int64                     // of a trial
	Full    bool                      // no halving: every value trains to the end
	Score   func(train.Point) float64 // what is to be small; +Inf for a failure
	Changed func([]*Bracket)          // called when something is known anew; nil for nobody
	Span    trials.Span               // of the page's progress
}

// beforeCut times what its first step takes is what a recipe has trained before
// its values are compared: of methods that begin with a full gradient nothing is
// known earlier.
const beforeCut = 2

// finalists is how many values of a recipe train to the end.
const finalists = 2

// firstRung is the fraction of the budget after which the first values go.
const firstRung = 1.0 / 8

// LineUp makes all trials, or says which could not take a single step.
func (h *Halving) LineUp() ([]*Bracket, error) {
	var out []*Bracket
	for _, recipe := range h.Recipes {
		b := &Bracket{Recipe: recipe}
		for _, value := range h.Values.List {
			c, err := h.candidate(recipe.With(h.Values.Key, Text(value)), value)
			if err != nil {
				return nil, train.ConfigError{Err: err}
			}
			b.candidates = append(b.candidates, c)
			b.least = beforeCut * c.trials[0].FirstCost()
		}
		out = append(out, b)
	}
	return out, nil
}

func (h *Halving) candidate(recipe optimizers.Recipe, value float64) (*Candidate, error) {
	c := &Candidate{Recipe: recipe, Value: value}
	for i := range h.Seeds {
		t, err := h.Bench.TrialOf(recipe, h.Seed+uint64(i), h.Evals)
		if err != nil {
			return nil, err
		}
		if cost := t.FirstCost(); cost > h.Evals {
			return nil, fmt.Errorf("the first step of %s takes %d evaluations, above the budget of %d", recipe, cost, h.Evals)
		}
		c.trials = append(c.trials, t.Bare())
		c.scores = append(c.scores, math.NaN())
	}
	return c, nil
}

// Run searches among what LineUp has made, in a session, and spends on a page.
func (h *Halving) Run(s *trials.Session, p *study.Page, brackets []*Bracket) error {
	if h.Changed == nil {
		h.Changed = func([]*Bracket) {}
	}
	for _, rung := range h.rungs() {
		p.Doing(fmt.Sprintf("%d values to %d evaluations", alive(brackets), rung))
		if err := h.climb(s, p, brackets, rung); err != nil {
			return err
		}
		for _, b := range brackets {
			if rung >= b.least && rung < h.Evals {
				b.cut(h.kept(rung))
			}
		}
	}
	for _, b := range brackets {
		b.choose()
	}
	h.Changed(brackets)
	return nil
}

// rungs are the counts of evaluations at which values are compared.
func (h *Halving) rungs() []int64 {
	var out []int64
	for fraction := firstRung; fraction < 1 && !h.Full; fraction *= 2 {
		if rung := int64(fraction * float64(h.Evals)); rung > 0 {
			out = append(out, rung)
		}
	}
	return append(out, h.Evals)
}

// kept is how many values go on after a rung: half after the first, and half
// of these after each of the next, also where a bracket has left out the first.
func (h *Halving) kept(rung int64) int {
	fraction := float64(rung) / float64(h.Evals)
	return max(finalists, int(math.Ceil(float64(len(h.Values.List))*firstRung/2/fraction)))
}

// entrant is one seed of a candidate, on its way to a rung.
type entrant struct {
	*Candidate
	seed int
}

// entrants are all that go to a rung. The first seed of every value comes
// first, so that the whole curve is soon to be seen.
func (h *Halving) entrants(brackets []*Bracket, rung int64) []entrant {
	var out []entrant
	for seed := range h.Seeds {
		for _, b := range brackets {
			if rung < b.least && rung < h.Evals {
				continue
			}
			for _, c := range b.ranked() {
				out = append(out, entrant{c, seed})
			}
		}
	}
	return out
}

// climb takes all trials that are still in to a rung.
func (h *Halving) climb(s *trials.Session, p *study.Page, brackets []*Bracket, rung int64) error {
	entrants := h.entrants(brackets, rung)
	var mu sync.Mutex
	done := 0
	return s.Each(len(entrants), func(i int) error {
		c, seed := entrants[i].Candidate, entrants[i].seed
		t := c.trials[seed]
		before := t.Evals()
		_, err := trials.Advance(p, t, rung)
		mu.Lock()
		defer mu.Unlock()
		done++
		c.scores[seed], c.evals = scoreOf(t, h.Score), c.evals+t.Evals()-before
		p.Progress(h.Span.At(h.progress(rung, float64(done)/float64(len(entrants)))))
		h.Changed(brackets)
		return err
	})
}

// progress is the fraction of the search that is done when so much of a rung is.
func (h *Halving) progress(rung int64, part float64) float64 {
	total, done, before, n := 0.0, 0.0, int64(0), len(h.Values.List)
	for _, r := range h.rungs() {
		work := float64(n) * float64(r-before)
		total += work
		switch {
		case r < rung:
			done += work
		case r == rung:
			done += part * work
		}
		before, n = r, min(n, h.kept(r))
	}
	return done / total
}

// scoreOf is what a trial is judged by where it stands.
func scoreOf(t *train.Trial, score func(train.Point) float64) float64 {
	if state, _ := t.State(); state == view.Diverged {
		return math.Inf(1)
	}
	if v := score(t.Last()); !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}

// EvalsOf is the cost of a bracket, and of the whole grid without halving.
func (h *Halving) EvalsOf(b *Bracket) (taken, whole int64) {
	for _, c := range b.candidates {
		taken += c.evals
	}
	return taken, int64(len(b.candidates)) * int64(h.Seeds) * h.Evals
}

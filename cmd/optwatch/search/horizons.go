package search

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
)

// Horizons finds the best value of a key for each of several budgets, for
// recipes whose schedule is laid out for its budget. Such a trial says nothing
// before its end: until then its steps are long, and the value that ends best is
// often behind. So none is cut under way, as Halving does. With the shortest
// budget the whole grid trains; with each longer one the best of the budget
// before and smaller ones, as long as they are better: the longer SGD trains, the
// smaller the best step, like (log T)/T where the objective is strongly convex.
//
// Reference: Bottou, Curtis and Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 2018, section 4.
type Horizons struct {
	Bench   *train.Bench
	Key     string
	Budgets []int64 // gradient evaluations of a trial, rising
	Seeds   int
	Seed    uint64                    // the first
	Score   func(train.Point) float64 // what is to be small; +Inf for a failure
	Span    trials.Span               // of the page's progress
}

// Ladder is the values of one recipe, by budget.
type Ladder struct {
	Recipe optimizers.Recipe // without the key
	Values []float64         // rising
	Evals  int64             // that all its trials have taken
	scores [][]float64       // [budget][value], the median of the seeds; NaN where it was not tried
}

// Best is the recipe with the value that is best with a budget, and its place
// among the values; −1 if every one that was tried diverged.
func (l *Ladder) Best(budget int) int {
	best := -1
	for i, score := range l.scores[budget] {
		if !math.IsNaN(score) && !math.IsInf(score, 1) && (best < 0 || score < l.scores[budget][best]) {
			best = i
		}
	}
	return best
}

// Tried are the values that trained with a budget.
func (l *Ladder) Tried(budget int) []float64 {
	var out []float64
	for i, score := range l.scores[budget] {
		if !math.IsNaN(score) {
			out = append(out, l.Values[i])
		}
	}
	return out
}

// wanted are the values that are still to be tried with a budget: none once the
// best has been tried with the one below it.
func (l *Ladder) wanted(budget int) []int {
	var out []int
	add := func(i int) {
		if i >= 0 && i < len(l.Values) && math.IsNaN(l.scores[budget][i]) {
			out = append(out, i)
		}
	}
	at := l.Best(budget)
	if at < 0 && budget > 0 && len(l.Tried(budget)) == 0 {
		at = l.Best(budget - 1)
		add(at)
	}
	if at < 0 { // nothing is known
		for i := range l.Values {
			add(i)
		}
		return out
	}
	add(at - 1)
	return out
}

// errand is one seed of a value of a ladder.
type errand struct {
	ladder      *Ladder
	value, seed int
}

// Run searches for all ladders at the same time, in a session, and spends on a page.
func (h *Horizons) Run(s *trials.Session, p *study.Page, ladders []*Ladder) error {
	for _, l := range ladders {
		l.scores = make([][]float64, len(h.Budgets))
		for k := range l.scores {
			l.scores[k] = slices.Repeat([]float64{math.NaN()}, len(l.Values))
		}
	}
	total, done := 0.0, 0.0
	for _, evals := range h.Budgets {
		total += float64(evals)
	}
	for k, evals := range h.Budgets {
		for {
			errands := h.errands(ladders, k)
			if len(errands) == 0 {
				break
			}
			p.Doing(fmt.Sprintf("%d trials of %d evaluations each", len(errands), evals))
			if err := h.run(s, p, k, errands); err != nil {
				return err
			}
		}
		done += float64(evals)
		p.Progress(h.Span.At(done / total))
	}
	return nil
}

func (h *Horizons) errands(ladders []*Ladder, budget int) []errand {
	var out []errand
	for _, l := range ladders {
		for _, value := range l.wanted(budget) {
			for seed := range h.Seeds {
				out = append(out, errand{l, value, seed})
			}
		}
	}
	return out
}

// run trains errands to the end of a budget, and enters the medians.
func (h *Horizons) run(s *trials.Session, p *study.Page, budget int, errands []errand) error {
	scores := make([]float64, len(errands))
	var mu sync.Mutex
	err := s.Each(len(errands), func(i int) error {
		e := errands[i]
		t, err := h.Bench.TrialOf(e.ladder.Recipe.With(h.Key, Text(e.ladder.Values[e.value])), h.Seed+uint64(e.seed), h.Budgets[budget])
		if err != nil {
			return train.ConfigError{Err: err}
		}
		_, err = trials.Advance(p, t.Bare(), h.Budgets[budget])
		mu.Lock()
		defer mu.Unlock()
		scores[i], e.ladder.Evals = scoreOf(t, h.Score), e.ladder.Evals+t.Evals()
		return err
	})
	if err != nil {
		return err
	}
	for i := 0; i < len(errands); i += h.Seeds {
		e := errands[i]
		e.ladder.scores[budget][e.value] = trials.Median(scores[i : i+h.Seeds])
	}
	return nil
}

package lab

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"optwatch/train"
	"optwatch/train/study"
)

// A search finds the best value of a key for each recipe, all with the same
// budget of gradient evaluations, by successive halving: every value trains for
// an eighth of the budget, with all seeds; the better half goes on to a
// quarter, the best of these to a half and the best two to the whole. Trials go
// on, they do not begin again. What is cut early is cut by what it has reached
// so far, and a large learning rate is early ahead of the one that ends best:
// so two reach the end, and halves are kept, not thirds.
//
// Reference: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.
type search struct {
	bench   *train.Bench
	recipes []string // without the key
	values  Values
	seeds   int
	seed    uint64                    // the first
	evals   int64                     // of a trial
	full    bool                      // no halving: every value trains to the end
	score   func(train.Point) float64 // what is to be small; +Inf for a failure
	changed func([]*bracket)          // called when something is known anew; nil for nobody
	part    [2]float64                // of the page's work, from and to; the zero value is all of it
}

// beforeCut times what its first step takes is what a recipe has trained before
// its values are compared: of methods that begin with a full gradient nothing is
// known earlier.
const beforeCut = 2

// finalists is how many values of a recipe train to the end.
const finalists = 2

// firstRung is the share of the budget after which the first values go.
const firstRung = 1.0 / 8

// bracket is the values of one recipe.
type bracket struct {
	recipe     string
	least      int64 // evaluations before which its values are not compared
	candidates []*candidate
	best       *candidate // of those that trained to the end, nil if all diverged
}

// candidate is one value of the key.
type candidate struct {
	recipe string
	value  float64
	trials []*train.Trial // one a seed; nil once it is out
	scores []float64      // of each, NaN until it is known
	evals  int64          // taken by all
	out    bool           // it goes no further
}

// median is the middle score of the seeds that are known.
func (c *candidate) median() float64 { return band(c.scores).mid }

// diverged says how many of the trials have.
func (c *candidate) diverged() int {
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
func (c *candidate) trained() float64 {
	begun := 0
	for _, s := range c.scores {
		if !math.IsNaN(s) {
			begun++
		}
	}
	return float64(c.evals) / float64(max(1, begun))
}

// spread is a middle with a band around it.
type spread struct{ lo, mid, hi float64 }

// band is the median of the values that are known and how far they spread about it; NaN if there is none.
func band(values []float64) spread {
	lo, mid, hi := train.Spread(slices.Clone(values), len(values))
	return spread{lo, mid, hi}
}

// run searches among what lineUp has made, in a session, and spends on a page.
func (f *search) run(s *session, p *study.Page, brackets []*bracket) error {
	if f.changed == nil {
		f.changed = func([]*bracket) {}
	}
	if f.part[1] == 0 {
		f.part[1] = 1
	}
	for _, rung := range f.rungs() {
		p.Doing(fmt.Sprintf("%d values to %d evaluations", alive(brackets), rung))
		if err := f.climb(s, p, brackets, rung); err != nil {
			return err
		}
		for _, b := range brackets {
			if rung >= b.least && rung < f.evals {
				b.cut(f.kept(rung))
			}
		}
	}
	for _, b := range brackets {
		b.choose()
	}
	f.changed(brackets)
	return nil
}

// lineUp makes all trials, or says which could not take a single step.
func (f *search) lineUp() ([]*bracket, error) {
	var out []*bracket
	for _, recipe := range f.recipes {
		b := &bracket{recipe: recipe}
		for _, value := range f.values.List {
			c := &candidate{recipe: with(recipe, f.values.Key, in(value)), value: value}
			for i := range f.seeds {
				t, err := f.bench.Trial(c.recipe, f.seed+uint64(i), f.evals)
				if err != nil {
					return nil, train.ConfigError{Err: err}
				}
				if cost := t.FirstCost(); cost > f.evals {
					return nil, train.ConfigError{Err: fmt.Errorf("the first step of %s takes %d evaluations, above the budget of %d", c.recipe, cost, f.evals)}
				}
				c.trials = append(c.trials, t.Bare())
				c.scores = append(c.scores, math.NaN())
			}
			b.candidates = append(b.candidates, c)
			b.least = beforeCut * c.trials[0].FirstCost()
		}
		out = append(out, b)
	}
	return out, nil
}

// with is a recipe with one more setting.
func with(recipe, key, value string) string {
	sign := ","
	if !slices.Contains([]byte(recipe), ':') {
		sign = ":"
	}
	return recipe + sign + key + "=" + value
}

// rungs are the counts of evaluations at which values are compared.
func (f *search) rungs() []int64 {
	var out []int64
	for share := firstRung; share < 1 && !f.full; share *= 2 {
		if rung := int64(share * float64(f.evals)); rung > 0 {
			out = append(out, rung)
		}
	}
	return append(out, f.evals)
}

// kept is how many values go on after a rung: half after the first, and half
// of these after each of the next, also where a bracket has left out the first.
func (f *search) kept(rung int64) int {
	share := float64(rung) / float64(f.evals)
	return max(finalists, int(math.Ceil(float64(len(f.values.List))*firstRung/2/share)))
}

// cut keeps the values that are best so far.
func (b *bracket) cut(keep int) {
	for _, c := range b.ranked()[min(keep, len(b.ranked())):] {
		c.out, c.trials = true, nil
	}
	for _, c := range b.candidates { // what diverged with most seeds comes back to nothing
		if math.IsInf(c.median(), 1) {
			c.out, c.trials = true, nil
		}
	}
}

// ranked are the values still in, the best first; of two that are equal, the smaller.
func (b *bracket) ranked() []*candidate {
	in := slices.DeleteFunc(slices.Clone(b.candidates), func(c *candidate) bool { return c.out })
	slices.SortStableFunc(in, func(x, y *candidate) int {
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
func (b *bracket) choose() {
	if in := b.ranked(); len(in) > 0 && !math.IsInf(in[0].median(), 1) {
		b.best = in[0]
	}
}

func alive(brackets []*bracket) int {
	n := 0
	for _, b := range brackets {
		n += len(b.ranked())
	}
	return n
}

// climb takes all trials that are still in to a rung.
func (f *search) climb(s *session, p *study.Page, brackets []*bracket, rung int64) error {
	type task struct {
		c    *candidate
		seed int
	}
	var tasks []task // the first seed of every value comes first, so that the whole curve is soon to be seen
	for seed := range f.seeds {
		for _, b := range brackets {
			if rung < b.least && rung < f.evals {
				continue
			}
			for _, c := range b.ranked() {
				tasks = append(tasks, task{c, seed})
			}
		}
	}
	var mu sync.Mutex
	done := 0
	return s.each(len(tasks), func(i int) error {
		c, seed := tasks[i].c, tasks[i].seed
		t := c.trials[seed]
		before := t.Evals()
		_, err := advance(p, t, rung)
		mu.Lock()
		defer mu.Unlock()
		done++
		c.scores[seed], c.evals = f.scoreOf(t), c.evals+t.Evals()-before
		p.Progress(f.part[0] + (f.part[1]-f.part[0])*f.share(rung, float64(done)/float64(len(tasks))))
		f.changed(brackets)
		return err
	})
}

// share is how much of the search is done in the middle of a rung.
func (f *search) share(rung int64, part float64) float64 {
	total, done, before, n := 0.0, 0.0, int64(0), len(f.values.List)
	for _, r := range f.rungs() {
		work := float64(n) * float64(r-before)
		total += work
		switch {
		case r < rung:
			done += work
		case r == rung:
			done += part * work
		}
		before, n = r, min(n, f.kept(r))
	}
	return done / total
}

// scoreOf is what a trial is judged by where it stands.
func (f *search) scoreOf(t *train.Trial) float64 {
	if state, _ := t.State(); state == train.Diverged {
		return math.Inf(1)
	}
	if v := f.score(t.Last()); !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}

// evalsOf is the cost of a bracket, and of the whole grid without halving.
func (f *search) evalsOf(b *bracket) (taken, whole int64) {
	for _, c := range b.candidates {
		taken += c.evals
	}
	return taken, int64(len(b.candidates)) * int64(f.seeds) * f.evals
}

// errNothing says that no value of a recipe is any good.
var errNothing = errors.New("every value diverged")

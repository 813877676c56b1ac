package lab

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/study"
)

// Options are what a session of the laboratory needs to know.
type Options struct {
	// Load reads the data with some validation examples: none for 0, as many as
	// is usual for a negative number.
	Load      func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error)
	Catalogue optimizers.Catalogue
	Seed      uint64
	Threads   int    // training slots; 0 for one a processor
	Quick     bool   // fewer seeds and shorter searches: a look, in a fraction of the time
	Cache     string // folder of certified optima; "" for none
}

// Experiment is one of the laboratory.
type Experiment struct {
	Name  string
	Title string
	About string
	run   func(s *session, p *study.Page) error
}

// Experiments are all there are, in the order in which they are told.
func Experiments() []Experiment {
	return []Experiment{compare, federated, rates, batchSize, variance, amsgrad, adamw, linearScaling, dp}
}

// Find are the experiments of some names, all of them for "all".
func Find(names []string) ([]Experiment, error) {
	all := Experiments()
	var out []Experiment
	for _, name := range names {
		if name == "all" {
			return all, nil
		}
		i := slices.IndexFunc(all, func(e Experiment) bool { return e.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no experiment %q; there are: %s, and all", name, list(all))
		}
		out = append(out, all[i])
	}
	return out, nil
}

func list(all []Experiment) string {
	text := ""
	for i, e := range all {
		if i > 0 {
			text += ", "
		}
		text += e.Name
	}
	return text
}

// Open is a notebook with a page for each experiment.
func Open(chosen []Experiment) *study.Notebook {
	studies := make([]study.Study, len(chosen))
	for i, e := range chosen {
		studies[i] = study.Study{Name: e.Name, Title: e.Title, About: e.About}
	}
	return study.NewNotebook(nil, studies...)
}

// Run makes the experiments one after another, each on its page. A failed one
// does not keep the next from running: its page says what failed. The error is
// of the context.
func Run(ctx context.Context, o Options, chosen []Experiment, book *study.Notebook) error {
	s := newSession(ctx, o, book)
	defer s.close()
	for i, p := range book.Pages() {
		if ctx.Err() == nil {
			p.Begin()
			p.End(s.outcome(chosen[i].run, p))
		} else {
			p.End(study.Ended, "")
		}
	}
	return ctx.Err()
}

// outcome runs an experiment, and says how it ended.
func (s *session) outcome(run func(*session, *study.Page) error, p *study.Page) (state study.State, why string) {
	defer func() {
		if fault := recover(); fault != nil {
			state, why = study.Failed, fmt.Sprintf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	err := run(s, p)
	found := p.Study()
	switch failing := found.Failing(); {
	case s.ctx.Err() != nil:
		return study.Ended, ""
	case err != nil:
		return study.Failed, err.Error()
	case len(failing) > 0:
		return study.Failed, fmt.Sprintf("%d of %d claims", len(failing), len(found.Claims))
	}
	return study.Done, ""
}

// session is what the experiments of a session share.
type session struct {
	ctx     context.Context
	o       Options
	book    *study.Notebook
	sets    map[int]*data.Dataset // by validation examples
	benches map[problem]*train.Bench
}

// problem is what a bench is for.
type problem struct {
	model string
	l2    float64
	val   int // validation examples; 0 to train on all, negative for as many as is usual
}

func newSession(ctx context.Context, o Options, book *study.Notebook) *session {
	return &session{ctx: ctx, o: o, book: book, sets: map[int]*data.Dataset{}, benches: map[problem]*train.Bench{}}
}

func (s *session) close() {
	for _, b := range s.benches {
		b.Close()
	}
}

// dataset reads the data, once.
func (s *session) dataset(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
	if ds := s.sets[val]; ds != nil {
		return ds, nil
	}
	ds, err := s.o.Load(ctx, val, progress)
	if err == nil {
		s.sets[val] = ds
		s.book.SetAbout(fmt.Sprintf("%s · %d + %d + %d examples", ds.Name, ds.Train.Len(), ds.Val.Len(), ds.Test.Len()))
	}
	return ds, err
}

// bench is the bench of a problem. Only the session's own goroutine asks.
func (s *session) bench(p problem) (*train.Bench, error) {
	if b := s.benches[p]; b != nil {
		return b, nil
	}
	b, err := train.NewBench(s.ctx, train.Config{
		Load: func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			return s.dataset(ctx, p.val, progress)
		},
		Model: p.model, L2: p.l2, Seed: s.o.Seed, Threads: s.o.Threads, Catalogue: s.o.Catalogue, Cache: s.o.Cache,
	})
	if err == nil {
		s.benches[p] = b
	}
	return b, err
}

// each calls do for 0 … n−1, some at the same time, and waits for all. After
// an error no other call begins; the first is returned.
func (s *session) each(n int, do func(i int) error) error {
	group, ctx := errgroup.WithContext(s.ctx)
	group.SetLimit(cap(train.NewSlots(s.o.Threads)) + 1) // one more than train at once, so that no slot is ever idle
	for i := range n {
		group.Go(func() (err error) {
			defer func() {
				if fault := recover(); fault != nil {
					err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
				}
			}()
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return do(i)
		})
	}
	return group.Wait()
}

// errStopped says that a trial was cut short, because the session is.
var errStopped = errors.New("stopped")

// advance takes a trial to a count of evaluations, and adds them to the page's.
// That it diverges is a result.
func advance(p *study.Page, t *train.Trial, evals int64) (train.State, error) {
	before := t.Evals()
	state, why := t.Advance(evals)
	p.Spend(t.Evals() - before)
	switch state {
	case train.Failed:
		return state, errors.New(why)
	case train.Stopped:
		return state, errStopped
	}
	return state, nil
}

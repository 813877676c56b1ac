// Package trials runs trials of recipes for studies: on benches of one data
// set, as many at the same time as there are training slots, several seeds of
// each, with the median and the band of what the seeds give.
//
// The same seed gives the same numbers for any number of slots.
package trials

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/study"
	"optwatch/train/view"
)

// Options are what a session needs to know.
type Options struct {
	// Load reads the data with some validation examples: none for 0, as many as
	// is usual for a negative number.
	Load      func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error)
	Catalogue optimizers.Catalogue
	Seed      uint64
	Threads   int    // training slots; 0 for one a processor
	Cache     string // folder of certified optima; "" for none
}

// Session is what the studies of one notebook have in common: the data, which
// is read once, and a bench for each problem. Its own goroutine alone asks for
// them.
type Session struct {
	Options
	ctx      context.Context
	notebook *study.Notebook
	sets     map[int]*data.Dataset // by validation examples
	benches  map[Problem]*train.Bench
}

// Problem is what a bench is for.
type Problem struct {
	Model    string
	Settings train.ModelSettings // of the model
	L2       float64
	Val      int // validation examples; 0 to train on all, negative for as many as is usual
}

// NewSession is a session that ends with a context. Close ends its benches.
func NewSession(ctx context.Context, o Options, notebook *study.Notebook) *Session {
	return &Session{Options: o, ctx: ctx, notebook: notebook, sets: map[int]*data.Dataset{}, benches: map[Problem]*train.Bench{}}
}

// Close ends every bench.
func (s *Session) Close() {
	for _, b := range s.benches {
		b.Close()
	}
}

// Context is what the session ends with.
func (s *Session) Context() context.Context { return s.ctx }

// Dataset reads the data, once.
func (s *Session) Dataset(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
	if ds := s.sets[val]; ds != nil {
		return ds, nil
	}
	ds, err := s.Load(ctx, val, progress)
	if err == nil {
		s.sets[val] = ds
		s.notebook.SetAbout(s.about())
	}
	return ds, err
}

// about names the data and its parts, each way in which studies have divided it.
func (s *Session) about() string {
	text, name := "", ""
	for _, val := range slices.Sorted(maps.Keys(s.sets)) {
		ds := s.sets[val]
		parts := fmt.Sprintf("%d + %d + %d", ds.Train.Len(), ds.Val.Len(), ds.Test.Len())
		if name = ds.Name; text != "" {
			parts = ", or " + parts
		}
		text += parts
	}
	return name + " · " + text + " examples"
}

// Bench is the bench of a problem.
func (s *Session) Bench(p Problem) (*train.Bench, error) {
	if b := s.benches[p]; b != nil {
		return b, nil
	}
	b, err := train.NewBench(s.ctx, train.Config{
		Load: func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			return s.Dataset(ctx, p.Val, progress)
		},
		Model: p.Model, Settings: p.Settings, L2: p.L2, Seed: s.Seed, Threads: s.Threads, Catalogue: s.Catalogue, Cache: s.Cache,
	})
	if err == nil {
		s.benches[p] = b
	}
	return b, err
}

// TrialSeed is the seed of the i-th of several trials that are alike but for
// what is drawn. Sessions with other seeds have none of them in common.
func (s *Session) TrialSeed(i int) uint64 { return s.Seed + uint64(i)<<32 }

// Each calls work for 0 … n−1, some at the same time, and waits for all. After
// an error no other call begins; the first is returned.
func (s *Session) Each(n int, work func(i int) error) error {
	group, ctx := errgroup.WithContext(s.ctx)
	group.SetLimit(cap(train.NewSlots(s.Threads)) + 1) // one more than train at once, so that no slot is ever idle
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
			return work(i)
		})
	}
	return group.Wait()
}

// errStopped says that a trial was cut short, because the session is.
var errStopped = errors.New("stopped")

// Advance takes a trial to a count of evaluations, and adds them to the page's.
// That it diverges is a result.
func Advance(p *study.Page, t *train.Trial, evals int64) (view.State, error) {
	before := t.Evals()
	state, why := t.Advance(evals)
	p.Spend(t.Evals() - before)
	switch state {
	case view.Failed:
		return state, errors.New(why)
	case view.Stopped:
		return state, errStopped
	}
	return state, nil
}

package train

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"optwatch/optimizers"
	"optwatch/train/objective"
)

// crew is the goroutines that work for a run while its own waits for them.
type crew struct {
	run     *oracle
	members []*oracle
	claim   chan struct{}
	next    atomic.Int64
	quit    atomic.Bool
	first   error // what made them quit
}

var _ optimizers.Divisible = (*oracle)(nil)

// Sub is an oracle of some rows with a stream of its own. It shuffles its epochs where
// the one before it did, so that a round of many clients allocates that room once for each
// goroutine; asking for the next therefore ends it.
func (o *oracle) Sub(rows []int32, stream uint64) optimizers.ClientOracle {
	s := *o
	if o.parted == nil {
		o.parted = parted(o.objective)
	}
	s.over, s.objective = o.parted, o.parted
	s.all, s.sampler, s.busy = rows, newSamplerOf(rows, o.sampler.seed, stream), func(string) {}
	if cap(o.order) < len(rows) {
		o.order = make([]int32, 0, len(rows))
	}
	s.sampler.order = o.order[:0]
	s.goOn = s.between
	return &s
}

// parted is an objective for some of its examples, whose gradients are to be the same to
// the bit where a data set has these examples alone: not by columns, which are of blocks
// of all.
func parted(o objective.Objective) objective.Objective {
	if l, ok := o.(*objective.Linear); ok {
		return l.ByRows()
	}
	return o
}

// Count meters evaluations that were made elsewhere.
func (o *oracle) Count(evals int) { o.count(evals) }

// Each divides calls among a crew.
func (o *oracle) Each(n int, do func(o optimizers.Divisible, i int) error) error {
	return o.each(n, func(m *oracle, i int) error { return do(m, i) })
}

// each divides calls among a crew, as many as there are slots. Alone, the
// run's own goroutine makes them.
func (o *oracle) each(n int, do func(m *oracle, i int) error) error {
	size := min(n, cap(o.gate.slots))
	if o.crew == nil || size <= 1 {
		for i := range n {
			if err := do(o, i); err != nil {
				return err
			}
			o.turn.yield()
		}
		return nil
	}
	return o.crew.each(size, n, do)
}

func (c *crew) each(size, n int, do func(m *oracle, i int) error) error {
	c.recruit(size)
	c.next.Store(0)
	c.quit.Store(false)
	c.first = nil
	g := c.run.gate
	g.addCrew(size)
	g.leave()
	var group sync.WaitGroup
	for _, member := range c.members[:size] {
		group.Go(func() {
			defer g.addCrew(-1)
			c.work(member, n, do)
		})
	}
	c.await(&group)
	g.enter()
	if fault := (crewPanic{}); errors.As(c.first, &fault) {
		panic(fault)
	}
	return c.first
}

// recruit makes members that are missing.
func (c *crew) recruit(size int) {
	if c.claim == nil {
		c.claim = make(chan struct{}, 1)
	}
	for len(c.members) < size {
		m := *c.run
		t := *c.run.turn
		m.objective, m.workers, m.parted = m.over.Worker(), map[objective.Objective]objective.Objective{}, nil
		m.pass, m.crew, m.quits, m.order = new(pass), nil, c.quit.Load, nil
		m.turn = &turn{slots: t.slots, claim: c.claim, clock: t.clock, watch: t.watch, onSlice: func() {}}
		m.goOn = m.between
		c.members = append(c.members, &m)
	}
}

// await waits for the crew, and meanwhile says what it does.
func (c *crew) await(group *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	tick := time.NewTicker(10 * slice)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			c.run.turn.onSlice()
		}
	}
}

// crewPanic is a panic of a member, to be raised again where the run recovers it.
type crewPanic struct {
	value any
	stack []byte // of the member
}

func (p crewPanic) Error() string { return fmt.Sprint("panic: ", p.value) }

// work makes calls until none is left or one has failed.
func (c *crew) work(m *oracle, n int, do func(m *oracle, i int) error) {
	m.cut = c.run.cut
	var err error
	defer func() {
		if p := recover(); p != nil {
			err = crewPanic{p, debug.Stack()}
		}
		if err != nil && c.quit.CompareAndSwap(false, true) {
			c.first = err
		}
		if m.turn.has {
			m.turn.leave()
		}
	}()
	m.turn.enter()
	for !c.quit.Load() {
		i := int(c.next.Add(1)) - 1
		if i >= n {
			return
		}
		if err = do(m, i); err != nil {
			return
		}
		m.turn.yield()
	}
}

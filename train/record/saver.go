package record

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"optwatch/train/view"
)

// Save makes a checkpoint of a run at its next step boundary. It may take long,
// and is never asked twice at a time for one run.
type Save func(run int) (Checkpoint, error)

const (
	saveEvery = 10 * time.Second
	// saveRate bounds how fast checkpoints are written, in bytes a second: each
	// goes to the disk twice, into the log beside the file and into the file.
	// Large ones are rarer for it.
	saveRate = 250e3
	// mostState bounds a state, which is read into memory whole. It is a little less
	// than what a row of SQLite may hold, as all of a state once was.
	mostState = 900 << 20
	// largeState is from what on it pays to collect, before a state is written, what it
	// was made of: that is as large again.
	largeState = 64 << 20
	kept       = 2 // checkpoints of a run
)

// saver asks for checkpoints when they are due. Each is taken in a goroutine of
// its own, since a run may be long in coming to a step boundary.
type saver struct {
	save    Save
	every   time.Duration
	number  int64      // of the last checkpoint that was planned
	results chan saved // of those that were asked for
	gone    chan struct{}
	runs    map[int]*standing
	ready   []saved // not written yet, at most one a run
	first   time.Time
}

// standing is how a run stands with its checkpoints.
type standing struct {
	busy       bool      // one is being taken
	asked      time.Time // when the latest was
	at         []float64 // where the run was then
	generation uint64
	size       int    // of the latest
	outcome    int64  // in the latest that was written; 0 for none, or if that was by a process before
	wanted     uint64 // number of the event after which another is wanted; 0 for none
	urgent     bool   // however large it is
	failure    error  // why the latest could not be made; nil if it was
	covered    uint64 // the last event that had been seen when the latest that is written was asked for
}

// saved is what came of asking for a checkpoint.
type saved struct {
	run        int
	seen       uint64 // the last event that had been seen when it was asked for
	checkpoint Checkpoint
	err        error
}

func newSaver(save Save, every time.Duration, number int64) saver {
	if every == 0 {
		every = saveEvery
	}
	return saver{save: save, every: every, number: number, results: make(chan saved), gone: make(chan struct{}), runs: map[int]*standing{}}
}

// want asks for a checkpoint of a run that is taken after an event was seen.
func (s *saver) want(run int, event uint64, urgent bool) {
	r := s.standing(run)
	r.wanted, r.urgent = max(r.wanted, event), r.urgent || urgent
}

// wantBusy asks for another checkpoint of each run of which one is being taken:
// that may be from before the last change.
func (s *saver) wantBusy() {
	for run, r := range s.runs {
		if r.busy {
			s.want(run, 1, true)
		}
	}
}

func (s *saver) standing(run int) *standing {
	r := s.runs[run]
	if r == nil {
		r = &standing{}
		s.runs[run] = r
	}
	return r
}

// start asks for what is due. At the end that is one of every run that has gone
// on since the latest.
func (s *saver) start(snap *view.Snapshot, now time.Time, last bool) {
	if s.save == nil {
		return
	}
	seen := uint64(0)
	if n := len(snap.Events); n > 0 {
		seen = snap.Events[n-1].Number
	}
	rest := max(s.every, s.rest())
	for i := range snap.Runs {
		r := &snap.Runs[i]
		st := s.standing(r.ID)
		at := withoutClock(r.At, snap.Axes)
		if moved := st.generation != r.Generation || !slices.EqualFunc(st.at, at, sameBits); st.busy || !st.due(moved, now, rest, last) {
			continue
		}
		if s.first.IsZero() {
			s.first = now
		}
		st.busy, st.wanted, st.urgent = true, 0, false
		st.asked, st.at, st.generation = now, at, r.Generation
		go s.take(r.ID, seen)
	}
}

// withoutClock is where a run is on the axes on which it stands still while it
// does nothing.
func withoutClock(at []float64, axes []view.Axis) []float64 {
	out := slices.Clone(at)
	for i := range out {
		if i < len(axes) && axes[i].Clock {
			out[i] = 0
		}
	}
	return out
}

// due says whether it is time for a checkpoint of a run that has moved since the
// latest, or has not. There may be one in so much time.
func (st *standing) due(moved bool, now time.Time, rest time.Duration, last bool) bool {
	switch age := now.Sub(st.asked); {
	case st.asked.IsZero():
		return true
	case st.wanted > 0:
		return last || st.urgent || age >= restOf(st.size)
	case last:
		return moved
	default:
		return moved && age >= rest
	}
}

// rest is how long checkpoints of all runs, as large as the latest ones, must
// be apart.
func (s *saver) rest() time.Duration {
	bytes := 0
	for _, r := range s.runs {
		bytes += r.size
	}
	return restOf(bytes)
}

// restOf is how long so many bytes are to take.
func restOf(bytes int) time.Duration {
	return time.Duration(float64(bytes) / saveRate * float64(time.Second))
}

// take takes a checkpoint, and hands it over unless nobody waits any more.
func (s *saver) take(run int, seen uint64) {
	out := saved{run: run, seen: seen}
	out.checkpoint, out.err = s.call(run)
	if len(out.checkpoint.State) >= largeState {
		debug.FreeOSMemory()
	}
	if n := len(out.checkpoint.State); out.err == nil && n > mostState {
		out.err = fmt.Errorf("its state has %d bytes; a record takes %d", n, mostState)
	}
	select {
	case s.results <- out:
	case <-s.gone:
	}
}

// call saves a run. A panic there is that run's own trouble.
func (s *saver) call(run int) (c Checkpoint, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	c, err = s.save(run)
	if err == nil && c.Run != run {
		err = errors.New("the checkpoint is another run's")
	}
	return c, err
}

// arrived takes what came of asking.
func (s *saver) arrived(r saved) {
	st := s.standing(r.run)
	st.busy, st.failure = false, r.err
	if r.err == nil {
		st.size = len(r.checkpoint.State)
	}
	if i := slices.IndexFunc(s.ready, func(o saved) bool { return o.run == r.run }); i >= 0 {
		if r.err != nil { // what was saved before is still the latest that there is
			r.checkpoint, r.err = s.ready[i].checkpoint, s.ready[i].err
		}
		s.ready = slices.Delete(s.ready, i, i+1)
	}
	s.ready = append(s.ready, r)
}

// trouble says of which run no checkpoint can be made, and why; "" of none. Of
// a run that has failed none is missed.
func (s *saver) trouble(snap *view.Snapshot) string {
	for i := range snap.Runs {
		r := &snap.Runs[i]
		if why := s.standing(r.ID).failure; why != nil && !r.State.Ended() {
			text, _, _ := strings.Cut(why.Error(), "\n") // a panic's has its stack below
			return fmt.Sprintf("no checkpoint of %q can be made: %s: a crash undoes what it does now", r.Name, text)
		}
	}
	return ""
}

// underway counts the checkpoints that are being taken.
func (s *saver) underway() int {
	n := 0
	for _, r := range s.runs {
		if r.busy {
			n++
		}
	}
	return n
}

// write plans to write the checkpoints that are there, and says up to which event
// each run's then holds what had happened. The first ones of all runs wait for
// each other, since a line-up goes on from all of them or from none.
func (s *saver) write(p *plan, now time.Time, elapsed time.Duration) (covered map[int]uint64) {
	if s.number == 0 && s.underway() > 0 && now.Sub(s.first) < saveEvery {
		return nil
	}
	covered = map[int]uint64{}
	number, written := s.number, s.ready
	for _, r := range written {
		covered[r.run] = r.seen
		if r.err == nil {
			number++
			p.durable = true
			r.checkpoint.write(p, number, now, elapsed)
			s.dropOutcomes(p, &r.checkpoint)
		}
	}
	p.after(func() {
		s.number, s.ready = number, slices.Delete(s.ready, 0, len(written)) // states are large: nothing keeps them
		for run, event := range covered {
			s.standing(run).covered = event
		}
	})
	return covered
}

// covered is the last event of which a run's newest checkpoint in the record
// holds what came of it, or which it was too late to save.
func (s *saver) covered(run int) uint64 { return s.standing(run).covered }

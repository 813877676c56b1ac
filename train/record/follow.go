package record

import (
	"context"
	"fmt"
	"time"

	"optwatch/train/view"
)

// How often a source is looked at, and how long its runs are waited for at the end.
const (
	lookEvery = 500 * time.Millisecond
	endWithin = 30 * time.Second
	endTries  = 4
)

// follower writes what is new of a source. It belongs to one goroutine.
type follower struct {
	w      *Writer
	source view.Source

	saves    saver
	log      log
	declared declared
	curves   curves
	moments  moments
	foreign  foreign
	devices  devices
	anchor   anchor

	retry   retry
	written time.Duration // how old the experiment was when it was last written
}

// Follow writes what is new of a source twice a second, and checkpoints of its
// runs every ten seconds and whenever something has changed that is no mere
// progress, until ctx ends; then it takes the last checkpoints and returns. Runs
// that come to no step boundary within half a minute are left where they were.
func (w *Writer) Follow(ctx context.Context, s view.Source, save Save) {
	f := newFollower(w, s, save)
	defer close(f.saves.gone)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		snap := f.look()
		f.record(snap, false)
		// After that, so that states which have been written make room for the next.
		f.saves.start(snap, time.Now(), false)
		for more := true; more; { // until it is worth looking again
			select {
			case <-ctx.Done():
				f.finish(tick.C)
				return
			case <-tick.C:
				more = false
			case s := <-f.saves.results:
				f.saves.arrived(s)
				more = f.saves.underway() > 0 // they are written together
			}
		}
	}
}

func newFollower(w *Writer, s view.Source, save Save) *follower {
	return &follower{
		w: w, source: s, saves: newSaver(save, w.Every, w.past.states), log: log{base: w.past.events},
		declared: newDeclared(w.past.columns), curves: newCurves(),
		moments: newMoments(w.past.resumed), devices: newDevices(w.past.resumed), foreign: newForeign(), anchor: anchor{zero: w.Zero},
	}
}

// look takes a snapshot, and the new lines of its log.
func (f *follower) look() *view.Snapshot {
	snap := f.anchor.hold(f.source.Snapshot())
	f.w.mu.Lock()
	f.w.shown, f.w.at = snap, time.Now()
	if len(snap.Runs) > 0 { // else what is gone on with could not even begin
		f.w.ended = allEnded(snap)
	}
	f.w.mu.Unlock()
	f.log.take(snap, &f.saves)
	return snap
}

func allEnded(s *view.Snapshot) bool {
	for i := range s.Runs {
		if !s.Runs[i].State.Ended() {
			return false
		}
	}
	return len(s.Runs) > 0
}

// record writes what is new in a snapshot, and says whether that worked. What
// did not is new the next time too.
func (f *follower) record(snap *view.Snapshot, last bool) bool {
	now := time.Now()
	if !last && now.Before(f.retry.until) {
		return false
	}
	f.w.writing.Lock()
	defer f.w.writing.Unlock()
	if f.w.store == nil {
		return true // it was closed
	}
	if err := f.write(snap, now, last); err != nil {
		f.retry.failed(now)
		f.w.tell(fmt.Sprintf("%s: what happens since %s is not recorded", explain(err), clock(f.written)))
		return false
	}
	f.retry, f.written = retry{}, snap.Elapsed
	f.w.tell(f.saves.trouble(snap))
	return true
}

// write writes what is new. What panics on the way, such as a source that shows
// what there are no words for, must end no training.
func (f *follower) write(snap *view.Snapshot, now time.Time, last bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("recording fails: %v", p)
		}
	}()
	if err := f.w.intact(); err != nil {
		return err
	}
	for more := true; more; {
		p := &plan{}
		f.declared.write(p, snap)
		more = f.curves.write(p, snap, f.declared.active(snap), last)
		late := more && !last && time.Since(now) > writeWithin
		if !more || late {
			f.standings(p, snap, last)
			if !more || f.saves.save == nil {
				f.outcomes(p, snap, now)
			}
			if len(p.statements) > 0 {
				p.add("UPDATE experiment SET written = ?, elapsed = ?", timeText(now), snap.Elapsed.Seconds())
			}
		}
		if len(p.statements) == 0 {
			return nil
		}
		if err := f.w.store.commit(p); err != nil || late {
			return err
		}
	}
	return nil
}

// writeWithin is how long curves are written at a time, where there are so many:
// what else there is to write does not wait longer for them.
const writeWithin = 2 * time.Second

// standings plans to write how runs and devices stand, and what is told of them.
func (f *follower) standings(p *plan, snap *view.Snapshot, last bool) {
	f.w.describe(p)
	f.moments.write(p, snap, last)
	f.foreign.write(p, snap)
	f.devices.write(p, snap)
}

// outcomes plans to write checkpoints, and the log with what came of commands.
// Checkpoints never come before the curves that were there when they were taken.
func (f *follower) outcomes(p *plan, snap *view.Snapshot, now time.Time) {
	covered := f.saves.write(p, now, snap.Elapsed)
	answers := f.log.write(p, func(run int) uint64 { return max(covered[run], f.saves.covered(run)) })
	f.w.takeNotes(p, answers)
}

// finish takes the last checkpoints, waits for them for a while, and writes what
// is left. Lines that still wait for a checkpoint then are lost with the change
// that they tell of.
func (f *follower) finish(tick <-chan time.Time) {
	deadline := time.NewTimer(endWithin)
	defer deadline.Stop()
	f.saves.wantBusy()
	for last, late := true, false; !late; last = false {
		snap := f.look()
		ok := f.record(snap, false)
		f.saves.start(snap, time.Now(), last)
		if f.saves.underway() == 0 && (!ok || !f.log.waiting()) {
			break
		}
		select {
		case <-deadline.C:
			late = true
		case s := <-f.saves.results:
			f.saves.arrived(s)
		case <-tick:
		}
	}
	for range endTries {
		if f.record(f.look(), true) {
			return
		}
		<-tick
	}
}

package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"optwatch/train/view"
)

// lookEvery is how often a source is looked at.
const lookEvery = 500 * time.Millisecond

// Publisher writes the runs of an experiment to some targets.
type Publisher struct {
	Targets    []Target
	Experiment string            // by which its folders are found again
	Say        func(line string) // is told once what cannot be written, and once that it can be again

	mu       sync.Mutex
	troubles map[Target]string
}

// Follow writes what is new of a source twice a second, until ctx ends; then it
// looks for the last time and returns.
func (p *Publisher) Follow(ctx context.Context, source view.Source) {
	f := newFollower(p)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			f.look(source.Snapshot(), true)
			f.close()
			return
		case <-tick.C:
			f.look(source.Snapshot(), false)
		}
	}
}

// Trouble is what cannot be written just now, and why; "" for nothing.
func (p *Publisher) Trouble() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, t := range p.Targets {
		if text := p.troubles[t]; text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

// follower belongs to one goroutine.
type follower struct {
	*Publisher
	folders map[placeOfRun]string
	lives   map[lifeKey]*life
	retries map[Target]*retry
}

func newFollower(p *Publisher) *follower {
	return &follower{Publisher: p, folders: map[placeOfRun]string{}, lives: map[lifeKey]*life{}, retries: map[Target]*retry{}}
}

type (
	placeOfRun struct {
		dir string
		run int
	}
	lifeKey struct {
		target Target
		run    int
	}
)

// look writes what is new in a snapshot. What could not be written is new the
// next time too.
func (f *follower) look(s *view.Snapshot, last bool) {
	now := time.Now()
	for _, t := range f.Targets {
		again := f.retries[t]
		if again != nil && !last && now.Before(again.until) {
			continue
		}
		err := f.writeAll(t, s)
		if err == nil {
			delete(f.retries, t)
		} else {
			if again == nil {
				again = &retry{}
				f.retries[t] = again
			}
			again.failed(now)
		}
		f.tell(t, err)
	}
}

// writeAll writes what is new of all runs to one target. A run that fails keeps
// no other from being written.
func (f *follower) writeAll(t Target, s *view.Snapshot) (first error) {
	for i := range s.Runs {
		r := &s.Runs[i]
		err := f.write(t, s, r)
		if errors.Is(err, errGone) {
			f.forget(t, r.ID)
			err = f.write(t, s, r)
		}
		if err != nil {
			f.forget(t, r.ID)
			if first == nil {
				first = err
			}
		}
	}
	return first
}

// errGone says that somebody has deleted a log.
var errGone = errors.New("the file was deleted")

// write writes what is new of a run. What panics on the way, such as a source
// that is not as it should be, must end no training.
func (f *follower) write(t Target, s *view.Snapshot, r *view.Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("writing %s fails: %v", r.Name, p)
		}
	}()
	key := lifeKey{t, r.ID}
	l := f.lives[key]
	if l == nil {
		if !hasValues(r) {
			return nil
		}
		folder, err := f.folder(t.Dir, s, r)
		if err != nil {
			return err
		}
		if l, err = open(t.open(folder), s, r); err != nil {
			return err
		}
		f.lives[key] = l
	}
	return l.write(s, r)
}

// hasValues says whether there is anything to write of a run.
func hasValues(r *view.Run) bool {
	for i := range r.Series {
		if len(r.Series[i].Values) > 0 {
			return true
		}
	}
	return false
}

// folder is where the logs of a run are, in all forms.
func (f *follower) folder(dir string, s *view.Snapshot, r *view.Run) (string, error) {
	key := placeOfRun{dir, r.ID}
	if path, has := f.folders[key]; has {
		return path, nil
	}
	path, err := folderOf(dir, configOf(f.Experiment, s, r))
	if err == nil {
		f.folders[key] = path
	}
	return path, err
}

// forget lets the log of a run be opened anew, from what is in it then.
func (f *follower) forget(t Target, run int) {
	key := lifeKey{t, run}
	if l := f.lives[key]; l != nil {
		l.book.close()
	}
	delete(f.lives, key)
	delete(f.folders, placeOfRun{t.Dir, run})
}

func (f *follower) close() {
	for _, l := range f.lives {
		l.book.close()
	}
}

// tell says once what is wrong with a target, and once that nothing is any more.
func (f *follower) tell(t Target, err error) {
	f.mu.Lock()
	was := f.troubles[t]
	now := ""
	if err != nil {
		now = fmt.Sprintf("%s: %v", t, err)
	}
	if f.troubles == nil {
		f.troubles = map[Target]string{}
	}
	f.troubles[t] = now
	f.mu.Unlock()
	switch {
	case f.Say == nil || (was == "") == (now == ""):
	case now != "":
		f.Say(now + "; training goes on, and what is not written is tried again")
	default:
		f.Say(t.String() + ": is written again")
	}
}

// retry is when to try again after something could not be written.
type retry struct {
	failures int
	until    time.Time
}

// Between the first tries there is half a second, and never more than this.
const longestRetry = 30 * time.Second

func (r *retry) failed(now time.Time) {
	r.until = now.Add(min(longestRetry, lookEvery<<min(r.failures, 10)))
	r.failures++
}

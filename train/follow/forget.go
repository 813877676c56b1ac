package follow

import (
	"os"
	"slices"
	"time"

	"optwatch/train/view"
)

// forgetAfter is how long the run of a log that is deleted stays on the screen: whoever
// has moved or cleaned up logs may want to see what was there.
const forgetAfter = 10 * time.Minute

// logDeleted is said of a run whose log is.
const logDeleted = "its log is deleted"

// missDeleted says of logs that they are deleted, and forgets those of which that has
// been said for long, with all that was kept of them.
func (w *Watch) missDeleted(found *walk) {
	now := w.options.Now()
	var kept []*followed
	for _, f := range w.open {
		gone := f.isDeleted(found)
		w.mu.Lock()
		if f.miss(gone, now) {
			w.generation++
		}
		forgotten := gone && now.Sub(f.deleted) >= forgetAfter
		if forgotten {
			w.forget(f, now)
		}
		w.mu.Unlock()
		if forgotten {
			f.follower.Close()
			continue
		}
		kept = append(kept, f)
	}
	w.open = kept
}

// isDeleted says whether a log is no more: neither its path, nor, where that is a
// folder, anything in it that a complete walk took for a log.
func (f *followed) isDeleted(found *walk) bool {
	if f.format == &piped {
		return false
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return os.IsNotExist(err)
	}
	return info.IsDir() && len(found.limits) == 0 && !slices.ContainsFunc(found.logs, func(l located) bool { return l.path == f.path })
}

// miss takes in whether a log is deleted, and says whether that is news.
func (f *followed) miss(gone bool, now time.Time) bool {
	if gone == !f.deleted.IsZero() {
		return false
	}
	f.deleted = time.Time{}
	if gone {
		f.deleted = now
	}
	for _, r := range f.runs {
		r.deleted = gone
		r.changed++
	}
	return true
}

// forget lets go of a log and its runs.
func (w *Watch) forget(f *followed, now time.Time) {
	delete(w.known, f.path)
	for _, r := range f.runs {
		i := slices.Index(w.runs, r)
		w.runs = slices.Delete(slices.Clone(w.runs), i, i+1)
		w.curves -= len(r.curves)
		w.tell(event{now.Sub(w.clock.began), r.name, view.EventInfo, logDeleted + ": the run is forgotten"})
	}
	w.declared = nil
	w.generation++
}

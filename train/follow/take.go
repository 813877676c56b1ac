package follow

import (
	"cmp"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// follow reads a piece of a log, and takes in what is in it.
func (w *Watch) follow(f *followed) {
	b := &w.batch
	err := f.read(b)
	w.takeAll(f, b, err, f.stat(b), w.options.Now())
	if w.options.Row != nil {
		for _, name := range b.Names() {
			for i := range b.Run(name).Rows {
				w.options.Row(f.runs[name].name, &b.Run(name).Rows[i])
			}
		}
	}
}

// read reads a piece of a log. A panic of a reader is trouble with that log alone.
func (f *followed) read(b *logs.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f.more, err = false, fmt.Errorf("its reader failed: %v\n%s", p, debug.Stack())
		}
	}()
	b.Clear()
	f.more, err = f.follower.Follow(b)
	return err
}

// stat is what a log is kept in, where something was found in it; nil where that is
// not known.
func (f *followed) stat(b *logs.Batch) os.FileInfo {
	if slices.ContainsFunc(b.Names(), func(name string) bool { return !empty(b.Run(name)) }) {
		if info, err := os.Stat(f.path); err == nil {
			return info
		}
	}
	return nil
}

// takeAll takes in what a piece of a log has come to.
func (w *Watch) takeAll(f *followed, b *logs.Batch, err error, kept os.FileInfo, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reading = true
	trouble := ""
	if err != nil {
		trouble, _, _ = strings.Cut(reason(err), "\n")
	}
	if trouble != f.trouble && trouble != "" {
		w.once(f.path + ": cannot be read: " + trouble)
	}
	f.trouble = trouble
	var told []event
	for _, name := range b.Names() {
		told = append(told, w.take(f, name, b.Run(name), kept, now)...)
	}
	slices.SortStableFunc(told, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, e := range told {
		w.tell(e)
	}
	w.thin()
}

// thin thins all curves where there are so many more of them that each may keep a
// quarter fewer points than before.
func (w *Watch) thin() {
	most := limit(w.curves)
	if most > w.most-w.most/4 {
		return
	}
	w.most = most
	for _, r := range w.runs {
		for _, c := range r.curves {
			if c.fit(most) {
				r.series = nil
			}
		}
	}
}

// empty says whether nothing was found.
func empty(f *logs.Found) bool {
	return len(f.Rows) == 0 && len(f.Config) == 0 && len(f.Lines) == 0 && f.Bad == 0 && f.About == (logs.About{}) && f.End == (logs.End{})
}

// take takes in what was found of a run.
func (w *Watch) take(f *followed, name string, found *logs.Found, kept os.FileInfo, now time.Time) (told []event) {
	r := f.runs[name]
	switch none := empty(found); {
	case none && (r == nil || !found.Anew):
		return nil
	case r == nil:
		r = w.begin(f, name)
	}
	tags, former, titles := len(r.curves), len(r.former), r.titles
	r.hear(heardAt(found, kept, now))
	w.setZero(found)
	r.take(found, limit(w.curves), func(n news) {
		at := w.clock.elapsed(n.at, now)
		told = append(told, event{at, r.name, n.kind, n.text})
		w.alert(r, n, now)
	})
	w.curves += len(r.curves) - tags
	if len(r.curves) != tags || len(r.former) != former || r.titles != titles || found.Anew {
		w.declared = nil
	}
	r.series = nil
	r.changed++
	w.generation++
	return told
}

// heardAt is when a run was heard of last: what was written before anybody looked
// is as old as its file, or, of one that is kept in a folder, as its last row.
func heardAt(found *logs.Found, kept os.FileInfo, now time.Time) time.Time {
	newest := time.Time{}
	if n := len(found.Rows); n > 0 && plausible(found.Rows[n-1].Time) {
		newest = time.Unix(0, int64(found.Rows[n-1].Time*1e9))
	}
	if kept != nil && (!kept.IsDir() || newest.IsZero()) {
		newest = kept.ModTime()
	}
	if newest.IsZero() || newest.After(now) {
		return now
	}
	return newest
}

// begin begins a run.
func (w *Watch) begin(f *followed, inside string) *run {
	r := newRun(w.nextID, f.path, f.format)
	w.nextID++
	name := named(f.path, w.roots)
	if inside != "" {
		name = inside
	}
	r.name = name
	for n := 2; slices.ContainsFunc(w.runs, func(o *run) bool { return o.name == r.name }); n++ {
		r.name = fmt.Sprintf("%s-%d", name, n)
	}
	r.state = view.Running
	r.steered = f.steered
	f.runs[inside] = r
	w.runs = append(w.runs, r)
	slices.SortStableFunc(w.runs, func(a, b *run) int { return cmp.Compare(a.name, b.name) })
	w.declared = nil
	w.tell(event{w.options.Now().Sub(w.clock.began), r.name, view.EventStart, f.format.Title + ": " + f.path})
	return r
}

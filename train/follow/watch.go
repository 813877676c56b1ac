package follow

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"optwatch/train/device"
	"optwatch/train/follow/alert"
	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// How often is looked: at what is known, and for what is not.
const (
	readEvery = time.Second
	walkEvery = 5 * time.Second
)

// Options are how logs are watched.
type Options struct {
	Paths   []string                        // files and folders; none for the folder that the process is in
	Group   string                          // runs are drawn as one that differ in this parameter alone; "" for none
	Devices func() *device.View             // nil where none are watched
	Alert   func(alert.Event)               // is told of what may want somebody's attention; nil for nobody. It must not wait.
	Formats []logs.Format                   // nil for logs.Formats
	Now     func() time.Time                // nil for time.Now
	Stream  *Stream                         // a pipe that is read beside the paths; nil for none
	Row     func(run string, row *logs.Row) // is told of every row, which is only valid during the call; nil for nobody
	Steer   bool                            // commands are taken
}

// Watch is a source over logs. Its methods may be called by any goroutine.
type Watch struct {
	options Options
	roots   []string

	// Whoever looks into files holds turn, which may take long, and mu only while it
	// takes in what it found: commands never wait for a file that is read.
	turn  sync.Mutex
	heads map[string]seenHead // of files that were looked into
	open  []*followed
	known map[string]*followed // by paths

	mu         sync.Mutex
	runs       []*run        // changes while both are held
	declared   []view.Metric // of all runs; nil where it must be made anew
	curves     int
	most       int       // the number of points that each curve is known to keep at the most
	began      time.Time // the zero of the axis of time
	based      bool      // it is known
	events     []view.Event
	numbered   uint64
	generation uint64
	looks      int
	reading    bool // not all that is there has been read
	nextID     int
	said       map[string]bool // troubles that have been told

	latest atomic.Pointer[view.Snapshot]
}

// followed is a log that is read.
type followed struct {
	located
	follower logs.Follower
	steered  *steered // nil where its script takes no commands
	batch    logs.Batch
	runs     map[string]*run
	more     bool
	trouble  string // why it could not be read the last time
}

var _ view.Source = (*Watch)(nil)

// piped is the format of what comes through a pipe.
var piped = logs.Format{Name: "text", Title: "output through a pipe"}

// New is a source over logs; nothing is read before Look or Run.
func New(o Options) (*Watch, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Formats == nil {
		o.Formats = logs.Formats
	}
	roots := slices.Clone(o.Paths)
	if len(roots) == 0 && o.Stream == nil {
		roots = []string{"."}
	}
	for _, path := range roots {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s: %s", path, reason(err))
		}
	}
	w := &Watch{
		options: o, roots: roots, known: map[string]*followed{}, said: map[string]bool{},
		began: o.Now(), most: limit(1),
	}
	if o.Stream != nil {
		w.open = append(w.open, &followed{located: located{"standard input", &piped}, follower: o.Stream, runs: map[string]*run{}})
	}
	w.publish()
	return w, nil
}

// Snapshot is what was seen at the last look.
func (w *Watch) Snapshot() *view.Snapshot {
	s := *w.latest.Load()
	s.Elapsed = w.options.Now().Sub(s.Began)
	if w.options.Devices != nil {
		s.Devices = w.options.Devices()
	}
	return &s
}

// Run looks once a second until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	tick := time.NewTicker(readEvery)
	defer tick.Stop()
	defer w.close()
	go w.lookBehind(ctx)
	walked, rest := time.Time{}, walkEvery
	for {
		if now := w.options.Now(); now.Sub(walked) >= rest || now.Before(walked) {
			w.find()
			rest = max(walkEvery, 20*w.options.Now().Sub(now)) // a large tree is walked more rarely
			walked = now
		}
		w.Read(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look finds and reads all that there is now.
func (w *Watch) Look(ctx context.Context) {
	w.find()
	w.Read(ctx)
}

// find walks through the folders for logs that are not known yet.
func (w *Watch) find() {
	w.turn.Lock()
	defer w.turn.Unlock()
	found := newWalk(w.options.Formats)
	found.before = w.heads
	var troubles []string
	for _, path := range w.roots {
		if err := found.root(path); err != nil {
			troubles = append(troubles, path+": "+reason(err))
		}
	}
	w.heads = found.heads
	for _, l := range found.logs {
		if w.known[l.path] == nil {
			f := &followed{located: l, follower: l.format.Open(l.path), steered: steerable(l), runs: map[string]*run{}}
			w.known[l.path] = f
			w.open = append(w.open, f)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range append(troubles, found.limits...) {
		w.once(text)
	}
	w.looks++
}

// Read reads what has come, each log a piece at a time, and shows it as it comes.
func (w *Watch) Read(ctx context.Context) {
	w.turn.Lock()
	defer w.turn.Unlock()
	shown := w.options.Now()
	for todo := w.open; len(todo) > 0 && ctx.Err() == nil; {
		var rest []*followed
		for _, f := range todo {
			if ctx.Err() != nil {
				break
			}
			w.follow(f)
			if now := w.options.Now(); now.Sub(shown) > readEvery/4 {
				w.show()
				shown = now
			}
			if f.more {
				rest = append(rest, f)
			}
		}
		todo = rest
	}
	w.lookAtScripts()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reading = false
	w.stand()
	w.publish()
}

// show shows what has been read so far.
func (w *Watch) show() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.publish()
}

// follow reads a piece of a log, and takes in what is in it.
func (w *Watch) follow(f *followed) {
	err := f.read()
	w.takeAll(f, err, f.stat(), w.options.Now())
	if w.options.Row != nil {
		for _, name := range f.batch.Names() {
			for i := range f.batch.Run(name).Rows {
				w.options.Row(f.runs[name].name, &f.batch.Run(name).Rows[i])
			}
		}
	}
	if !f.more { // what comes later is little
		f.batch = logs.Batch{}
	}
}

// read reads a piece of a log. A panic of a reader is trouble with that log alone.
func (f *followed) read() (err error) {
	defer func() {
		if p := recover(); p != nil {
			f.more, err = false, fmt.Errorf("its reader failed: %v\n%s", p, debug.Stack())
		}
	}()
	f.batch.Clear()
	f.more, err = f.follower.Follow(&f.batch)
	return err
}

// stat is what a log is kept in, where something was found in it; nil where that is
// not known.
func (f *followed) stat() os.FileInfo {
	if slices.ContainsFunc(f.batch.Names(), func(name string) bool { return !empty(f.batch.Run(name)) }) {
		if info, err := os.Stat(f.path); err == nil {
			return info
		}
	}
	return nil
}

// takeAll takes in what a piece of a log has come to.
func (w *Watch) takeAll(f *followed, err error, kept os.FileInfo, now time.Time) {
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
	for _, name := range f.batch.Names() {
		told = append(told, w.take(f, name, f.batch.Run(name), kept, now)...)
	}
	slices.SortStableFunc(told, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, e := range told {
		w.tell(e)
	}
	w.thin()
}

// thin thins all curves where there are so many more of them that each may keep half
// as many points as before.
func (w *Watch) thin() {
	most := limit(w.curves)
	if most > w.most/2 {
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

// event is a line of the log before it has its number.
type event struct {
	at   time.Duration
	run  string
	kind view.EventKind
	text string
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
	tags, former := len(r.curves), len(r.former)
	r.hear(heardAt(found, kept, now))
	w.setZero(found)
	r.take(found, limit(w.curves), func(n news) {
		at := w.elapsed(n.at, now)
		told = append(told, event{at, r.name, n.kind, n.text})
		w.alert(r, n, now)
	})
	w.curves += len(r.curves) - tags
	if len(r.curves) != tags || len(r.former) != former || found.Anew {
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
	r := newRun(w.nextID, f.path, inside, f.format)
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
	w.tell(event{w.options.Now().Sub(w.began), r.name, view.EventStart, f.format.Title + ": " + f.path})
	return r
}

// setZero makes the earliest time that is seen the zero of the axis of time. Where
// that moves, so does all that lies on it.
func (w *Watch) setZero(f *logs.Found) {
	earliest := math.Inf(1)
	for i := range f.Rows {
		if t := f.Rows[i].Time; plausible(t) {
			earliest = min(earliest, t)
		}
	}
	if math.IsInf(earliest, 1) || w.based && earliest >= w.zero() {
		return
	}
	began := time.Unix(0, int64(earliest*1e9))
	later := w.began.Sub(began)
	w.based, w.began = true, began
	w.events = slices.Clone(w.events)
	for i := range w.events {
		w.events[i].Elapsed += later
	}
	for _, r := range w.runs {
		r.series = nil
		r.changed++
	}
}

// plausible says whether a number may be seconds since 1970: what is no more than a
// time.Duration can hold.
func plausible(t float64) bool { return t > 0 && t < 9e9 }

// zero is where the axis of time begins, in seconds since 1970.
func (w *Watch) zero() float64 { return float64(w.began.UnixNano()) / 1e9 }

// elapsed is when something happened, by its place on the axis of time.
func (w *Watch) elapsed(at place, now time.Time) time.Duration {
	if t := at[onClock]; plausible(t) {
		return time.Duration((t - w.zero()) * float64(time.Second))
	}
	return now.Sub(w.began)
}

// The number of lines that the log keeps.
const mostEvents = 1000

// tell puts a line into the log.
func (w *Watch) tell(e event) {
	w.numbered++
	w.events = append(w.events, view.Event{Number: w.numbered, Elapsed: e.at, Run: e.run, Kind: e.kind, Text: e.text})
	if n := len(w.events) - mostEvents; n > 0 {
		w.events = slices.Clone(w.events[n:])
	}
	w.generation++
}

// once tells a trouble of the source unless it has been told.
func (w *Watch) once(text string) {
	if !w.said[text] && len(w.said) < mostEvents {
		w.said[text] = true
		w.tell(event{w.options.Now().Sub(w.began), "", view.EventInfo, text})
	}
}

// alert hands something on that has just happened.
func (w *Watch) alert(r *run, n news, now time.Time) {
	if w.options.Alert == nil || n.sign == "" || w.looks <= 1 && r.heard.Before(now.Add(-2*time.Minute)) {
		return
	}
	value := math.NaN()
	if c := r.curveOf("loss"); c != nil {
		value = c.last
	}
	w.options.Alert(alert.Event{Time: now, Run: r.name, Path: r.path, Kind: n.sign, Text: n.text, Step: n.at[onStep], Value: value})
}

// happened tells what has happened to a run now: a mark, a line of the log, an alert.
func (w *Watch) happened(r *run, n news, now time.Time) {
	r.happened(n, func(n news) { w.tell(event{w.elapsed(n.at, now), r.name, n.kind, n.text}) })
	w.alert(r, n, now)
}

// stand looks how the runs stand.
func (w *Watch) stand() {
	now := w.options.Now()
	for _, r := range w.runs {
		was := r.state
		r.rate.see(r.at[onStep], now)
		w.standOf(r, now)
		w.watchGPUs(r, now)
		if r.state != was {
			w.changed(r, now)
		}
	}
}

// standOf looks how a run stands.
func (w *Watch) standOf(r *run, now time.Time) {
	if r.stand(now, r.fate(), r.behind.still) {
		w.generation++
	}
}

// changed tells that a run has come to stand otherwise.
func (w *Watch) changed(r *run, now time.Time) {
	kind, sign, text := view.EventEnd, "finished", r.reason
	switch r.state {
	case view.Running:
		kind, sign, text = view.EventResume, "", "goes on"
	case view.Paused:
		kind, sign, text = view.EventPause, "", "paused"
	case view.Failed:
		kind, sign = view.EventFailed, "failed"
		if strings.HasPrefix(r.reason, "crashed") {
			sign = "crashed"
		}
	case view.Silent:
		sign = "silent"
	case view.Stopped:
		sign = "stopped"
	}
	w.tell(event{w.elapsed(r.at, now), r.name, kind, text})
	w.alert(r, news{sign: sign, at: r.at, text: text}, now)
}

// publish makes what has been read the snapshot.
func (w *Watch) publish() { w.latest.Store(w.snapshot(w.options.Now())) }

// where is what is watched, in words.
func (w *Watch) where() string {
	var names []string
	for _, root := range w.roots {
		if abs, err := filepath.Abs(root); err == nil && root == "." {
			root = filepath.Base(abs)
		}
		names = append(names, root)
	}
	if w.options.Stream != nil {
		names = append(names, "standard input")
	}
	return strings.Join(names, " ")
}

func (w *Watch) close() {
	w.turn.Lock()
	defer w.turn.Unlock()
	for _, f := range w.open {
		f.follower.Close()
	}
}

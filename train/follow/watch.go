package follow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
	Paths   []string                        // files and folders; none for the usual places: below the folder that the process is in, and where tools write that are not told where
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
	usual   bool // nobody has said where to look

	// Whoever looks into files holds turn, which may take long, and mu only while it
	// takes in what it found: commands never wait for a file that is read.
	turn  sync.Mutex
	batch logs.Batch          // of the log that is read: the next uses its room again
	heads map[string]seenHead // of files that were looked into
	open  []*followed
	known map[string]*followed // by paths

	mu         sync.Mutex
	roots      []string      // changes while both are held
	runs       []*run        // changes while both are held
	declared   []view.Metric // of all runs; nil where it must be made anew
	curves     int
	most       int // the number of points that each curve is known to keep at the most
	clock      clock
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
	runs     map[string]*run
	more     bool
	trouble  string    // why it could not be read the last time
	deleted  time.Time // when its file or its folder was found to be no more; zero while it is there
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
	roots, usual := slices.Clone(o.Paths), len(o.Paths) == 0 && o.Stream == nil
	if usual {
		roots = usualPlaces()
	}
	for _, path := range roots {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s: %s", path, reason(err))
		}
	}
	w := &Watch{
		options: o, usual: usual, roots: roots, known: map[string]*followed{}, said: map[string]bool{},
		clock: clock{began: o.Now()}, most: limit(1),
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
	if w.usual {
		w.mu.Lock()
		w.roots = usualPlaces() // some may have come
		w.mu.Unlock()
	}
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
	w.missDeleted(found)
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
	w.batch = logs.Batch{} // what comes later is little
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

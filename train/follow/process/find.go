package process

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Log is a log of which the process is looked for.
type Log struct {
	Key     string    // by which it is known from one call to the next
	Files   []string  // in which it is kept
	Folder  string    // of its run
	PID     int       // that it names; 0 for none
	Host    string    // on which that is
	Began   time.Time // its first record; zero if that is not known
	Written time.Time // when it was last written; zero if that is not known
	Piped   bool      // it comes by our standard input
}

// Evidence is how the process of a log was found, the best last.
type Evidence int

// The kinds of evidence.
const (
	None   Evidence = iota
	Nearby          // it trains, and works in the run's folder or one above it
	Named           // the log names its pid on this machine, and it started before the log did
	Open            // it has a file of the log open for writing
	Piped           // it writes into the pipe that is our standard input
)

var evidences = [...]string{
	"no process of this machine is known to write it",
	"it is the only program here that works in the log's folder or above it",
	"the log names its pid, and it has run for longer than the log",
	"it has the log open",
	"it writes into the pipe that is read here",
}

// String says it in a line for a reader.
func (e Evidence) String() string { return evidences[e] }

// Match is the processes of a log.
type Match struct {
	Evidence Evidence
	// Tops begin the trees of the run, the oldest first. There are several where
	// ranks without a launcher write the same log. None if Evidence is None.
	Tops []Process
	// Gone says that all of Tops have ended since they were found, and that no
	// other process is known.
	Gone bool
}

// IDs are those of the processes with which the trees begin.
func (m *Match) IDs() []ID {
	ids := make([]ID, len(m.Tops))
	for i, p := range m.Tops {
		ids[i] = p.ID
	}
	return ids
}

const (
	lookEach = 5 * time.Second // between two looks at all processes
	rest     = 50              // so many times the time that a look takes, none follows
	patience = 250 * time.Millisecond
)

// Finder finds the processes of logs, and remembers them.
type Finder struct {
	system *System
	budget time.Duration // for one look at all processes

	mu    sync.Mutex
	sweep sweep
	known map[string]*memory
	next  time.Time // when to look again at the earliest
	reach Reach
}

// memory is what is remembered of a log.
type memory struct {
	match Match
	files []string // that it had then
}

// NewFinder finds processes of a system.
func NewFinder(s *System) *Finder {
	return &Finder{system: s, budget: patience, known: map[string]*memory{}}
}

// Find finds the processes of logs, in their order. One look at all processes
// serves all of them, and is taken only while one of them has no process that has
// it open. That a process has ended is found at each call.
func (f *Finder) Find(logs []Log) ([]Match, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.system.root == nil {
		return make([]Match, len(logs)), ErrUnknown
	}
	var err error
	if wanted := f.wanted(logs); len(wanted) > 0 && !time.Now().Before(f.next) {
		began := time.Now()
		err = f.look(wanted)
		f.next = time.Now().Add(max(lookEach, rest*time.Since(began)))
	}
	matches := make([]Match, len(logs))
	for i, l := range logs {
		matches[i] = f.known[l.Key].match
	}
	return matches, err
}

// Reach is how far the last look went.
func (f *Finder) Reach() Reach {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reach
}

// wanted are the logs of which a process is to be looked for. Those that are no
// longer asked for are forgotten.
func (f *Finder) wanted(logs []Log) []Log {
	known := make(map[string]*memory, len(logs))
	var wanted []Log
	for _, l := range logs {
		m := f.known[l.Key]
		if m == nil {
			m = &memory{}
		}
		known[l.Key] = m
		m.match.Gone = len(m.match.Tops) > 0 && f.system.gone(m.match.Tops)
		if m.match.Gone || m.match.Evidence < Open || !slices.Equal(m.files, l.Files) {
			wanted = append(wanted, l)
		}
	}
	f.known = known
	return wanted
}

// gone says whether all of some processes have ended.
func (s *System) gone(list []Process) bool {
	return !slices.ContainsFunc(list, func(p Process) bool {
		state, err := s.State(p.ID)
		return err != nil || state != Gone
	})
}

// look looks at all processes. What it does not find again, because it had no time
// or because a file is closed between two writes, stays as it was known.
func (f *Finder) look(logs []Log) error {
	until := time.Now().Add(f.budget)
	t, err := f.system.Table(time.Now().Add(4 * f.budget))
	if err != nil {
		return err
	}
	found := f.open(t, logs, until)
	for i, l := range logs {
		if m, ok := f.system.piped(t, l); ok {
			found[i] = m
		} else if m, ok := f.system.named(t, l); ok && found[i].Evidence < Named {
			found[i] = m
		}
	}
	f.nearby(t, logs, found)
	for i, l := range logs {
		m := f.known[l.Key]
		if found[i].Evidence > None && (m.match.Gone || found[i].Evidence >= m.match.Evidence) {
			m.match = found[i]
		}
		m.files = l.Files
	}
	f.forget(t)
	return nil
}

// forget forgets the processes that were only near a log and have come to be known
// as those of another.
func (f *Finder) forget(t *Table) {
	taken := map[int]bool{}
	for _, m := range f.known {
		if m.match.Evidence > Nearby {
			maps.Copy(taken, PIDs(t.Tree(m.match.IDs()...)))
		}
	}
	for _, m := range f.known {
		if m.match.Evidence == Nearby && slices.ContainsFunc(m.match.Tops, func(p Process) bool { return taken[p.PID] }) {
			m.match = Match{}
		}
	}
}

// open finds the processes that have files of logs open.
func (f *Finder) open(t *Table, logs []Log, until time.Time) []Match {
	files := map[string][]fs.FileInfo{} // by the last name of their path
	of := make([][]fs.FileInfo, len(logs))
	for i, l := range logs {
		for _, path := range l.Files {
			path, err := resolved(path)
			if err != nil {
				continue
			}
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				files[filepath.Base(path)] = append(files[filepath.Base(path)], info)
				of[i] = append(of[i], info)
			}
		}
	}
	var writers map[int][]fs.FileInfo
	writers, f.reach = f.sweep.writers(f.system, t, files, until)
	pids := make([][]int, len(logs))
	for i := range logs {
		for pid, open := range writers {
			if slices.ContainsFunc(open, func(x fs.FileInfo) bool {
				return slices.ContainsFunc(of[i], func(y fs.FileInfo) bool { return os.SameFile(x, y) })
			}) {
				pids[i] = append(pids[i], pid)
			}
		}
		slices.Sort(pids[i])
	}
	return f.system.leads(t, pids)
}

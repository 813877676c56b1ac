package process

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"
)

// descriptors is how many files are looked at of one process in a round. Some have
// a million.
const descriptors = 20_000

// sweep looks at the files that processes have open, a few at a time: a machine
// may have ten thousand processes with a thousand files each.
type sweep struct {
	round int
	last  map[ID]int // round in which a process was looked at
}

// torchName is what PyTorch calls the thread that a program begins with.
const torchName = "pt_main_thread"

// Reach is how far a look at the open files of all processes went.
type Reach struct {
	Processes int // that there are, without the kernel's threads
	Looked    int // of which the files were looked at
	Denied    int // whose files this user may not see
}

// writers finds the processes that have a file open for writing, by what the
// links in /proc/PID/fd are called: a name first, since asking what it is of each
// would take long. Pids come in the order in which they are found.
func (w *sweep) writers(s *System, t *Table, files map[string][]fs.FileInfo, until time.Time) (map[int][]fs.FileInfo, Reach) {
	w.round++
	var reach Reach
	found := map[int][]fs.FileInfo{}
	order := w.order(s, t)
	reach.Processes = len(order)
	for _, p := range order {
		if time.Now().After(until) {
			break
		}
		w.last[p.ID] = w.round
		open, err := s.writes(p.PID, files, until)
		switch {
		case err == nil:
			reach.Looked++
		case errors.Is(err, fs.ErrPermission):
			reach.Denied++
		}
		if len(open) > 0 {
			found[p.PID] = open
		}
	}
	return found, reach
}

// order is all processes, those first that have waited longest, and among them
// those that run Python, and then the youngest.
func (w *sweep) order(s *System, t *Table) []Process {
	last := make(map[ID]int, len(t.byPID))
	var order []Process
	for _, p := range t.byPID {
		if p.Kernel || p.Ended() || p.PID == s.self {
			continue
		}
		last[p.ID] = w.last[p.ID]
		order = append(order, p)
	}
	w.last = last // those that have ended are forgotten
	first := func(p Process) int {
		if python(p.Name) || p.Name == torchName {
			return 0
		}
		return 1
	}
	slices.SortFunc(order, func(a, b Process) int {
		return cmp.Or(cmp.Compare(last[a.ID], last[b.ID]), cmp.Compare(first(a), first(b)),
			cmp.Compare(b.Start, a.Start), cmp.Compare(a.PID, b.PID))
	})
	return order
}

// writes finds which files of some names a process has open for writing.
func (s *System) writes(pid int, files map[string][]fs.FileInfo, until time.Time) ([]fs.FileInfo, error) {
	dir, err := s.root.Open(entry(pid, "fd"))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	list, ok := dir.(fs.ReadDirFile)
	if !ok {
		return nil, fs.ErrInvalid
	}
	var open []fs.FileInfo
	for range descriptors / 256 {
		entries, err := list.ReadDir(256)
		for _, e := range entries {
			if f := s.written(pid, e.Name(), files); f != nil {
				open = append(open, f)
			}
		}
		if err != nil || time.Now().After(until) {
			break
		}
	}
	return open, nil
}

// written is the file that a descriptor writes, nil if it is none of some. The
// same path may be another file in a container, and a file may have many paths;
// so what counts is whether it is the same file.
func (s *System) written(pid int, fd string, files map[string][]fs.FileInfo) fs.FileInfo {
	name := "fd/" + fd
	alike := files[path.Base(s.link(pid, name))]
	if len(alike) == 0 {
		return nil
	}
	info, err := fs.Stat(s.root, entry(pid, name))
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(alike, func(f fs.FileInfo) bool { return os.SameFile(f, info) })
	if i < 0 {
		return nil
	}
	if text, err := s.text(entry(pid, "fdinfo/"+fd), fdinfoSize); err != nil || !parseWrites(text) {
		return nil
	}
	return alike[i]
}

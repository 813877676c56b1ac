package process

import (
	"os"
	"path/filepath"
	"strings"
)

// nearby finds for logs without a process the only one that trains in their folder
// or above it. One that has another log open is none, nor is one that two logs
// could have.
func (f *Finder) nearby(t *Table, logs []Log, found []Match) {
	free := f.free(t, found)
	claims := map[ID][]int{}
	for i, l := range logs {
		if found[i].Evidence > Nearby {
			continue
		}
		folder, err := resolved(l.Folder)
		if err != nil {
			continue
		}
		var near []Process
		for _, c := range free {
			if c.near(l, folder) {
				near = append(near, c.top)
			}
		}
		if near = highest(t, near); len(near) == 1 {
			found[i] = Match{Evidence: Nearby, Tops: near}
			claims[near[0].ID] = append(claims[near[0].ID], i)
		}
	}
	for _, which := range claims {
		for _, i := range which {
			if logs[i].Folder != logs[which[0]].Folder {
				for _, i := range which {
					found[i] = Match{}
				}
			}
		}
	}
}

// candidate is a process that looks as if it trains, with the folder in which it works.
type candidate struct {
	Process
	top    Process // with which its tree begins
	folder string
}

// free are the processes that look as if they train and of which no log is known.
func (f *Finder) free(t *Table, found []Match) []candidate {
	taken := map[int]bool{}
	take := func(m *Match) {
		if m.Evidence > Nearby {
			for pid := range PIDs(t.Tree(m.IDs()...)) {
				taken[pid] = true
			}
		}
	}
	for i := range found {
		take(&found[i])
	}
	for _, m := range f.known {
		take(&m.match)
	}
	var free []candidate
	for _, p := range t.byPID {
		if taken[p.PID] || p.Kernel || p.Ended() || p.PID == f.system.self {
			continue
		}
		folder := f.system.link(p.PID, "cwd")
		if folder == "" || wide(folder) {
			continue
		}
		if r := f.system.role(p); r == trainer || r == launcher {
			free = append(free, candidate{p, f.system.climb(t, p, true), folder})
		}
	}
	return free
}

// near says whether a process works in a log's folder or above it, and at a time
// at which it can have written it.
func (c candidate) near(l Log, folder string) bool {
	inside := folder == c.folder || strings.HasPrefix(folder, c.folder+string(filepath.Separator))
	began := l.Began.IsZero() || !c.Began.After(l.Began.Add(slack))
	written := l.Written.IsZero() || !c.Began.After(l.Written.Add(slack))
	return inside && began && written
}

// resolved is a path as the kernel has it.
func resolved(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// wide says whether so much lies below a folder that to work in it means nothing.
func wide(folder string) bool {
	home, _ := os.UserHomeDir()
	return folder == string(filepath.Separator) || folder == home || folder == filepath.Clean(os.TempDir())
}

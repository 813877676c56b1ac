package process

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"time"
)

// Table is all processes at one time.
type Table struct {
	byPID    map[int]Process
	children map[int][]int // sorted by pid
	Whole    bool          // the time was enough for all of them
}

// Table reads all processes, until a time at the latest.
func (s *System) Table(until time.Time) (*Table, error) {
	t := &Table{byPID: map[int]Process{}, children: map[int][]int{}, Whole: true}
	if s.root == nil {
		return t, ErrUnknown
	}
	entries, err := fs.ReadDir(s.root, "proc")
	if err != nil {
		return t, err
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid <= 0 {
			continue
		}
		if time.Now().After(until) {
			t.Whole = false
			break
		}
		if p, err := s.Process(pid); err == nil {
			t.byPID[pid] = p
			t.children[p.Parent] = append(t.children[p.Parent], pid)
		} else if errors.Is(err, ErrUnknown) {
			return t, err
		}
	}
	for _, c := range t.children {
		slices.Sort(c)
	}
	return t, nil
}

// Process is a process of the table.
func (t *Table) Process(pid int) (Process, bool) {
	p, ok := t.byPID[pid]
	return p, ok
}

// Has says whether a process is in the table and has not ended.
func (t *Table) Has(id ID) bool {
	p, ok := t.byPID[id.PID]
	return ok && p.ID == id && !p.Ended()
}

// Tree is some processes with all that descend from them, each parent before its
// children. What a parent that has ended left behind belongs to another.
func (t *Table) Tree(tops ...ID) []Process {
	var tree []Process
	seen := map[int]bool{}
	for _, id := range tops {
		if t.Has(id) && !seen[id.PID] {
			seen[id.PID] = true
			tree = append(tree, t.byPID[id.PID])
		}
	}
	for i := 0; i < len(tree); i++ {
		for _, pid := range t.children[tree[i].PID] {
			if !seen[pid] {
				seen[pid] = true
				tree = append(tree, t.byPID[pid])
			}
		}
	}
	return t.parentsFirst(tree)
}

// parentsFirst sorts a tree by how many ancestors its processes have.
func (t *Table) parentsFirst(tree []Process) []Process {
	depth := map[int]int{}
	for _, p := range tree {
		depth[p.PID] = len(t.Ancestors(p.PID))
	}
	slices.SortStableFunc(tree, func(a, b Process) int { return cmp.Compare(depth[a.PID], depth[b.PID]) })
	return tree
}

// Ancestors are the processes from which one descends, its parent first.
func (t *Table) Ancestors(pid int) []Process {
	var up []Process
	for range len(t.byPID) { // a table that was read while it changed may have circles
		p, ok := t.byPID[pid]
		if !ok {
			break
		}
		parent, ok := t.byPID[p.Parent]
		if !ok {
			break
		}
		up = append(up, parent)
		pid = parent.PID
	}
	return up
}

// below says whether a process descends from another.
func (t *Table) below(pid, top int) bool {
	return slices.ContainsFunc(t.Ancestors(pid), func(p Process) bool { return p.PID == top })
}

// PIDs are those of a tree.
func PIDs(tree []Process) map[int]bool {
	pids := make(map[int]bool, len(tree))
	for _, p := range tree {
		pids[p.PID] = true
	}
	return pids
}

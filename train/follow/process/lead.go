package process

import (
	"cmp"
	"slices"
	"strings"
)

// leads finds the processes of logs by those that write them.
func (s *System) leads(t *Table, pids [][]int) []Match {
	parts, whole := make([][]Process, len(pids)), make([][]Process, len(pids))
	for i := range pids {
		parts[i] = s.lead(t, pids[i], false)
		whole[i] = s.lead(t, pids[i], true)
	}
	found := make([]Match, len(pids))
	for i := range pids {
		tops := whole[i]
		for j := range pids { // a program that trains several at once, in a part of itself each
			if overlap(whole[i], whole[j]) && !overlap(parts[i], parts[j]) {
				tops = parts[i]
			}
		}
		if len(tops) > 0 {
			found[i] = Match{Evidence: Open, Tops: tops}
		}
	}
	return found
}

// overlap says whether two lists have a process in common.
func overlap(a, b []Process) bool {
	return slices.ContainsFunc(a, func(p Process) bool {
		return slices.ContainsFunc(b, func(q Process) bool { return p.ID == q.ID })
	})
}

// lead finds the processes with which the trees of a run begin, by those that write
// its log. Whoever writes need not be who trains: it may be a tee at the end of a
// pipe, the program that keeps a log for another, or one of many ranks. Whole goes
// up from a writer that is a part of its parent's program to that.
func (s *System) lead(t *Table, pids []int, whole bool) []Process {
	var tops []Process
	for _, pid := range pids {
		tops = append(tops, s.sources(t, pid)...)
	}
	tops = s.withoutWrappers(t, tops)
	for i, p := range tops {
		tops[i] = s.climb(t, p, whole)
	}
	return highest(t, tops)
}

// sources are those whose output a writer writes: the writer, mostly.
func (s *System) sources(t *Table, pid int) []Process {
	p, ok := t.Process(pid)
	if !ok || p.Ended() || p.Kernel {
		return nil
	}
	switch s.role(p) {
	case keeper, bystander:
		return nil
	case scribe:
		if up := s.upstream(t, p); len(up) > 0 {
			return up
		}
		parent, ok := t.Process(p.Parent)
		if r := s.role(parent); !ok || parent.PID <= 1 || r == keeper || r == wrapper {
			return nil
		}
		return []Process{parent}
	}
	return []Process{p}
}

// piped finds the processes whose output we read.
func (s *System) piped(t *Table, l Log) (Match, bool) {
	self, ok := t.Process(s.self)
	if !l.Piped || !ok {
		return Match{}, false
	}
	up := s.upstream(t, self)
	return Match{Evidence: Piped, Tops: up}, len(up) > 0
}

// upstream are the processes of the same pipeline that write into the pipe which a
// process reads.
func (s *System) upstream(t *Table, p Process) []Process {
	pipe := s.link(p.PID, "fd/0")
	if !strings.HasPrefix(pipe, "pipe:") {
		return nil
	}
	var up []Process
	for _, q := range t.byPID {
		near := q.Group == p.Group || q.Parent == p.Parent
		if near && q.PID != p.PID && (s.link(q.PID, "fd/1") == pipe || s.link(q.PID, "fd/2") == pipe) {
			up = append(up, q)
		}
	}
	return highest(t, s.withoutWrappers(t, up))
}

// withoutWrappers leaves out shells and the like where something that they started
// is among the others: it is that which trains.
func (s *System) withoutWrappers(t *Table, list []Process) []Process {
	return slices.DeleteFunc(slices.Clone(list), func(p Process) bool {
		return s.role(p) == wrapper &&
			slices.ContainsFunc(list, func(q Process) bool { return t.below(q.PID, p.PID) && s.role(q) != wrapper })
	})
}

// climb goes up to the launcher of a process, and if asked to the program of which
// it is a part.
func (s *System) climb(t *Table, p Process, whole bool) Process {
	for range len(t.byPID) {
		parent, ok := t.Process(p.Parent)
		if !ok || parent.PID <= 1 || parent.Kernel || parent.Ended() {
			break
		}
		r := s.role(parent)
		part := whole && (r == trainer || r == other) && forked(s.arguments(p.PID), s.arguments(parent.PID))
		if r != launcher && !part {
			break
		}
		p = parent
	}
	return p
}

// highest are those of a list that descend from no other of it, the oldest first.
func highest(t *Table, list []Process) []Process {
	var tops []Process
	for _, p := range list {
		under := slices.ContainsFunc(list, func(q Process) bool { return t.below(p.PID, q.PID) })
		if !under && !slices.ContainsFunc(tops, func(q Process) bool { return q.ID == p.ID }) {
			tops = append(tops, p)
		}
	}
	slices.SortFunc(tops, func(a, b Process) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.PID, b.PID))
	})
	return tops
}

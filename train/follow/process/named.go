package process

import (
	"os"
	"slices"
	"time"
)

// slack is by how much two ways to tell the time of a machine may differ.
const slack = 2 * time.Second

// named finds the process that a log names. A pid may be another's by now, or of
// another container on a machine of the same name; so it must have started before
// the log did, run for the user to whom the log belongs, and count pids as we do.
func (s *System) named(t *Table, l Log) (Match, bool) {
	p, ok := t.Process(l.PID)
	if !ok || l.PID <= 1 || l.Host == "" || l.Host != s.host || p.Kernel || p.Ended() {
		return Match{}, false
	}
	if l.Began.IsZero() || p.Began.After(l.Began.Add(slack)) || l.Began.After(time.Now().Add(slack)) {
		return Match{}, false
	}
	ours, theirs := s.link(s.self, "ns/pid"), s.link(p.PID, "ns/pid")
	if (ours != "" && theirs != "" && ours != theirs) || !s.owns(p.PID, l) {
		return Match{}, false
	}
	if r := s.role(p); r == wrapper || r == keeper || r == bystander {
		return Match{}, false
	}
	tops := s.lead(t, []int{p.PID}, true)
	return Match{Evidence: Named, Tops: tops}, len(tops) > 0
}

// owns says whether a process runs for the user to whom a log belongs, as far as
// both are known.
func (s *System) owns(pid int, l Log) bool {
	user, known := s.owner(pid)
	if !known {
		return false
	}
	return !slices.ContainsFunc(l.Files, func(path string) bool {
		info, err := os.Stat(path)
		if err != nil {
			return false
		}
		owner, known := fileOwner(info)
		return known && owner != user
	})
}

package process

import "fmt"

// refuse says why a tree must not be stopped: it holds something without which
// this machine, this program or another user cannot go on.
func (s *System) refuse(t *Table, tree []Process) error {
	above := map[int]bool{}
	for _, p := range t.Ancestors(s.self) {
		above[p.PID] = true
	}
	for _, p := range tree {
		why := ""
		switch user, known := s.owner(p.PID); {
		case p.Ended():
			continue
		case p.PID == 1:
			why = "is the first process of this system"
		case p.Kernel || p.PID == 2 && p.Parent == 0:
			why = "is a part of the kernel"
		case p.PID == s.self:
			why = "is this program"
		case above[p.PID]:
			why = "has started this program"
		case !known && s.ended(p.ID):
			continue
		case !known:
			why = "cannot be told to be yours"
		case user != s.user:
			why = "belongs to another user"
		default:
			continue
		}
		return fmt.Errorf("process %d (%s) %s", p.PID, s.Command(p.PID), why)
	}
	return nil
}

// ended says whether a process is gone for certain.
func (s *System) ended(id ID) bool {
	state, err := s.State(id)
	return err == nil && state == Gone
}

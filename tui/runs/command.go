package runs

import (
	"slices"
	"strings"

	"optwatch/train/view"
)

// Targets are the runs that keys drive: the selected one, or all of the
// selected group.
func (s *Runs) Targets() []*view.Run {
	if s.Whole {
		return s.Group()
	}
	if r := s.Run(); r != nil {
		return []*view.Run{r}
	}
	return nil
}

// Goes says whether a run has not ended.
func Goes(r *view.Run) bool { return !r.State.Ended() }

// Has is the condition that a run goes on and has a setting.
func Has(setting string) func(*view.Run) bool {
	return func(r *view.Run) bool {
		_, ok := r.Setting(setting)
		return ok && Goes(r)
	}
}

// Going says whether the source takes a kind of command for any of the targets,
// if a condition holds for it.
func (s *Runs) Going(k view.CommandKind, to func(*view.Run) bool) bool {
	return s.Accepts(k) && slices.ContainsFunc(s.Targets(), func(r *view.Run) bool { return r.Obeys(k) && to(r) })
}

// Command sends a command to those of the targets that a condition holds for,
// until the source refuses it.
func (s *Runs) Command(c view.Command, to func(*view.Run) bool) {
	s.hold()
	for _, r := range s.Targets() {
		if c.Run = r.ID; r.Obeys(c.Kind) && to(r) && !s.Send(c) {
			return
		}
	}
}

// Change sets a number of those of the targets that go on and have it. A key
// pressed again before it has arrived goes on from what it will be.
func (s *Runs) Change(setting string, next func(r *view.Run, now float64) (float64, error)) {
	s.hold()
	for _, r := range s.Targets() {
		if !Has(setting)(r) || !r.Obeys(view.Set) {
			continue
		}
		now, _ := r.Setting(setting)
		v, err := next(r, s.Coming(r.ID, setting, now))
		if err != nil {
			s.Fail(err)
			return
		}
		if !s.Send(view.Command{Kind: view.Set, Run: r.ID, Setting: setting, Value: v}) {
			return
		}
	}
}

// WhyEnded says that the targets have ended and what can still be done with
// them; nothing where they go on, or where runs are only looked at.
func (s *Runs) WhyEnded() string {
	runs := s.Targets()
	if len(runs) == 0 || slices.ContainsFunc(runs, Goes) || !s.Driven() {
		return ""
	}
	it := "it"
	if len(runs) > 1 {
		it = "them"
	}
	var ways []string
	if s.CanRestart() {
		ways = append(ways, "r restarts "+it)
	}
	if s.CanBranch() {
		ways = append(ways, "c branches "+it)
	}
	text := s.Subject() + " has ended"
	if len(ways) > 0 {
		text += ": " + strings.Join(ways, ", ")
	}
	return text
}

// CanRestart says whether the selected run can begin anew.
func (s *Runs) CanRestart() bool {
	return s.Run() != nil && s.Accepts(view.Restart) && s.Run().Obeys(view.Restart)
}

// CanBranch says whether a copy can go on from where any of the targets is.
func (s *Runs) CanBranch() bool { return s.Going(view.Branch, Branchable) }

// Branchable says whether a copy could go on from where a run is.
func Branchable(r *view.Run) bool { return !r.State.Broken() }

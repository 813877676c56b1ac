package tui

import (
	"slices"
	"strings"

	"optwatch/train"
)

// The keys that drive runs: when they are valid, and the commands they send.

// taken is valid where the source takes a kind of command.
func taken(k train.CommandKind) func(*model) bool {
	return func(m *model) bool { return m.accepts(k) }
}

// going is valid where the source takes a kind of command for the selected
// run, which has not ended, or for any of the selected group.
func going(k train.CommandKind) func(*model) bool {
	return func(m *model) bool { return m.accepts(k) && slices.ContainsFunc(m.targets(), goes) }
}

func goes(r *train.RunView) bool { return !r.State.Ended() }

func pausedNow(r *train.RunView) bool { return r.State == train.Paused }

func batched(r *train.RunView) bool { return goes(r) && r.Batch > 0 }

func branchable(r *train.RunView) bool { return !r.State.Broken() }

// command sends a command to those of the targets that a condition holds for,
// until the source refuses it.
func (m *model) command(k train.CommandKind, to func(*train.RunView) bool) {
	for _, r := range m.targets() {
		if to(r) && !m.send(train.Command{Kind: k, Run: r.ID}) {
			return
		}
	}
}

func (m *model) canPause() bool { return going(train.Pause)(m) }

func (m *model) canStep() bool {
	return m.accepts(train.StepOnce) && slices.ContainsFunc(m.targets(), pausedNow)
}

func (m *model) canBatch() bool {
	return m.accepts(train.SetBatch) && slices.ContainsFunc(m.targets(), batched)
}

// whyEnded says that the selected run has ended and what can still be done
// with it; nothing where it goes on, or where runs are only looked at.
func (m *model) whyEnded() string {
	runs := m.targets()
	if len(runs) == 0 || slices.ContainsFunc(runs, goes) || len(m.snap.Accepts) == 0 {
		return ""
	}
	it := "it"
	if len(runs) > 1 {
		it = "them"
	}
	var ways []string
	if m.canRestart() {
		ways = append(ways, "r restarts "+it)
	}
	if m.canBranch() {
		ways = append(ways, "c branches "+it)
	}
	text := m.subject() + " has ended"
	if len(ways) > 0 {
		text += ": " + strings.Join(ways, ", ")
	}
	return text
}

func (m *model) whyNoStep() string {
	if why := m.whyEnded(); why != "" || !going(train.StepOnce)(m) {
		return why
	}
	return m.subject() + " is not paused: space pauses it, then n steps"
}

func (m *model) whyNoBatch() string {
	if why := m.whyEnded(); why != "" || !going(train.SetBatch)(m) {
		return why
	}
	return m.subject() + " has no batch size"
}

func (m *model) whyNoPauseAll() string {
	if m.alive() > 0 || !m.accepts(train.Pause) {
		return ""
	}
	return "all runs have ended"
}

func (m *model) whyNoBranch() string {
	r := m.run()
	if r == nil || !m.accepts(train.Branch) {
		return ""
	}
	return m.subject() + " has " + r.State.String() + " and cannot be branched: r restarts it"
}

func (m *model) canRestart() bool { return m.run() != nil && m.accepts(train.Restart) }

func (m *model) canBranch() bool {
	return m.accepts(train.Branch) && slices.ContainsFunc(m.targets(), branchable)
}

func (m *model) canPauseAll() bool { return m.alive() > 0 && m.accepts(train.Pause) }

// holding says whether a run is paused or about to be.
func holding(r *train.RunView) bool {
	return r.State == train.Paused && r.Pending != "resuming" || r.Pending == "pausing"
}

// moves says whether a run goes on and is not about to pause.
func moves(r *train.RunView) bool { return goes(r) && !holding(r) }

func (m *model) pauseWord() string {
	if slices.ContainsFunc(m.targets(), moves) {
		return "pause"
	}
	return "resume"
}

// togglePause pauses what goes on of the targets; if nothing does, it resumes
// them all.
func (m *model) togglePause() {
	if slices.ContainsFunc(m.targets(), moves) {
		m.command(train.Pause, moves)
		return
	}
	m.command(train.Resume, goes)
}

// togglePauseAll pauses what goes on; if nothing does, it resumes all.
func (m *model) togglePauseAll() {
	kind := train.Resume
	for i := range m.snap.Runs {
		if moves(&m.snap.Runs[i]) {
			kind = train.Pause
		}
	}
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; !r.State.Ended() && holding(r) == (kind == train.Resume) {
			m.send(train.Command{Kind: kind, Run: r.ID})
		}
	}
}

func (m *model) stepOnce() { m.command(train.StepOnce, pausedNow) }

func (m *model) branch() { m.command(train.Branch, branchable) }

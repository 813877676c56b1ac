package tui

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"optwatch/train"
)

// The keys that drive runs: when they are valid, and the commands they send.

// taken is valid where the source takes a kind of command.
func taken(k train.CommandKind) func(*model) bool {
	return func(m *model) bool { return m.accepts(k) }
}

// going is valid where the source takes a kind of command for the selected
// run, which has not ended.
func going(k train.CommandKind) func(*model) bool {
	return func(m *model) bool {
		r := m.run()
		return r != nil && !r.State.Ended() && m.accepts(k)
	}
}

func (m *model) canPause() bool { return going(train.Pause)(m) }

func (m *model) canStep() bool {
	return going(train.StepOnce)(m) && m.run().State == train.Paused
}

func (m *model) canBatch() bool { return going(train.SetBatch)(m) && m.run().Batch > 0 }

// whyEnded says that the selected run has ended and what can still be done
// with it; nothing where it goes on, or where runs are only looked at.
func (m *model) whyEnded() string {
	r := m.run()
	if r == nil || !r.State.Ended() || len(m.snap.Accepts) == 0 {
		return ""
	}
	var ways []string
	if m.canRestart() {
		ways = append(ways, "r restarts it")
	}
	if m.canBranch() {
		ways = append(ways, "c branches it")
	}
	text := clean(r.Name) + " has ended"
	if len(ways) > 0 {
		text += ": " + strings.Join(ways, ", ")
	}
	return text
}

func (m *model) whyNoStep() string {
	if why := m.whyEnded(); why != "" || !going(train.StepOnce)(m) {
		return why
	}
	return clean(m.run().Name) + " is not paused: space pauses it, then n steps"
}

func (m *model) whyNoBatch() string {
	if why := m.whyEnded(); why != "" || !going(train.SetBatch)(m) {
		return why
	}
	return clean(m.run().Name) + " has no batch size"
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
	return clean(r.Name) + " has " + r.State.String() + " and cannot be branched: r restarts it"
}

func (m *model) canRestart() bool { return m.run() != nil && m.accepts(train.Restart) }

func (m *model) canBranch() bool {
	r := m.run()
	return r != nil && r.State != train.Diverged && r.State != train.Failed && m.accepts(train.Branch)
}

func (m *model) canPauseAll() bool { return m.alive() > 0 && m.accepts(train.Pause) }

// holding says whether a run is paused or about to be.
func holding(r *train.RunView) bool {
	return r.State == train.Paused && r.Pending != "resuming" || r.Pending == "pausing"
}

func (m *model) pauseWord() string {
	if holding(m.run()) {
		return "resume"
	}
	return "pause"
}

func (m *model) togglePause() {
	r := m.run()
	kind := train.Pause
	if holding(r) {
		kind = train.Resume
	}
	m.send(train.Command{Kind: kind, Run: r.ID})
}

// togglePauseAll pauses what goes on; if nothing does, it resumes all.
func (m *model) togglePauseAll() {
	kind := train.Resume
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; !r.State.Ended() && !holding(r) {
			kind = train.Pause
		}
	}
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; !r.State.Ended() && holding(r) == (kind == train.Resume) {
			m.send(train.Command{Kind: kind, Run: r.ID})
		}
	}
}

func (m *model) stepOnce() { m.send(train.Command{Kind: train.StepOnce, Run: m.selected}) }

func (m *model) branch() { m.send(train.Command{Kind: train.Branch, Run: m.selected}) }

// changeLR sets the learning rate by a factor, rounded so that there and back
// is where it was.
func (m *model) changeLR(key string) {
	r, factor := m.run(), 1.25
	if key == "[" {
		factor = 1 / factor
	}
	was := m.set.now(train.SetLR, r.ID, r.LR)
	lr, err := strconv.ParseFloat(strconv.FormatFloat(was*factor, 'g', 6, 64), 64)
	if err != nil || !(lr > 0) || math.IsInf(lr, 0) {
		m.fail(fmt.Errorf("%s: the learning rate cannot go further than %g", clean(r.Name), was))
		return
	}
	m.change(train.Command{Kind: train.SetLR, Run: r.ID, Value: lr}, r.LR)
}

// changeBatch doubles or halves the batch size; the smallest is 1.
func (m *model) changeBatch(key string) {
	r := m.run()
	was := m.set.now(train.SetBatch, r.ID, float64(r.Batch))
	batch := 2 * was
	if key == "{" {
		batch = math.Floor(was / 2)
	}
	if batch < 1 {
		m.fail(errors.New(clean(r.Name) + ": the batch size is 1, the smallest there is"))
		return
	}
	m.change(train.Command{Kind: train.SetBatch, Run: r.ID, Value: batch}, float64(r.Batch))
}

// change sends a setting, and remembers it until the run has it.
func (m *model) change(c train.Command, was float64) {
	if m.send(c) {
		m.set = setting{c, was, m.now.Add(2 * time.Second)}
	}
}

// setting is a change on its way to a run. A key pressed again before it has
// arrived goes on from it.
type setting struct {
	train.Command
	was   float64
	until time.Time
}

// now is a value as it will be.
func (s setting) now(k train.CommandKind, run int, value float64) float64 {
	if s.Kind == k && s.Run == run && value == s.was {
		return s.Value
	}
	return value
}

package tui

import (
	"errors"
	"fmt"
	"math"
	"strconv"

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
	lr, err := strconv.ParseFloat(strconv.FormatFloat(r.LR*factor, 'g', 6, 64), 64)
	if err != nil || !(lr > 0) || math.IsInf(lr, 0) {
		m.fail(fmt.Errorf("%s: the learning rate cannot go further than %g", clean(r.Name), r.LR))
		return
	}
	m.send(train.Command{Kind: train.SetLR, Run: r.ID, Value: lr})
}

// changeBatch doubles or halves the batch size; the smallest is 1.
func (m *model) changeBatch(key string) {
	r := m.run()
	batch := 2 * r.Batch
	if key == "{" {
		batch = max(1, r.Batch/2)
	}
	if batch == r.Batch {
		m.fail(errors.New(clean(r.Name) + ": the batch size is 1, the smallest there is"))
		return
	}
	m.send(train.Command{Kind: train.SetBatch, Run: r.ID, Value: float64(batch)})
}

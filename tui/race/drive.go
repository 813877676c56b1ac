package race

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// The keys that drive runs: when they are valid, and the commands they send.

// driver drives the selected runs.
type driver struct{ *runs.Runs }

func paused(r *view.Run) bool { return r.State == view.Paused }

// holding says whether a run is paused or about to be.
func holding(r *view.Run) bool {
	return paused(r) && r.Pending != view.Resuming || r.Pending == view.Pausing
}

// moves says whether a run goes on and is not about to pause.
func moves(r *view.Run) bool { return runs.Goes(r) && !holding(r) }

func (q *driver) pauseWord() string {
	if slices.ContainsFunc(q.Targets(), moves) {
		return "pause"
	}
	return "resume"
}

// togglePause pauses what goes on of the targets; if nothing does, it resumes
// them all.
func (q *driver) togglePause() {
	if !slices.ContainsFunc(q.Targets(), moves) {
		q.Command(view.Command{Kind: view.Resume}, runs.Goes)
		return
	}
	for _, r := range q.Targets() {
		if text := q.Source.Offer(view.Command{Kind: view.Pause, Run: r.ID}).Ask; text != "" && moves(r) {
			q.ask(text, view.Pause, moves)
			return
		}
	}
	q.Command(view.Command{Kind: view.Pause}, moves)
}

func (q *driver) canPauseAll() bool { return q.Alive() > 0 && q.Accepts(view.Pause) }

func (q *driver) whyNoPauseAll() string {
	if q.Alive() > 0 || !q.Accepts(view.Pause) {
		return ""
	}
	return "all runs have ended"
}

// togglePauseAll pauses what goes on; if nothing does, it resumes all. Runs of which
// something must be asked before are paused one by one.
func (q *driver) togglePauseAll() {
	kind := view.Resume
	if slices.ContainsFunc(q.All(), moves) {
		kind = view.Pause
	}
	for _, r := range q.All() {
		c := view.Command{Kind: kind, Run: r.ID}
		if !runs.Goes(r) || !r.Obeys(kind) || holding(r) != (kind == view.Resume) {
			continue
		}
		if kind == view.Resume || q.Source.Offer(c).Ask == "" {
			q.Send(c)
		}
	}
}

func (q *driver) save() { q.Command(view.Command{Kind: view.Save}, runs.Goes) }

func (q *driver) canStep() bool { return q.Going(view.StepOnce, paused) }

func (q *driver) whyNoStep() string {
	if why := q.WhyEnded(); why != "" || !q.Going(view.StepOnce, runs.Goes) {
		return why
	}
	return q.Subject() + " is not paused: space pauses it, then n steps"
}

func (q *driver) stepOnce() { q.Command(view.Command{Kind: view.StepOnce}, paused) }

func (q *driver) branch() { q.Command(view.Command{Kind: view.Branch}, runs.Branchable) }

func (q *driver) whyNoBranch() string {
	r := q.Run()
	if r == nil || !q.Accepts(view.Branch) {
		return ""
	}
	return q.Subject() + " has " + r.State.String() + " and cannot be branched: r restarts it"
}

func (q *driver) askStop() {
	text := "Stop " + q.Subject() + "? Its curve stays."
	if q.Whole {
		text = "Stop all runs of " + q.Subject() + "? Their curves stay."
	}
	q.ask(text, view.Stop, runs.Goes)
}

// askRestart restarts what has ended, and asks where anything has not.
func (q *driver) askRestart() {
	all := func(*view.Run) bool { return true }
	if !slices.ContainsFunc(q.Targets(), runs.Goes) {
		q.Command(view.Command{Kind: view.Restart}, all)
		return
	}
	text := "Restart " + q.Subject() + " from the beginning? Its steps are lost."
	if q.Whole {
		text = "Restart all runs of " + q.Subject() + " from the beginning? Their steps are lost."
	}
	q.ask(text, view.Restart, all)
}

// ask asks before a command is sent to those of the targets for which a
// condition holds.
func (q *driver) ask(text string, k view.CommandKind, to func(*view.Run) bool) {
	q.Over = &pane.Question{Screen: q.Screen, Text: text, In: pane.Asked, Yes: func() { q.Command(view.Command{Kind: k}, to) }}
}

// changeLR sets the learning rate by a factor, rounded so that there and back
// is where it was.
func (q *driver) changeLR(key string) {
	factor := 1.25
	if key == "[" {
		factor = 1 / factor
	}
	q.Change(runs.LearningRate, func(r *view.Run, now float64) (float64, error) {
		v, err := strconv.ParseFloat(strconv.FormatFloat(now*factor, 'g', 6, 64), 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("%s: the learning rate cannot go further than %g", draw.Clean(r.Name), now)
		}
		return v, nil
	})
}

// changeBatch doubles or halves the batch size; the smallest is 1.
func (q *driver) changeBatch(key string) {
	q.Change(runs.BatchSize, func(r *view.Run, now float64) (float64, error) {
		v := 2 * now
		if key == "{" {
			v = math.Floor(now / 2)
		}
		if v < 1 {
			return 0, errors.New(draw.Clean(r.Name) + ": the batch size is 1, the smallest there is")
		}
		return v, nil
	})
}

func (q *driver) whyNoBatch() string {
	if why := q.WhyEnded(); why != "" || !q.Going(view.Set, runs.Goes) {
		return why
	}
	return q.Subject() + " has no batch size"
}

// canSet is valid where the source takes a setting of any of the targets.
func (q *driver) canSet(setting string) func() bool {
	return func() bool { return q.Going(view.Set, runs.Has(setting)) }
}

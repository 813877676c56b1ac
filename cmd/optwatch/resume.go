package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/train/record"
)

// resumption is how a record is to go on.
type resumption struct {
	trainingFlags
	budgetFlags
	outputFlags
	screenFlags
	recordFlags
	inexact bool
	older   bool
}

// resumeCommand is optwatch resume.
func resumeCommand() *cobra.Command {
	var r resumption
	cmd := &cobra.Command{
		Use:   "resume ID|FILE",
		Short: "Go on with a recorded experiment, to the same bits",
		Long: `resume goes on with an experiment that was stopped, or whose process was killed,
from the last checkpoint of each run: it takes the same steps as it would have
taken, to the bit, and each run has the budget that it had. A larger one lets
runs go on that their budget has ended. --log-to is of one sitting: given again,
logs are gone on with, and have every point once.

Under other kernels than those that the record was begun with sums are rounded
differently: then it is refused, unless --inexact allows it.`,
		Example: `  optwatch resume k7q2m
  optwatch resume k7q2m --headless --json result.json
  optwatch resume k7q2m --passes 100`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeRecords(true, isNotLive),
		RunE:              func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&r.inexact, "inexact", false, "go on under other kernels, though not to the same bits")
	fs.BoolVar(&r.older, "older", false, "where the last checkpoint of a run is damaged, go on from the one before")
	include(fs, r.trainingFlags.group(), "threads")
	include(fs, r.budgetFlags.group("run", "the one that it had"))
	include(fs, r.outputFlags.group(" and a final table", "result to this file"), "headless", "json")
	include(fs, r.screenFlags.group())
	include(fs, r.recordFlags.group(), "log-to", "checkpoint", "foreground", "held")
	return cmd
}

func (r *resumption) run(cmd *cobra.Command, id string) error {
	folder, err := record.DefaultFolder()
	if err != nil {
		return err
	}
	path, err := folder.Find(id)
	if err != nil {
		return usageError{err}
	}
	if holder, held := record.Held(path); held {
		return fmt.Errorf("%s is live, in process %d: optwatch attach %[1]s shows it", id, holder.PID)
	}
	from, err := r.open(path)
	if err != nil {
		return inFile(path, err)
	}
	f, err := r.flags(cmd, from)
	if err != nil {
		return inFile(path, err)
	}
	if err := f.affordable(cmd); err != nil {
		return err
	}
	for _, name := range from.unsaved {
		fmt.Fprintf(cmd.ErrOrStderr(), "optwatch: %s had no checkpoint yet: it is left out\n", device.Printable(name))
	}
	s := &sitting{flags: f, from: from, arguments: append(arguments(cmd), path)}
	return f.sit(cmd, s)
}

// open reads where the experiment is, and says what speaks against going on from there.
func (r *resumption) open(path string) (*earlier, error) {
	file, err := record.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	summary, err := file.Summary()
	if err != nil {
		return nil, err
	}
	if isWatch(summary.About) {
		return nil, fmt.Errorf("it is a watch, of which nothing can go on: "+plays+", optwatch watch watches again", called(summary.ID, path))
	}
	from := &earlier{path: path, about: summary.About}
	if here := kernels(); !sameBits(summary.Kernels, here) || summary.Architecture != runtime.GOARCH {
		if !r.inexact {
			return nil, fmt.Errorf("it was computed by kernels %s on %s, here are %s on %s: the last bits would differ; --inexact goes on all the same",
				kernelsAsAsked(summary.Kernels), summary.Architecture, here, runtime.GOARCH)
		}
		from.inexact = true
	}
	kept, err := file.Checkpoints()
	if err != nil {
		return nil, err
	}
	if err := r.states(from, kept); err != nil {
		return nil, err
	}
	if from.releases, err = file.Releases(); err != nil {
		return nil, err
	}
	outcomes, err := file.Outcomes()
	from.outcomes = map[int][]train.Outcome{}
	for run, all := range outcomes {
		for _, o := range all {
			from.outcomes[run] = append(from.outcomes[run], train.Outcome(o))
		}
	}
	return from, err
}

// mostIDs bounds the IDs of runs: they are never used again, and a record may be anybody's.
const mostIDs = 1 << 16

// states reads where the runs are, each at its ID. Where none has a checkpoint
// all begin anew.
func (r *resumption) states(from *earlier, kept []record.Kept) error {
	for _, k := range kept {
		state, err := r.state(k)
		switch {
		case err != nil:
			return err
		case k.ID < len(from.states) || k.ID >= mostIDs:
			return fmt.Errorf("%s has the ID %d, after %d", k.Name, k.ID, len(from.states)-1)
		case state == nil:
			from.unsaved = append(from.unsaved, k.Name)
		}
		from.states = append(from.states, make([]*train.RunState, k.ID-len(from.states))...)
		from.states = append(from.states, state)
	}
	if len(from.unsaved) == len(kept) {
		from.states, from.unsaved = nil, nil
	}
	return nil
}

// state is the newest checkpoint of a run that can be gone on from; nil where
// there has been none yet.
func (r *resumption) state(k record.Kept) (*train.RunState, error) {
	switch {
	case len(k.Whole) == 0 && len(k.Damaged) == 0:
		return nil, nil
	case len(k.Whole) == 0:
		return nil, fmt.Errorf("%s: %w; there is no other checkpoint", k.Name, k.Damaged[0])
	case len(k.Damaged) > 0 && !r.older:
		return nil, fmt.Errorf("%s: %w; --older goes on from the last whole one, at step %d", k.Name, k.Damaged[0], k.Whole[0].Step)
	}
	return train.DecodeState(k.Whole[0].State)
}

// flags are those that the experiment was begun with, with what is asked for
// this sitting.
func (r *resumption) flags(cmd *cobra.Command, from *earlier) (*flags, error) {
	begun, f, err := configure(from.about.Configuration, from.about.Data)
	if err != nil {
		return nil, err
	}
	given := func(names ...string) (any bool) {
		for _, name := range names {
			any = any || cmd.Flags().Changed(name)
		}
		return any
	}
	f.goOnWith(from.states)
	f.outputFlags, f.screenFlags, f.recordFlags = r.outputFlags, r.screenFlags, r.recordFlags
	if given("threads") {
		f.threads = r.threads
	}
	if given("passes", "evals") {
		f.budgetFlags, f.time, f.defaulted = r.budgetFlags, 0, false
	}
	budget, unlimited := f.budgetFlags, f.passes == 0 && f.evals == 0 && f.time == 0
	begun.SetContext(cmd.Context())
	if err := f.settle(begun, true); err != nil {
		return nil, err
	}
	if unlimited { // as it was
		f.budgetFlags = budget
	}
	return f, nil
}

// goOnWith takes the model's settings from the states of runs, where there are some: what
// is usual today need not have been so when they began.
func (f *problemFlags) goOnWith(states []*train.RunState) {
	for _, s := range states {
		if s != nil {
			f.hidden, f.precision = s.Problem.Settings.Hidden, s.Problem.Settings.Precision
			return
		}
	}
}

// affordable says what speaks against training without a screen, from which
// nothing can be stopped, for ever.
func (f *flags) affordable(cmd *cobra.Command) error {
	if (f.headless || !hasScreen(cmd)) && f.held == "" && f.passes == 0 && f.evals == 0 && f.time == 0 {
		return usageError{errors.New("it has no budget, and without a screen it would not end: give --passes or --evals")}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/serve"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/publish"
	"optwatch/train/record"
)

// sitting is an experiment as one process trains it, from its beginning or from
// where a record has it, with what records and shows it.
type sitting struct {
	*flags
	hosted    // report and outcome are there once it has ended
	asked     configuration
	arguments []string // the command line that asks for it
	from      *earlier // nil for the beginning
	alone     string   // why it ends with its terminal, which it should not; "" where that is as it should be
	prints    bool     // it is shown as lines on stdout

	experiment  *train.Experiment
	coordinator *coordinator       // nil unless clients are on other machines
	publisher   *publish.Publisher // nil where nothing is logged
	out         *careful
	saved       atomic.Bool // the last checkpoints have been taken
	cut         bool        // it ends although runs could go on
	report      *train.Report
	outcome     error // how the program ends
}

// earlier is where a record has an experiment.
type earlier struct {
	path     string
	about    record.About
	states   []*train.RunState
	releases map[int]int             // of private runs, by their IDs
	outcomes map[int][]train.Outcome // of rounds with clients on other machines, likewise
	unsaved  []string                // names of runs that were killed before their first checkpoint, and are left out
	inexact  bool                    // under other kernels
}

// run trains until present returns, which shows the experiment to somebody and
// returns when all has ended or s.ending is over. Then it is saved.
func (s *sitting) run(cmd *cobra.Command, present func(*cobra.Command) error) error {
	write, err := prepareJSON(s.json)
	if err != nil {
		return err
	}
	defer s.processors()()
	s.ending, s.end = context.WithCancel(cmd.Context())
	defer s.end()
	s.out = &careful{w: plainText{cmd.OutOrStdout()}, failed: s.end}
	s.how = &s.recordFlags
	if err := s.openRecord(); err != nil {
		return err
	}
	if err := s.coordinate(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(cmd.Context())) // it goes on until it has been saved
	defer stop()
	s.experiment = train.Start(ctx, s.config(ctx))
	s.source = s.experiment
	if s.coordinator != nil {
		s.source = s.coordinator
		close(s.coordinator.begun)
	}
	if s.writer != nil {
		s.writer.Every = s.checkpoint
	}
	save := s.follow(s.saveRun, func() { s.saved.Store(true) })
	written := s.publish(cmd)
	s.audience = serve.NewAudience(s.house(s.from != nil && (s.from.inexact || s.from.about.Inexact)))
	s.ended = make(chan struct{})
	served := s.listen(context.WithoutCancel(cmd.Context()), s.draw)

	err = present(cmd)
	if errors.Is(err, context.Canceled) && s.ending.Err() != nil {
		err = nil
	}
	s.cut = !atRest(s.experiment.Snapshot())
	save()
	stop()
	s.experiment.Wait()
	s.closeHub()
	written()
	if err == nil {
		err = s.experiment.Err()
	}
	s.report = s.experiment.Report()
	width := 0
	if !s.prints {
		width = widthOf(cmd.OutOrStdout())
	}
	err = finish(s.report, s.out, width, write, err, s.ending.Err() != nil && s.held == "")
	if !s.prints && s.held == "" {
		printAdvice(s.out, s.report.Snapshot(), width)
	}
	s.outcome = err
	close(s.ended)
	served()
	s.farewell(cmd)
	return err
}

// config is the experiment, which goes on from where a record has it.
func (s *sitting) config(ctx context.Context) train.Config {
	c := s.flags.config(s.catalogue())
	if !s.headless || s.held != "" {
		c.Devices = watchMachine(ctx) // it ends with ctx, and nobody waits for it: a driver may hang
	}
	if s.from != nil {
		c.Released, c.Outcomes = s.from.releases, s.from.outcomes
	}
	if s.from != nil && len(s.from.states) > 0 {
		c.Resume, c.Unpause = s.from.states, s.headless
		c.Recipes = func(train.DataView, train.ProblemView) []optimizers.Recipe { return nil }
	}
	if k := s.coordinator; k != nil {
		load := c.Load
		c.Load = func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			ds, err := load(ctx, progress)
			if err == nil {
				err = k.open(ctx, ds)
			}
			return ds, err
		}
	}
	if w := s.writer; w != nil {
		closed := func(err error) error {
			if s.saved.Load() { // the record is closed, and what would come now is never seen
				<-ctx.Done()
				return ctx.Err()
			}
			return err
		}
		c.Release = func(run, count int) error { return closed(w.Release(run, count)) }
		c.Outcome = func(run int, outcome []byte) (int64, error) {
			number, err := w.Outcome(run, outcome)
			return number, closed(err)
		}
		load := c.Load
		c.Load = func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			ds, err := load(ctx, progress)
			if err == nil && len(c.Resume) == 0 { // what goes on is refused where the data is other than what is written down
				w.Describe(ds.Name+" · "+s.model, ds.Name, ds.Digest)
			}
			return ds, err
		}
	}
	return c
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/lab"
	"optwatch/train/data"
	"optwatch/train/record"
)

// studyFlags are the flags of every command that makes studies.
type studyFlags struct {
	seed     uint64
	threads  int
	headless bool
}

func (f *studyFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fs.IntVar(&f.threads, "threads", 0, "training threads (default one for each core)")
	fs.BoolVar(&f.headless, "headless", false, "no screen: progress lines, then tables and verdicts")
}

// check finds what is wrong with the flags by themselves, and fills in what
// was left out.
func (f *studyFlags) check() error {
	if f.threads < 0 || f.threads > 1024 {
		return usageError{fmt.Errorf("--threads must be from 1 to 1024, got %d", f.threads)}
	}
	if f.threads == 0 {
		f.threads = runtime.GOMAXPROCS(0)
	}
	return nil
}

// options are those of the laboratory.
func (f *studyFlags) options(from data.Options, quick bool) lab.Options {
	return lab.Options{
		Load: func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
			o := from
			o.Val = val
			return data.Open(ctx, o, progress)
		},
		Catalogue: catalogue(), Seed: f.seed, Threads: f.threads, Quick: quick, Cache: cacheFolder(),
	}
}

// showStudies follows a notebook while work writes in it, and says how the
// program ends: with nil if every study is done. The flags have been checked.
// Work ends soon after its context; an error that is not the context's ends
// the program with it.
func showStudies(cmd *cobra.Command, f *studyFlags, book *record.Notebook, work func(ctx context.Context) error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(f.threads + 2)) // as in an experiment
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- guarded(ctx, work) }()
	out := &careful{w: cmd.OutOrStdout(), failed: cancel}
	err := followStudies(out, book, done)
	if err != nil && ctx.Err() == nil {
		return err
	}
	printStudies(out, book.View())
	switch {
	case out.err != nil:
		return fmt.Errorf("stdout: %w", out.err)
	case ctx.Err() != nil:
		return errInterrupted
	}
	return verdict(book.View())
}

// guarded makes a panic of work its error, so that the terminal is restored.
func guarded(ctx context.Context, work func(ctx context.Context) error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return work(ctx)
}

// errClaims says that claims failed or studies could not end; their pages say which.
var errClaims = errors.New("not every verdict is passed")

// verdict is an error unless every study is done and every claim holds.
func verdict(v *record.View) error {
	for _, s := range v.Studies {
		switch {
		case s.State == record.Done:
		case len(s.Failing()) > 0:
			return fmt.Errorf("%w: %s: %s", errClaims, s.Name, s.Err)
		default:
			return fmt.Errorf("%s: %s", s.Name, s.Err)
		}
	}
	return nil
}

// followStudies prints how far the studies are, a line every few seconds and
// one at each end, until done.
func followStudies(out io.Writer, book record.Source, done <-chan error) error {
	const every = 5 * time.Second
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			for _, s := range book.View().Studies {
				if s.State == record.Underway {
					fmt.Fprintf(out, "%8.1fs  %-10s %3.0f %%  %d evaluations  %s\n", s.Elapsed.Seconds(), s.Name, 100*s.Share, s.Evals, s.Doing)
				}
			}
		}
	}
}

// printStudies prints what was found.
func printStudies(out io.Writer, v *record.View) {
	for _, s := range v.Studies {
		fmt.Fprintf(out, "\n%s · %s · %s in %s\n", s.Name, s.Title, s.State, s.Elapsed.Round(100*time.Millisecond))
		if s.Err != "" {
			fmt.Fprintf(out, "  %s\n", s.Err)
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, t := range s.Tables {
			fmt.Fprintf(w, "\n%s\n  %s\n", t.Title, strings.Join(t.Head, "\t"))
			for _, row := range t.Rows {
				fmt.Fprintf(w, "  %s\n", strings.Join(row, "\t"))
			}
			w.Flush()
		}
		if len(s.Claims) > 0 {
			fmt.Fprintf(w, "\n  claim\tpredicted\tmeasured\tverdict\n")
		}
		for _, c := range s.Claims {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", c.Text, c.Predicted, c.Measured, c.Verdict)
		}
		w.Flush()
		for _, note := range s.Notes {
			fmt.Fprintf(out, "  %s\n", note)
		}
		for _, r := range s.Recipes {
			fmt.Fprintf(out, "  --run %s\n", r)
		}
	}
}

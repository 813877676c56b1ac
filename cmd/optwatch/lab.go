package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/lab"
	"optwatch/train/data"
	"optwatch/train/record"
)

// labFlags are the flags of the laboratory.
type labFlags struct {
	data     data.Options
	seed     uint64
	threads  int
	quick    bool
	headless bool
}

// errClaims says that claims failed or studies could not end; their pages say which.
var errClaims = errors.New("not every verdict is passed")

// labCommand is optwatch lab.
func labCommand() *cobra.Command {
	var f labFlags
	cmd := &cobra.Command{
		Use:   "lab [EXPERIMENT…]",
		Short: "Put the theory to the test",
		Long: `lab lists the experiments, or runs those named, or all. Each states what theory
claims, what follows from it in numbers, and what was measured here.

` + experimentHelp(),
		Example: `  optwatch lab batch
  optwatch lab all --headless --data mnist --out report`,
		RunE: func(cmd *cobra.Command, names []string) error { return runLab(cmd, &f, names) },
	}
	f.register(cmd)
	return cmd
}

func (f *labFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.data.Name, "data", "auto", "auto, digits, mnist or fashion-mnist")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fs.IntVar(&f.threads, "threads", 0, "training threads (default one for each core)")
	fs.BoolVar(&f.quick, "quick", false, "fewer seeds and shorter searches")
	fs.BoolVar(&f.headless, "headless", false, "no screen: progress lines, then tables and verdicts")
}

// experimentHelp lists the experiments.
func experimentHelp() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, e := range lab.Experiments() {
		fmt.Fprintf(w, "  %s\t%s\n", e.Name, e.Title)
	}
	w.Flush()
	return b.String()
}

func runLab(cmd *cobra.Command, f *labFlags, names []string) error {
	if len(names) == 0 {
		_, err := io.WriteString(cmd.OutOrStdout(), experimentHelp())
		return err
	}
	chosen, err := lab.Find(names)
	if err != nil {
		return usageError{err}
	}
	f.data.Dir, _ = cmd.Flags().GetString("data-dir")
	if f.threads == 0 {
		f.threads = runtime.GOMAXPROCS(0)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(f.threads + 2))
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	book := lab.Open(chosen)
	done := make(chan error, 1)
	go func() { done <- lab.Run(ctx, f.options(), chosen, book) }()
	out := &careful{w: cmd.OutOrStdout(), failed: cancel}
	err = followStudies(out, book, done)
	printStudies(out, book.View())
	switch {
	case out.err != nil:
		return fmt.Errorf("stdout: %w", out.err)
	case err != nil:
		return errInterrupted
	}
	return verdict(book.View())
}

// options are those of the laboratory.
func (f *labFlags) options() lab.Options {
	return lab.Options{
		Load: func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
			o := f.data
			o.Val = val
			return data.Open(ctx, o, progress)
		},
		Catalogue: catalogue(), Seed: f.seed, Threads: f.threads, Quick: f.quick, Cache: cacheFolder(),
	}
}

// verdict is an error unless every study is done and every claim holds.
func verdict(v *record.View) error {
	for _, s := range v.Studies {
		if s.State != record.Done {
			return fmt.Errorf("%w: %s: %s", errClaims, s.Name, s.Err)
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

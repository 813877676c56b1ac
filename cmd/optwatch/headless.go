package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"optwatch/train"
)

// follow prints progress until all runs have ended: at most a line a second
// for each run, and events as they come.
func follow(ctx context.Context, out io.Writer, e *train.Experiment) error {
	done := make(chan error, 1)
	go func() { done <- e.WaitRuns(ctx) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	said := time.Duration(-1)
	dealt := map[int]bool{}
	for {
		select {
		case err := <-done:
			s := e.Snapshot()
			printEvents(out, s, said)
			printPartitions(out, s, dealt)
			return err
		case <-tick.C:
			s := e.Snapshot()
			said = printEvents(out, s, said)
			printPartitions(out, s, dealt)
			printProgress(out, s)
		}
	}
}

// printEvents prints the events after a time, and returns the time of the last.
func printEvents(out io.Writer, s *train.Snapshot, said time.Duration) time.Duration {
	for _, e := range s.Events {
		if e.Elapsed > said && !(e.Kind == train.EventFailed && e.Run == "") { // that is the program's own error
			fmt.Fprintf(out, "%8.1fs  %-10s %s\n", e.Elapsed.Seconds(), e.Run, e.Text)
			said = e.Elapsed
		}
	}
	return said
}

func printProgress(out io.Writer, s *train.Snapshot) {
	if s.Phase == train.PhaseLoading {
		fmt.Fprintf(out, "%8.1fs  loading %s%s\n", s.Elapsed.Seconds(), s.Loading.What, loaded(s.Loading))
	}
	for _, r := range s.Runs {
		if r.State.Ended() {
			continue
		}
		fmt.Fprintf(out, "%8.1fs  %-10s step %d  evals %d  loss %s  val acc %s  %s evals/s\n", s.Elapsed.Seconds(), r.Name,
			r.Step, r.Evals, known("%.6f", r.Last.Loss), known("%.2f %%", 100*r.Last.ValAccuracy), known("%.0f", r.EvalsPerSecond))
	}
}

// loaded is how much of the data has been read, where that is known.
func loaded(l train.Loading) string {
	if l.Total == 0 {
		return ""
	}
	return fmt.Sprintf(" %d %%", 100*l.Done/l.Total)
}

// printTable prints how every run ended.
func printTable(out io.Writer, s *train.Snapshot) {
	fmt.Fprintf(out, "\n%s · %s · λ = %g · %s\n\n", s.Data.Name, s.Problem.Title, s.Problem.L2, optimum(s.Optimum))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "run\tsteps\tevals\tloss\tf − f*\tval acc\ttest acc\tseconds\tevals/s\t\t")
	for _, r := range s.Runs {
		how := r.State.String()
		if r.State != train.Budget && r.Reason != "" {
			how += ": " + r.Reason
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%.2f\t%s\t\t%s\n", r.Name, r.Step, r.Evals, known("%.6f", r.Last.Loss),
			known("%.2e", suboptimality(s.Optimum, r.Last.Loss)), known("%.2f %%", 100*r.Last.ValAccuracy),
			known("%.2f %%", 100*r.Last.TestAccuracy), r.Seconds, known("%.0f", float64(r.Evals)/r.Seconds), how)
	}
	w.Flush()
	printGroups(out, s)
	printCost(out, s)
}

func optimum(o train.Optimum) string {
	switch o.State {
	case train.OptimumCertified:
		return fmt.Sprintf("f* = %.12f ± %.0e", o.Value, o.Bound)
	case train.OptimumBestKnown:
		return "best known loss " + known("%.6f", o.Value)
	}
	return "best loss so far " + known("%.6f", o.Value)
}

// suboptimality is f − f*, NaN where f* is not certified.
func suboptimality(o train.Optimum, loss float64) float64 {
	if o.State != train.OptimumCertified {
		return math.NaN()
	}
	return loss - o.Value
}

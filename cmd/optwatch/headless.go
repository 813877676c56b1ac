package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// printAlong prints progress until all runs have ended: at most a line a second
// for each run, where that has changed, and events as they come. Each second something
// else is done too.
func printAlong(ctx context.Context, out io.Writer, e *train.Experiment, too func(now time.Time)) error {
	done := make(chan error, 1)
	go func() { done <- e.WaitRuns(ctx) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var said uint64
	printed, told := map[int]bool{}, map[string]string{}
	for {
		select {
		case err := <-done:
			s := e.Snapshot()
			printEvents(out, s, said)
			printPartitions(out, s, printed)
			return err
		case now := <-tick.C:
			too(now)
			s := e.Snapshot()
			said = printEvents(out, s, said)
			printPartitions(out, s, printed)
			printProgress(out, s, told)
		}
	}
}

// printEvents prints the events after one, by their numbers, and returns the
// number of the last.
func printEvents(out io.Writer, s *view.Snapshot, said uint64) uint64 {
	for _, e := range s.Events {
		own := e.Kind == view.EventFailed && e.Run == "" // the program prints its own error itself
		if e.Number > said && e.Text != "" && !own {
			fmt.Fprintf(out, "%8.1fs  %-10s %s\n", e.Elapsed.Seconds(), draw.Clean(e.Run), draw.Clean(e.Text))
		}
		said = max(said, e.Number)
	}
	return said
}

// printProgress prints a line for each run that is not as it was told before.
func printProgress(out io.Writer, s *view.Snapshot, told map[string]string) {
	if s.Phase == view.PhaseLoading {
		fmt.Fprintf(out, "%8.1fs  loading %s%s\n", s.Elapsed.Seconds(), draw.Clean(s.Loading.What), loaded(s.Loading))
	}
	printSearch(out, s)
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.State.Ended() {
			continue
		}
		var parts []string
		for _, c := range s.Columns {
			if name, text, ok := cell(s, r, c.Key); ok {
				parts = append(parts, name+" "+text)
			}
		}
		if pace := s.Axis(s.Pace); pace >= 0 {
			parts = append(parts, known("%.0f", r.Rate)+" "+s.Axes[pace].Name+"/s")
		}
		if text := strings.Join(parts, "  "); text != told[r.Name] {
			told[r.Name] = text
			fmt.Fprintf(out, "%8.1fs  %-10s %s\n", s.Elapsed.Seconds(), draw.Clean(r.Name), text)
		}
	}
}

// printSearch prints how far that is which the end waits for, once all runs have ended.
func printSearch(out io.Writer, s *view.Snapshot) {
	if len(s.Runs) == 0 || slices.ContainsFunc(s.Runs, func(r view.Run) bool { return !r.State.Ended() }) {
		return
	}
	for i := range s.Metrics {
		if p := s.Metrics[i].Progress; p.Of != "" {
			fmt.Fprintf(out, "%8.1fs  %s: %d %s%s\n", time.Since(s.Began).Seconds(), draw.Clean(p.Of), p.Done, draw.Clean(p.Unit), prefixed(", ", draw.Clean(p.Known)))
		}
	}
}

// cell is a place or a metric of a run with its name; false where the key is of
// neither.
func cell(s *view.Snapshot, r *view.Run, key string) (name, text string, ok bool) {
	if m := s.Metric(key); m != nil {
		return nameOf(m), metricText(m, r.Last(key)), true
	}
	if a := s.Axis(key); a >= 0 {
		return s.Axes[a].Name, known("%.0f", r.Place(a)), true
	}
	return "", "", false
}

// nameOf is a metric in a word or two.
func nameOf(m *view.Metric) string {
	if m.Name != "" {
		return m.Name
	}
	return m.Title
}

// metricText is a value of a metric. A distance from the best so far, which will
// be another, is none that is worth printing.
func metricText(m *view.Metric, v float64) string {
	switch {
	case m.Provisional:
		return known("%g", math.NaN())
	case m.Format == view.Share:
		return known("%.2f %%", 100*v)
	}
	if most, ok := m.AtMost(v); ok {
		return "≤ " + known(verb(m.Format), most)
	}
	return known(verb(m.Format), v)
}

// verb is how a value is printed by package fmt.
func verb(f view.Format) string {
	switch f {
	case view.Count:
		return "%.0f"
	case view.Share:
		return "%.2f"
	case view.Digits:
		return "%.6f"
	case view.Scientific:
		return "%.2e"
	}
	return "%.6g"
}

// loaded is how much of the data has been read, where that is known.
func loaded(l view.Loading) string {
	if l.Total == 0 {
		return ""
	}
	return fmt.Sprintf(" %d %%", 100*l.Done/l.Total)
}

// tabulated are the metrics that tables have a column for.
func tabulated(s *view.Snapshot) []*view.Metric {
	var out []*view.Metric
	for i := range s.Metrics {
		if m := &s.Metrics[i]; m.Behind == "" && !m.Aside {
			out = append(out, m)
		}
	}
	return out
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

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"optwatch/train/record"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What stays on the terminal of somebody who has left the screen: how the runs
// stand, what was advised, and how to go on.

// The most runs, and metrics of each, that are printed of a source that may have
// any number.
const mostRuns, mostMetrics = 40, 5

// printStanding prints how the runs of a source stand, and what is advised.
func printStanding(out io.Writer, s *view.Snapshot) {
	if len(s.Runs) == 0 {
		return
	}
	metrics := standingMetrics(s)
	fmt.Fprintf(out, "\n%s\n\n", draw.Join(draw.Clean(s.Subject.Name), draw.Clean(s.Subject.Title), draw.Clean(s.Subject.Constant)))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "run\t"+axisName(s)+"\t")
	for _, m := range metrics {
		fmt.Fprint(w, draw.Clean(nameOf(m))+"\t")
	}
	fmt.Fprintln(w, "\t")
	for i := range min(len(s.Runs), mostRuns) {
		r := &s.Runs[i]
		fmt.Fprintf(w, "%s\t%s\t", draw.Clean(r.Name), known("%.0f", r.Place(0)))
		for _, m := range metrics {
			fmt.Fprint(w, metricText(m, r.Last(m.Key))+"\t")
		}
		how := r.Standing()
		if r.State != view.Budget && r.Reason != "" && r.Reason != how {
			how += ": " + draw.Clean(r.Reason)
		}
		fmt.Fprintf(w, "\t%s\n", how)
	}
	w.Flush()
	if more := len(s.Runs) - mostRuns; more > 0 {
		fmt.Fprintf(out, "and %d more\n", more)
	}
	printAdvice(out, s, 0)
}

// axisName is what runs are counted in.
func axisName(s *view.Snapshot) string {
	if len(s.Axes) == 0 {
		return ""
	}
	if s.Axes[0].Name != "" {
		return draw.Clean(s.Axes[0].Name)
	}
	return draw.Clean(s.Axes[0].Title)
}

// standingMetrics are those that the source puts first, and then others.
func standingMetrics(s *view.Snapshot) []*view.Metric {
	all := tabulated(s)
	rank := func(m *view.Metric) int {
		if i := slices.Index(s.Headline, m.Key); i >= 0 {
			return i
		}
		return len(s.Headline)
	}
	slices.SortStableFunc(all, func(a, b *view.Metric) int { return rank(a) - rank(b) })
	return all[:min(len(all), mostMetrics)]
}

// printAdvice prints what is advised of each run, in lines of so many columns; 0 for any.
func printAdvice(out io.Writer, s *view.Snapshot, width int) {
	var lines []string
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Diagnosis != nil && r.Diagnosis.Advice.Text != "" {
			text := fmt.Sprintf("◇ %s: %s", draw.Clean(r.Name), draw.Clean(r.Diagnosis.Advice.Text))
			if width > 0 {
				text = strings.Join(draw.Wrap(text, max(1, width-2)), "\n  ")
			}
			lines = append(lines, text+"\n")
		}
	}
	if len(lines) > 0 {
		fmt.Fprint(out, "\n"+strings.Join(lines, ""))
	}
}

// ways are the commands that take up a record that no process holds.
func ways(s record.Summary, id string) string {
	return fmt.Sprintf(nextOf(s)+", "+writes, id)
}

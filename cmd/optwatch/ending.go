package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"optwatch/train/record"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What stays on the terminal of somebody who has left the screen: how the runs
// stand, what was advised, and how to go on.

// The most runs, and metrics of each, that are printed of a source that may have
// any number.
const mostRuns, mostMetrics = 40, 5

// printStanding prints how the runs of a source stand, and what is advised, in so
// many columns; 0 for any number.
func printStanding(out io.Writer, s *view.Snapshot, width int) {
	if len(s.Runs) == 0 {
		return
	}
	title := draw.Join(draw.Clean(s.Subject.Name), draw.Clean(s.Subject.Title), draw.Clean(s.Subject.Constant))
	fmt.Fprintf(out, "\n%s\n\n", inLines(title, width))
	metrics := standingMetrics(s)
	t := &finalTable{lines: [][]string{{"run", axisName(s)}}, how: []string{""}}
	for _, m := range metrics {
		t.lines[0] = append(t.lines[0], draw.Clean(nameOf(m)))
	}
	for i := range min(len(s.Runs), mostRuns) {
		r := &s.Runs[i]
		line := []string{draw.Clean(r.Name), known("%.0f", r.Place(0))}
		for _, m := range metrics {
			line = append(line, metricText(m, r.Last(m.Key)))
		}
		how := r.Standing()
		if r.State != view.Budget && r.Reason != "" && r.Reason != how {
			how += ": " + draw.Clean(r.Reason)
		}
		t.lines, t.how = append(t.lines, line), append(t.how, how)
	}
	if width > 0 {
		t.fitMetrics(width)
	}
	t.print(out)
	if more := len(s.Runs) - mostRuns; more > 0 {
		fmt.Fprintf(out, "and %d more\n", more)
	}
	printAdvice(out, s, width)
}

// inLines is a text in lines of so many columns; 0 for any number.
func inLines(text string, width int) string {
	if width <= 0 {
		return text
	}
	return strings.Join(draw.Wrap(text, width), "\n")
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
				text = strings.ReplaceAll(inLines(text, max(1, width-2)), "\n", "\n  ")
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

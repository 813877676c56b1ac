package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// finalTable is how every run ended: a head, and a line for each. How, in words, stands
// behind the last column.
type finalTable struct {
	lines [][]string
	how   []string
}

// spared are the columns that a narrow terminal does without, the first of them first.
var spared = []string{"grad norm", "seconds", "steps", "evals/s", "test acc"}

// printTable prints how every run ended in so many columns, in which lines that are
// longer would be broken anywhere; 0 for any number.
func printTable(out io.Writer, q *train.Report, width int) {
	title := fmt.Sprintf("%s · %s · λ = %g · %s", draw.Clean(q.Data.Name), q.Problem.Title, q.Problem.L2, optimum(q.Optimum))
	fmt.Fprintf(out, "\n%s\n\n", inLines(title, width))
	t := tableOf(q)
	if width > 0 {
		t.fit(width)
	}
	t.print(out)
	printGroups(out, q.Snapshot(), width)
	printCost(out, q, width)
}

func tableOf(q *train.Report) *finalTable {
	s := q.Snapshot()
	metrics := tabulated(s)
	head := []string{"run", "steps", "evals"}
	for _, m := range metrics {
		head = append(head, nameOf(m))
	}
	t := &finalTable{lines: [][]string{append(head, "seconds", "evals/s")}, how: []string{""}}
	for i := range q.Runs {
		r := &q.Runs[i]
		how := r.State.String()
		if r.State != view.Budget && r.Reason != "" {
			how += ": " + draw.Clean(r.Reason)
		}
		line := []string{trainedBy(r), fmt.Sprint(r.Step), fmt.Sprint(r.Evals)}
		for _, m := range metrics {
			line = append(line, metricText(m, s.Runs[i].Last(m.Key)))
		}
		line = append(line, fmt.Sprintf("%.2f", r.Seconds), known("%.0f", float64(r.Evals)/r.Seconds))
		t.lines, t.how = append(t.lines, line), append(t.how, how)
	}
	return t
}

// fit leaves out columns until the table has room, and at last why the runs ended.
func (t *finalTable) fit(width int) {
	for _, name := range spared[:3] {
		t.leaveOut(name, width)
	}
	t.cutReasons(width)
	for _, name := range spared[3:] {
		t.leaveOut(name, width)
	}
	t.cutNames(width)
}

// fitMetrics leaves out the last columns until the table has room, before the sixth
// column why the runs ended; the first three stay.
func (t *finalTable) fitMetrics(width int) {
	for at := len(t.lines[0]) - 1; at > 2; at-- {
		if at < 5 {
			t.cutReasons(width)
		}
		t.leaveOut(t.lines[0][at], width)
	}
	t.cutReasons(width)
	t.cutNames(width)
}

// cutReasons leaves out why runs ended, of a table that is wider than there is room.
func (t *finalTable) cutReasons(width int) {
	if t.width() <= width {
		return
	}
	for i, how := range t.how {
		t.how[i], _, _ = strings.Cut(how, ":")
	}
}

// cutNames cuts names that are too long for what is left of the table.
func (t *finalTable) cutNames(width int) {
	const least = 6
	over := t.width() - width
	if over <= 0 {
		return
	}
	longest := 0
	for _, line := range t.lines {
		longest = max(longest, ansi.StringWidth(line[0]))
	}
	for _, line := range t.lines {
		line[0] = draw.Short(line[0], max(least, longest-over))
	}
}

// leaveOut takes a column away from a table that is wider than there is room.
func (t *finalTable) leaveOut(name string, width int) {
	at := slices.Index(t.lines[0], name)
	if at < 0 || t.width() <= width {
		return
	}
	for i, line := range t.lines {
		t.lines[i] = slices.Delete(line, at, at+1)
	}
}

// width is that of the longest line.
func (t *finalTable) width() int {
	n := 0
	for at := range t.lines[0] {
		most := 0
		for _, line := range t.lines {
			most = max(most, ansi.StringWidth(line[at]))
		}
		n += most + between
	}
	most := 0
	for _, how := range t.how {
		most = max(most, ansi.StringWidth(how))
	}
	return n + between + most
}

// between are the blanks between columns.
const between = 2

func (t *finalTable) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, between, ' ', tabwriter.AlignRight)
	for i, line := range t.lines {
		fmt.Fprintf(w, "%s\t", strings.Join(line, "\t"))
		if t.how[i] != "" {
			fmt.Fprintf(w, "\t%s", t.how[i])
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// trainedBy is a run's name, and what it trains with now if the name does not say so.
func trainedBy(r *train.RunReport) string {
	if r.Method == "" {
		return draw.Clean(r.Name)
	}
	return draw.Clean(r.Name) + "→" + draw.Clean(r.Method)
}

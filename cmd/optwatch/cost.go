package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What is printed of federated runs: who holds what, and what it costs.

// mostListed is the most clients that are listed one by one.
const mostListed = 20

// printPartitions prints which client holds what, for each federated run that
// of which that has not been printed yet.
func printPartitions(out io.Writer, s *view.Snapshot, printed map[int]bool) {
	for _, r := range s.Runs {
		if r.Federation == nil || printed[r.ID] || gathers(r.Federation) {
			continue
		}
		printed[r.ID] = true
		f := r.Federation
		fmt.Fprintf(out, "%8.1fs  %-10s %d clients, %s\n", s.Elapsed.Seconds(), r.Name, len(f.Clients), f.Partition)
		if len(f.Clients) > mostListed {
			fmt.Fprintf(out, "%22s%s\n", "", spread(f.Clients))
			continue
		}
		for _, c := range f.Clients {
			fmt.Fprintf(out, "%22sc%-3d %6d examples%s\n", "", c.ID, c.Examples, contents(c, s.Subject.Classes))
		}
	}
}

// contents is a client's classes with their numbers of examples.
func contents(c view.Client, names []string) string {
	var parts []string
	for class, n := range c.Classes {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s ×%d", draw.Clean(names[class]), n))
		}
	}
	if parts == nil {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// spread sums up many clients.
func spread(clients []view.Client) string {
	least, most := clients[0].Examples, clients[0].Examples
	few, many := len(held(clients[0])), 0
	for _, c := range clients {
		least, most = min(least, c.Examples), max(most, c.Examples)
		few, many = min(few, len(held(c))), max(many, len(held(c)))
	}
	text := fmt.Sprintf("%d to %d examples each", least, most)
	if many > 0 {
		text += fmt.Sprintf(", of %d to %d classes", few, many)
	}
	return text
}

// printCost prints what each federated run costs in accuracy, in all and by class.
// Where these do not fit in so many columns, classes are left to the export, and then
// other columns. A width of 0 is any.
func printCost(out io.Writer, s *train.Report, width int) {
	if !slices.ContainsFunc(s.Runs, func(r train.RunReport) bool { return r.Federated != nil }) {
		return
	}
	judged, byClass := "validation", "test"
	if s.Data.Val == 0 {
		judged = "test"
	}
	if s.Data.Test == 0 {
		byClass = "validation"
	}
	classes := s.Data.Classes
	if len(classes) > mostListed {
		classes = nil
	}
	t := costTable(s, classes)
	if width > 0 && t.width() > width {
		classes = nil
		t = costTable(s, classes)
		for _, name := range []string{"sent", "rounds", "clients hold", "against", "ε"} {
			t.leaveOut(name, width)
		}
		t.cutNames(width)
	}
	what := ", points of it lost, and " + byClass + " accuracy by class in %"
	if len(classes) == 0 {
		what = " and points of it lost"
	}
	fmt.Fprintf(out, "\n%s\n\n", inLines("What decentralising costs: "+judged+" accuracy"+what, width))
	t.print(out)
	printRefused(out, s, width)
}

// costTable is a line for each run.
func costTable(s *train.Report, classes []string) *finalTable {
	head := []string{"run", "clients hold", "rounds", "sent", "ε", "accuracy", "lost", "against"}
	for _, name := range classes {
		head = append(head, draw.Clean(name))
	}
	t := &finalTable{lines: [][]string{head}, how: make([]string, len(s.Runs)+1)}
	for i := range s.Runs {
		t.lines = append(t.lines, costLine(s, &s.Runs[i], len(classes)))
	}
	return t
}

func costLine(s *train.Report, r *train.RunReport, classes int) []string {
	c := s.Cost(r)
	hold, rounds, sent, epsilon, lost, against := "", "", "", "", "", ""
	if f := r.Federated; f != nil {
		hold = f.Partition
		rounds, sent, epsilon = fmt.Sprint(f.Round), megabytes(f.Bytes), "—"
		if p := f.Privacy; p != nil {
			epsilon = known("%.3g", p.Epsilon)
		}
		lost, against = known("%.1f", 100*c.Lost()), c.Against
	}
	line := []string{trainedBy(r), hold, rounds, sent, epsilon, known("%.2f %%", 100*c.Now), lost, against}
	for class := range classes {
		accuracy := math.NaN()
		if class < len(r.ClassAccuracy) {
			accuracy = r.ClassAccuracy[class]
		}
		line = append(line, known("%.1f", 100*accuracy))
	}
	return line
}

// printRefused prints how many updates were not averaged, and why; and what
// privacy is worth that can be reproduced.
func printRefused(out io.Writer, s *train.Report, width int) {
	for _, r := range s.Runs {
		if r.Federated == nil {
			continue
		}
		var parts []string
		for _, f := range r.Federated.Refused {
			parts = append(parts, fmt.Sprintf("%d %s", f.Count, f.Reason))
		}
		if parts != nil {
			fmt.Fprintln(out, inLines(draw.Clean(r.Name)+": not averaged: "+strings.Join(parts, ", "), width))
		}
		if p := r.Federated.Privacy; p != nil {
			text := fmt.Sprintf("%s: ε = %s, δ = %.2g, hiding each %s; signal to noise %s%s", draw.Clean(r.Name),
				known("%.4g", p.Epsilon), p.Delta, p.Unit, known("%.2g", p.SNR), privacyNote(p))
			fmt.Fprintln(out, inLines(text, width))
		}
	}
}

func privacyNote(p *view.Privacy) string {
	switch {
	case p.Void != "":
		return "; no guarantee: " + p.Void
	case p.Reproduced:
		return "; the noise follows from the seed and hides nothing from who knows it: --private draws it afresh"
	}
	return ""
}

// gathers says whether clients on other machines have not begun yet: what they
// hold is known once they have.
func gathers(f *view.Federation) bool { return f.Round == 0 && !f.Underway && f.Remote() }

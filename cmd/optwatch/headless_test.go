package main

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/view"
)

// What a run was switched to stands in the final table as on the screen: else it would
// be said of another method how it ended.
func TestTableNamesWhatARunWasSwitchedTo(t *testing.T) {
	var out strings.Builder
	printTable(&out, &train.Report{Runs: []train.RunReport{
		{ID: 1, Name: "sgd", Method: "svrg", State: view.Converged},
		{ID: 2, Name: "adam", State: view.Budget},
	}})
	for _, want := range []string{" sgd→svrg ", " adam "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// After the screen, no line of what is left on the terminal is longer than that is wide:
// the table leaves out what matters least, and says all where it may.
func TestTableFitsTheTerminal(t *testing.T) {
	q := &train.Report{Runs: []train.RunReport{
		{ID: 1, Name: "fedavg", Step: 1000783, Evals: 19101074, State: view.Converged, Reason: "f − f* ≤ 1.2e-12", Federated: &view.Federation{}},
	}}
	for range 10 {
		q.Data.Classes = append(q.Data.Classes, "0")
	}
	for width, want := range map[int]string{0: "f − f* ≤ 1.2e-12", 120: "evals/s", 80: "converged"} {
		var out strings.Builder
		printTableIn(&out, q, width)
		if !strings.Contains(out.String(), want) {
			t.Errorf("%d columns: no %q in\n%s", width, want, out.String())
		}
		for line := range strings.Lines(out.String()) {
			if n := ansi.StringWidth(line); width > 0 && n > width {
				t.Errorf("%d columns in %d: %s", n, width, line)
			}
		}
	}
}

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
	}}, 0)
	for _, want := range []string{" sgd→svrg ", " adam "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A run that stands still, as one does that waits for clients, is told of once.
func TestProgressIsToldOnce(t *testing.T) {
	var out strings.Builder
	told := map[string]string{}
	s := &view.Snapshot{
		Axes: []view.Axis{{Key: "step", Name: "step"}}, Columns: []view.Column{{Key: "step"}}, Pace: "step",
		Runs: []view.Run{{Name: "fedavg", At: []float64{0}}, {Name: "sgd", At: []float64{0}}},
	}
	for _, step := range []float64{0, 0, 1, 1, 1} {
		s.Runs[1].At = []float64{step}
		printProgress(&out, s, told)
	}
	if got := out.String(); strings.Count(got, "fedavg") != 1 || strings.Count(got, "sgd") != 2 {
		t.Errorf("it prints\n%s", got)
	}
}

// After the screen, no line of what is left on the terminal is longer than that is wide:
// the table leaves out what matters least, and says all where it may.
func TestTableFitsTheTerminal(t *testing.T) {
	q := &train.Report{Runs: []train.RunReport{
		{ID: 1, Name: "fedavg", Step: 1000783, Evals: 19101074, State: view.Converged, Reason: "f − f* ≤ 1.2e-12", Federated: &view.Federation{
			Partition: "two classes a client", Round: 1200, Bytes: 1.2e9, Refused: []view.Refusal{{Reason: "late", Count: 1204}, {Reason: "not finite", Count: 3}},
			Privacy: &view.Privacy{Unit: "client", Epsilon: 8, Delta: 1e-5, Reproduced: true},
		}},
		{ID: 2, Name: "a-run-with-a-name-that-somebody-has-given-it", Step: 12, Evals: 400, State: view.Diverged, Reason: "the loss is no number any more"},
	}}
	q.Data.Name = "somebody's own data of which the name is long"
	for range 10 {
		q.Data.Classes = append(q.Data.Classes, "0")
	}
	for width, want := range map[int]string{0: "f − f* ≤ 1.2e-12", 120: "evals/s", 80: "converged", 60: "accuracy", 40: "converged"} {
		var out strings.Builder
		printTable(&out, q, width)
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

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
)

// What a watch leaves on the terminal is as wide as that: the last metrics are left
// out, then why runs ended, and names are cut at the end.
func TestStandingFitsTheTerminal(t *testing.T) {
	s := &view.Snapshot{
		Subject: view.Subject{Name: "runs/gpt2-small-with-a-long-path/of-logs-that-somebody-keeps"},
		Axes:    []view.Axis{{Key: "step", Title: "step"}},
	}
	for i := range 7 {
		s.Metrics = append(s.Metrics, view.Metric{Key: fmt.Sprint(i), Title: fmt.Sprintf("train/metric-%d", i)})
	}
	for _, name := range []string{"baseline", "warmup-2k-lr-3e-4-cosine-with-restarts-seed-17"} {
		r := view.Run{Name: name, State: view.Failed, Reason: "no line for 10 minutes", At: []float64{12_000}, Diagnosis: &view.Diagnosis{}}
		r.Diagnosis.Advice.Text = "lr is 1.2 × the stability limit: halve it, or let the gradient be clipped"
		for _, m := range s.Metrics {
			r.Series = append(r.Series, view.Series{Metric: m.Key, Last: 0.123456})
		}
		s.Runs = append(s.Runs, r)
	}
	for width, want := range map[int]string{0: "no line for 10 minutes", 120: "metric-2", 80: "metric-0", 60: "metric-0", 40: "metric-0"} {
		var out strings.Builder
		printStanding(&out, s, width)
		for _, want := range []string{want, "baseline", "12000", "0.123", "◇ baseline: lr is"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%d columns: no %q in\n%s", width, want, out.String())
			}
		}
		for line := range strings.Lines(out.String()) {
			if n := ansi.StringWidth(line); width > 0 && n > width {
				t.Errorf("%d columns in %d: %s", n, width, line)
			}
		}
	}
}

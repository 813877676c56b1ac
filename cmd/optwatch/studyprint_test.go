package main

import (
	"strings"
	"testing"
	"time"

	"optwatch/cmd/optwatch/lab"
	"optwatch/train/study"
)

// TestProgressLine: what is printed while studies are under way fits 80 columns, whole.
func TestProgressLine(t *testing.T) {
	got := progressLine(study.Study{
		Name: "accounting", Elapsed: 100 * time.Minute, Share: 1, Evals: 1_234_567_890,
		Doing: "tuning the learning rate for B = 64: steps to f − f* = 0.001",
	})
	want := "   6000s  accounting 100 %    1.2G evals  tuning the learning rate for B = 64:\n" +
		strings.Repeat(" ", 42) + "steps to f − f* = 0.001"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, e := range lab.Experiments() {
		got := progressLine(study.Study{
			Name: e.Name, Elapsed: 100 * time.Minute, Share: 1, Evals: 1_234_567_890,
			Doing: "tuning the learning rate for B = 64: steps to f − f* = 0.001",
		})
		if n := widest(got); n > 80 || !strings.Contains(got, " "+e.Name+" ") {
			t.Errorf("%s: %d columns\n%s", e.Name, n, got)
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCalculator asks for a plan, in text and in JSON; its numbers are those of lab.TestPlan.
func TestCalculator(t *testing.T) {
	ask := "lab scaling --params 110e6 --batch 256 --lr 2e-4 --warmup 10000 --to-batch 2048 --devices 8 --bandwidth 10"
	file := filepath.Join(t.TempDir(), "plan.json")
	for _, c := range []struct {
		flags string
		want  []string
	}{
		{"", []string{"0.0002 → 0.0016", "10000 → 1250", "880000000 B", "770000000 B", "77 ms", "8× fewer iterations are 4× faster"}},
		{" --step-time 77ms --steps 1000 --json " + file, []string{"77 ms → 154 ms", "4.00×", "1000 → 125"}},
	} {
		var out, errOut strings.Builder
		if code := run(context.Background(), strings.Fields(ask+c.flags), nil, &out, &errOut); code != exitOK {
			t.Fatalf("exit %d: %s", code, errOut.String())
		}
		for _, text := range c.want {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%q is not in\n%s", text, out.String())
			}
		}
	}
	var got resultPlan
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil || got.Schema != 1 || got.Plan.SpeedUp != 4 || got.Plan.State.First != 440e6 {
		t.Errorf("%v: %s", err, text)
	}
}

// TestCalculatorUsage checks that mistakes are told in a line.
func TestCalculatorUsage(t *testing.T) {
	for args, want := range map[string]string{
		"lab scaling --params 1e6 --batch 256 --lr 0.1 --to-batch 512 --devices 2 --bandwidth 1e10": "--bandwidth is in GB/s, at most 100000; got 1e+10",
		"lab --params 1e6":         "--params is of the calculator: optwatch lab scaling --params …",
		"lab scaling --params 1e6": "the calculator needs --batch too",
		"lab dp --params 1e6":      "--params is of the calculator: optwatch lab scaling --params …",
		"lab scaling --latency 1s": "the calculator needs --params too",
		"lab scaling --params 1e6 --batch 256 --lr 0.1 --to-batch 512 --devices 0 --bandwidth 1":                "--devices must be a whole number of at least 1, got 0",
		"lab scaling --params 1e6 --batch 256 --lr 0.1 --to-batch 512 --devices 2 --bandwidth 0":                "--bandwidth must be above 0, got 0",
		"lab scaling --params 1e6 --batch 256 --lr 0.1 --to-batch 512 --devices 2 --bandwidth 1 --step-time 0s": "--step-time must be above 0; leave it out if it is not known",
	} {
		var out, errOut strings.Builder
		code := run(context.Background(), strings.Fields(args), nil, &out, &errOut)
		if got := strings.TrimSpace(errOut.String()); code != exitUsage || got != "optwatch: "+want || out.Len() > 0 {
			t.Errorf("%s: exit %d, %q, want %q", args, code, got, want)
		}
	}
}

package main

import (
	"strings"
	"testing"
)

// TestGrid searches on the built-in digits: of rates a factor of ten apart, 0.1
// is too small for four passes and 10 too large.
func TestGrid(t *testing.T) {
	status, out, errOut := optwatch(t, "grid", "--headless", "--data", "digits", "--run", "sgd", "--grid", "lr=1e-3:10:x10", "--passes", "4", "--seeds", "2")
	if status != exitOK || errOut != "" {
		t.Fatalf("exit status %d, stderr %q\n%s", status, errOut, out)
	}
	if !strings.Contains(out, "--run sgd:lr=1\n") {
		t.Errorf("no recipe to paste with lr=1:\n%s", out)
	}
}

// TestGridUsage tries what a user may get wrong.
func TestGridUsage(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"--grid lr=x", `want a number above 0, got "x"`},
		{"--grid foo=1:2:x2", `unknown key "foo"`},
		{"--grid batch=1:2:x1.5", "batch is a whole number"},
		{"--grid seed=1|2", "a seed is not searched for"},
		{"--data digits --evals 2000 --run svrg", "the first step of svrg:lr=0.0001 takes 8002 evaluations, above the budget of 2000"},
		{"--data digits --evals 2000 --grid batch=64|4096", "the first step of sgd:batch=4096 takes 4096 evaluations"},
		{"--run sgd:lr=1", "which is what the grid is for"},
		{"--run sgd:seed=4", "the grid has --seed and --seeds"},
		{"--run sgd --run sgd", "given twice"},
		{"--run sdg", `unknown optimizer "sdg"`},
		{"--metric speed", "--metric is loss or val"},
		{"--passes 0", "--passes must be above 0"},
		{"--evals 0", "--evals must be at least 1"},
		{"--passes 1 --evals 1", "two budgets"},
		{"--seeds 0", "--seeds must be from 1 to 100"},
		{"--seeds 100 --grid lr=1e-4:1:x1.2", "trials, the most is 1000"},
		{"--l2 -1", "--l2 must be at least 0"},
		{"--val -3", `"-3" for "--val": want a whole number, from 0 on`},
		{"--model tree", `unknown model "tree"`},
		{"--threads -1", "--threads must be from 1"},
		{"--data digits --model net --run saga", "only linear models have"},
		{"--data digits --val 0 --metric val", "there is no validation accuracy"},
		{"extra", "grid takes no arguments"},
	} {
		args := append([]string{"grid", "--headless"}, strings.Fields(c.args)...)
		status, out, errOut := optwatch(t, args...)
		if status != exitUsage || !strings.Contains(errOut, c.want) || strings.Count(errOut, "\n") != 1 || out != "" {
			t.Errorf("grid %s: exit status %d, stdout %q, stderr %q; want 2 and one line with %q", c.args, status, out, errOut, c.want)
		}
	}
}

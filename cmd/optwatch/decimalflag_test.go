package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestDecimalFlag: numbers are what their digits say, in any flag and in recipes.
func TestDecimalFlag(t *testing.T) {
	for text, want := range map[string]int{"10": 10, "010": 10, "-1": -1, "+7": 7, "0": 0, "-007": -7, "00": 0} {
		var got int
		fs := pflag.NewFlagSet("", pflag.ContinueOnError)
		fs.IntVar(&got, "n", 5, "")
		if err := (decimalFlag{fs.Lookup("n").Value}).Set(text); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	var seed uint64
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	fs.Uint64Var(&seed, "seed", 1, "")
	if err := (decimalFlag{fs.Lookup("seed").Value}).Set("+3"); err != nil || seed != 3 {
		t.Errorf("a seed of +3 is %d, %v", seed, err)
	}
	for _, arguments := range []string{"--threads 0x10", "--threads 1_0", "--seed 0b1", "--seed 0o7", "--l2 0x1p-3", "--passes 1_0"} {
		code, _, text := optwatch(t, append([]string{"run", "--run", "sgd", "--headless"}, strings.Fields(arguments)...)...)
		if code != exitUsage || !strings.Contains(text, "in decimal digits") {
			t.Errorf("%s: exit %d: %s", arguments, code, text)
		}
	}
	for _, batch := range []string{"0x10", "1_0", "1.5", "1e-1"} {
		code, _, text := optwatch(t, "run", "--run", "sgd", "--headless", "--batch", batch)
		if code != exitUsage || !strings.Contains(text, "want a whole number") {
			t.Errorf("--batch %s: exit %d: %s", batch, code, text)
		}
	}
	for _, recipe := range []string{"sgd:batch=1_0", "sgd:lr=0x1p-2", "svrg:m=0x2n"} {
		code, _, text := optwatch(t, "run", "--headless", "--run", recipe)
		if code != exitUsage || !strings.Contains(text, " is a number") {
			t.Errorf("%s: exit %d: %s", recipe, code, text)
		}
	}
	for seed, want := range map[string]float64{"010": 10, "1e3": 1000} {
		got := runs(outcome(t, "run", "--headless", "--data", "digits", "--run", "sgd:seed="+seed, "--seeds", "2", "--passes", "0.1"))
		if len(got) != 2 || got[0]["seed"] != want || got[1]["seed"] != want+1 {
			t.Errorf("seed=%s: %d runs, the first with seed %v, the last with %v; want 2, %v and the next", seed, len(got), got[0]["seed"], got[len(got)-1]["seed"], want)
		}
	}
}

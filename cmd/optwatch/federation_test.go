package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFederated runs optwatch fed on the digits: its line-up, what it prints
// and what its JSON holds.
func TestFederated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	status, out, errOut := optwatch(t, "fed", "--headless", "--data", "digits", "--rounds", "3", "--slow", "0.2:5", "--deadline", "2", "--json", path)
	if status != exitOK {
		t.Fatalf("exit status %d\n%s%s", status, out, errOut)
	}
	for _, want := range []string{
		"fedavg     10 clients, 2 classes each", "fedavg-iid 10 clients, IID", "c9 ", "What decentralising costs", "the optimum",
		"fedavg: not averaged: 6 late", "round 1: not averaged: c",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "fedprox: not averaged") {
		t.Errorf("FedProx takes what stragglers have:\n%s", out)
	}
	rs := runs(decoded(t, path))
	for i, want := range []struct {
		name  string
		round float64
		late  int
	}{{"fedavg-iid", 3, 2}, {"fedavg", 3, 2}, {"fedprox", 3, 0}, {"sgd", 0, 0}} {
		run := rs[i]
		if run["name"] != want.name || run["status"] != "budget" {
			t.Errorf("run %d is %v (%v), want %s and budget", i, run["name"], run["status"], want.name)
		}
		f, ok := run["federated"].(map[string]any)
		if !ok {
			if want.round > 0 {
				t.Errorf("%s: federated is %v", want.name, run["federated"])
			}
			continue
		}
		late, clients := 0, f["clients"].([]any)
		for _, c := range clients {
			if c.(map[string]any)["status"] == "late" {
				late++
			}
		}
		// 10 clients at 8 bytes a number, 7,850 numbers; those who are late send nothing.
		bytes := float64(3 * 8 * 7850 * (10 + 10 - want.late))
		if f["round"] != want.round || len(clients) != 10 || late != want.late || f["bytes"] != bytes || f["epsilon"] != nil || f["delta"] != nil {
			t.Errorf("%s: round %v, %d clients, %d late, %v bytes, ε %v, δ %v", want.name, f["round"], len(clients), late, f["bytes"], f["epsilon"], f["delta"])
		}
		if lost := f["points_lost"].(float64); lost < 0 || lost > 0.9 {
			t.Errorf("%s: %v lost", want.name, lost)
		}
	}
	two := rs[1]["federated"].(map[string]any)["clients"].([]any)[3].(map[string]any)
	if held := two["classes"].([]any); len(held) != 2 || held[0] != 3.0 || held[1] != 4.0 {
		t.Errorf("c3 holds %v, want the classes 3 and 4", held)
	}
}

// TestFederatedMNIST is the assignment's question: ten clients with two digits
// each, 30 rounds of one epoch, B = 64, α = 0.1, against centralised SGD with as
// many gradient evaluations. The ranges hold an independent run in numpy.
func TestFederatedMNIST(t *testing.T) {
	if raceEnabled {
		t.Skip("120 passes over MNIST take too long under the race detector")
	}
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("OPTWATCH_DATA"), "mnist", "train-images*")); found == nil {
		t.Skip("OPTWATCH_DATA has no MNIST")
	}
	rs := runs(outcome(t, "fed", "--headless", "--data", "mnist", "--val", "0"))
	got := map[string]float64{}
	for _, r := range rs {
		if r["evals"] != 30*60000.0 {
			t.Errorf("%v took %v evaluations, want 30 passes", r["name"], r["evals"])
		}
		got[r["name"].(string)] = r["test_accuracy"].(float64)
	}
	if a := got["fedavg"]; a < 0.865 || a > 0.895 {
		t.Errorf("fedavg on two digits each: test accuracy %v, want 0.865 to 0.895", a)
	}
	if a := got["sgd"]; a < 0.915 || a > 0.925 {
		t.Errorf("centralised: test accuracy %v, want 0.915 to 0.925", a)
	}
	if lost := got["sgd"] - got["fedavg-iid"]; lost > 0.015 || lost < -0.015 {
		t.Errorf("IID loses %v, want less than 0.015", lost)
	}
	// The certified optimum's test accuracy is 0.9208.
	f := rs[1]["federated"].(map[string]any)
	if lost, want := f["points_lost"].(float64), 0.9208-got["fedavg"]; lost < want-1e-9 || lost > want+1e-9 {
		t.Errorf("%v points lost, want %v", lost, want)
	}
}

// TestPrivateRounds spends a budget of ε, and ends there.
func TestPrivateRounds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	status, out, errOut := optwatch(t, "run", "--headless", "--data", "digits", "--passes", "100", "--json", path,
		"--run", "fedavg:clients=200,partition=iid,fraction=0.1,clip=0.5,noise=1,epsilon=4,batch=16")
	if status != exitOK {
		t.Fatalf("exit status %d\n%s%s", status, out, errOut)
	}
	run := runs(decoded(t, path))[0]
	f := run["federated"].(map[string]any)
	if e := f["epsilon"].(float64); e > 4 || e < 3.5 || !strings.Contains(run["reason"].(string), "would take ε to") {
		t.Errorf("ε = %v, %v (%v); want just below 4", e, run["status"], run["reason"])
	}
	if !strings.Contains(out, "the noise follows from the seed") {
		t.Errorf("it does not say that the noise can be reproduced:\n%s", out)
	}
}

// TestFederatedUsage tries what a user may get wrong.
func TestFederatedUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"fed", "--clients", "0"}, "clients must be at least 1"},
		{[]string{"fed", "--partition", "by-moon"}, "by-moon"},
		{[]string{"fed", "--slow", "half"}, "--slow is SHARE or SHARE:TIMES"},
		{[]string{"fed", "--slow", "0.5:"}, "--slow is SHARE or SHARE:TIMES"},
		{[]string{"fed", "--slow", "2"}, "slow must be"},
		{[]string{"fed", "--drop", "2"}, "drop must be"},
		{[]string{"fed", "--deadline", "-1"}, "deadline must be above 0"},
		{[]string{"fed", "--mu", "-1"}, "mu must be at least 0"},
		{[]string{"fed", "--run", "sgd"}, "optwatch run takes a line-up of your own"},
		{[]string{"run", "--run", "fedavg:warm=1"}, `unknown key "warm"`},
		{[]string{"run", "--run", "fedadam+svrg"}, "fedadam is a server's rule; it goes with fedavg, fedprox, scaffold, fednova"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "fedavg:clients=9000"}, "9000 clients are more than the 8000 examples"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "fedavg:noise=1,delta=0.5"}, "delta must be below one over the number of clients, 1/10"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "fedavg:aggregate=krum,byzantine=4"}, "needs 11 updates a round, and a round selects 10"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "scaffold:local=adam"}, "it takes local=sgd"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "adamw+fedavg"}, "cannot be the server's rule"},
	} {
		status, _, errOut := optwatch(t, c.args...)
		if status != exitUsage || !strings.Contains(errOut, c.want) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("optwatch %s: exit status %d, stderr %q; want 2 and one line with %q", strings.Join(c.args, " "), status, errOut, c.want)
		}
	}
}

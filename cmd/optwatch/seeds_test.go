package main

import (
	"slices"
	"strings"
	"testing"
)

// Seeds go up from a recipe's own or else the experiment's; the line-up comes
// first as it is with one seed.
func TestOverSeeds(t *testing.T) {
	over := func(texts []string, seeds int) []string {
		var out []string
		for _, r := range overSeeds(catalogue().Must(texts...), 3, seeds) {
			out = append(out, r.String())
		}
		return out
	}
	got := over([]string{"sgd:lr=0.1", "adam:seed=7"}, 3)
	want := []string{"sgd:lr=0.1", "adam:seed=7", "sgd:lr=0.1,seed=4", "adam:seed=8", "sgd:lr=0.1,seed=5", "adam:seed=9"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := over(want[:2], 1); !slices.Equal(got, want[:2]) {
		t.Errorf("one seed: got %q", got)
	}
}

// The first run of several seeds is to the bit the one that there is without;
// the others differ from it. Each has its line, and all of them one together.
func TestSeeds(t *testing.T) {
	alone := runs(outcome(t, "run", "--headless", "--data", "digits", "--run", "sgd:lr=0.3", "--passes", "1"))
	args := []string{"run", "--headless", "--data", "digits", "--run", "sgd:lr=0.3", "--passes", "1", "--seeds", "3"}
	several := runs(outcome(t, args...))
	if len(several) != 3 || several[0]["theta_sha256"] != alone[0]["theta_sha256"] {
		t.Fatalf("%d runs, the first with θ of %v, want 3 and %v", len(several), several[0]["theta_sha256"], alone[0]["theta_sha256"])
	}
	for i, name := range []string{"sgd", "sgd-2", "sgd-3"} {
		if several[i]["name"] != name || several[i]["seed"] != float64(i+1) {
			t.Errorf("run %d is %v with seed %v, want %s with %d", i, several[i]["name"], several[i]["seed"], name, i+1)
		}
		if i > 0 && several[i]["theta_sha256"] == several[0]["theta_sha256"] {
			t.Errorf("%s is the same as sgd", name)
		}
	}
	_, out, _ := optwatch(t, args...)
	for _, want := range []string{"median [spread]", "sgd ×3", "lowest … highest"} {
		if strings.Count(out, want) != 1 {
			t.Errorf("%q is printed %d times, want once:\n%s", want, strings.Count(out, want), out)
		}
	}
}

// A run that diverged is counted and left out of the median.
func TestSeedsThatDiverge(t *testing.T) {
	_, out, _ := optwatch(t, "run", "--headless", "--data", "digits", "--model", "least-squares", "--run", "sgd:lr=1e3", "--passes", "1", "--seeds", "5")
	for _, want := range []string{"sgd ×5", "quartiles, 5 of 5 diverged or failed"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not printed:\n%s", want, out)
		}
	}
}

func TestTooManySeeds(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"run --run sgd --run adam --seeds 9", "2 runs with 9 seeds each are 18, and there can be 16: 8 seeds at most, or fewer runs"},
		{"run --run sgd --seeds 0", "--seeds must be at least 1, got 0"},
		{"fed --seeds 5", "4 runs with 5 seeds each are 20, and there can be 16: 4 seeds at most, or fewer runs"},
	} {
		args := append(strings.Fields(test.args), "--headless", "--data", "digits")
		if status, out, errOut := optwatch(t, args...); status != exitUsage || !strings.Contains(errOut, test.want) {
			t.Errorf("%s: exit status %d, %q, want %d and %q\n%s", test.args, status, errOut, exitUsage, test.want, out)
		}
	}
}

package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// crashing are methods of every kind that has a state of its own.
var crashing = []string{
	"sgd:batch=8", "adam:batch=16,schedule=cosine", "svrg:m=2000,lr=0.02", "svrg:m=n/2,lr=0.02,warm=1,stored=1", "sarah:m=2000,lr=0.02",
	"saga:lr=0.01", "adam+svrg:lr=0.0005,batch=8,m=500", "fedavg:batch=16", "scaffold:batch=16,lr=0.05",
	"fedavg:clients=100,partition=iid,fraction=0.2,clip=0.5,epsilon=8,rounds=40,name=private",
}

// program is the program as a process of its own, with a state folder.
func program(t *testing.T, state string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), exe, args...)
	c.Env = append(os.Environ(), asProgram+"=1", "OPTWATCH_STATE="+state, "XDG_CACHE_HOME="+cache, "LC_ALL=C.UTF-8")
	return c
}

// ends runs a program to its end and returns what it printed.
func ends(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c.Args[1:], err, text)
	}
	return string(text)
}

// undisturbed is what the JSON of a finished experiment says of its runs, but for
// what the clock decides.
func undisturbed(t *testing.T, path string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, r := range runs(decoded(t, path)) {
		forget(r)
		out[r["name"].(string)] = r
	}
	return out
}

// forget takes out of a value what the clock decides.
func forget(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range []string{"seconds", "plot_seconds", "probe_seconds", "elapsed", "evals_per_second"} {
			delete(v, key)
		}
		for _, inner := range v {
			forget(inner)
		}
	case []any:
		for _, inner := range v {
			forget(inner)
		}
	}
}

// Experiments that are killed at any moment, again and again, and resumed come
// to what they come to undisturbed: the same parameters, counts and curves.
// OPTWATCH_CRASHES is the number of kills; the more, the longer it takes.
func TestCrashes(t *testing.T) {
	kills := 4
	if text := os.Getenv("OPTWATCH_CRASHES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		kills = n
	} else if testing.Short() || raceEnabled {
		kills = 1
	}
	dir := t.TempDir()
	lineUp := []string{"run", "--headless", "--data", "digits", "--passes", "24"}
	for _, r := range crashing {
		lineUp = append(lineUp, "--run", r)
	}
	whole := filepath.Join(dir, "whole.json")
	began := time.Now()
	ends(t, program(t, dir, append(lineUp, "--json", whole, "--record", "none")...))
	took := time.Since(began)
	want := undisturbed(t, whole)
	if len(want) != len(crashing) {
		t.Fatalf("%d runs, want %d", len(want), len(crashing))
	}
	chance := rand.New(rand.NewPCG(1, 2))
	for left, trial := kills, 0; left > 0; trial++ {
		file := filepath.Join(dir, strconv.Itoa(trial)+".db")
		end := filepath.Join(dir, strconv.Itoa(trial)+".json")
		args := append(append([]string{}, lineUp...), "--checkpoint", "50ms", "--record", file, "--json", end)
		for {
			c := program(t, dir, args...)
			var said bytes.Buffer
			c.Stdout, c.Stderr = &said, &said
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			after := time.NewTimer(time.Duration(chance.Float64() * float64(took)))
			if left == 0 {
				after.Stop()
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Fatalf("trial %d: %v: %v\n%s", trial, c.Args[1:], err, said.String())
				}
			case <-after.C:
				_ = c.Process.Kill()
				<-ended
				left--
				if args[0] == "resume" || begun(t, file) {
					args = []string{"resume", file, "--headless", "--checkpoint", "50ms", "--json", end}
				}
				continue
			}
			break
		}
		got := undisturbed(t, end)
		for name, w := range want {
			if diff := difference(name, got[name], w); diff != "" {
				t.Errorf("trial %d: %s", trial, diff)
			}
		}
	}
}

// begun says whether there is a record to go on from. A program that is killed
// while it makes the file leaves one that nothing is in, which is taken away.
func begun(t *testing.T, file string) bool {
	t.Helper()
	_, err := summarise(file)
	if err == nil {
		return true
	}
	if !strings.Contains(err.Error(), "is empty") && !strings.Contains(err.Error(), "is no record: found no") {
		t.Fatalf("of the killed program's record: %v", err)
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(file + end)
	}
	return false
}

// difference is the first place in which two values of JSON differ; "" if there is none.
func difference(path string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(got) != len(want) {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if d := difference(path+"."+key, got[key], want[key]); d != "" {
				return d
			}
		}
		return ""
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			break
		}
		for i := range want {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), got[i], want[i]); d != "" {
				return d
			}
		}
		return ""
	default:
		if got == want {
			return ""
		}
	}
	return fmt.Sprintf("%s is %.300v, want %.300v", path, got, want)
}

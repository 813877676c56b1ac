package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A program that is killed at the N-th write of one of its threads goes on from
// the last checkpoint that is whole, or says that there is nothing to go on from:
// never does it come to another result. OPTWATCH_WRITES=all takes every N, in
// many minutes; else some are taken.
func TestKilledAtAnyWrite(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace, which kills a program at a given write, is not installed")
	}
	if out, err := exec.CommandContext(t.Context(), strace, "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %v: %s", err, out)
	}
	if raceEnabled {
		t.Skip("the race detector and strace are no good company")
	}
	dir := t.TempDir()
	file, end := filepath.Join(dir, "r.db"), filepath.Join(dir, "r.json")
	lineUp := []string{
		"run", "--headless", "--data", "digits", "--passes", "3", "--checkpoint", "50ms", "--json", end,
		"--run", "adam", "--run", "svrg:m=500", "--run", "fedavg:clients=5,local=momentum",
	}
	traced := func(inject ...string) (trace []byte, err error) {
		log := filepath.Join(dir, "trace")
		c := program(t, dir, append(lineUp, "--record", file)...)
		c.Args = slices.Concat([]string{strace, "-f", "-qq", "-o", log, "-e", "trace=pwrite64"}, inject, []string{c.Path}, c.Args[1:])
		c.Path = strace
		said, err := c.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, said)
		}
		trace, e := os.ReadFile(log)
		if e != nil {
			t.Fatal(e)
		}
		return trace, err
	}
	trace, err := traced()
	if err != nil {
		t.Fatal(err)
	}
	want, writes := undisturbed(t, end), strings.Count(string(trace), "pwrite64(")
	if len(want) != 3 || writes < 50 {
		t.Fatalf("%d runs in %d writes", len(want), writes)
	}
	stride := max(1, writes/12)
	if os.Getenv("OPTWATCH_WRITES") == "all" {
		stride = 1
	}
	resumed := 0
	for n := 1; n <= writes; n += stride {
		for _, name := range []string{file, file + "-wal", file + "-shm", file + "-journal", end} {
			os.Remove(name)
		}
		if _, err := traced("-e", "inject=pwrite64:signal=SIGKILL:when="+strconv.Itoa(n)); err == nil {
			break // it made fewer writes this time
		}
		said, err := program(t, dir, "resume", file, "--headless", "--json", end).CombinedOutput()
		if err != nil { // it was killed before the record had its first transaction
			if !strings.Contains(string(said), "no record") && !strings.Contains(string(said), "is empty") && !strings.Contains(string(said), "no such file") {
				t.Errorf("write %d of %d: %v\n%s", n, writes, err, said)
			}
			continue
		}
		resumed++
		got := undisturbed(t, end)
		for name, w := range want {
			if diff := difference(name, got[name], w); diff != "" {
				t.Errorf("write %d of %d: %s", n, writes, diff)
			}
		}
	}
	if resumed == 0 {
		t.Error("nothing was resumed")
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestKernelsAreChosen: the environment chooses the kernels when the program starts,
// and what it cannot have is an error.
func TestKernelsAreChosen(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ asked, want string }{
		{"", "kernels " + kernels()},
		{"generic", "kernels go-"}, // as they were asked for before they were called go
		{"go", "kernels go-"},
		{"avx2", map[bool]string{true: "kernels avx2", false: "this processor or build has no kernels of AVX2"}[strings.HasPrefix(kernels(), "avx")]},
		{"avx512", map[bool]string{true: "kernels avx512", false: "this processor or build has no kernels of AVX-512"}[strings.HasPrefix(kernels(), "avx512")]},
		{"sse", "OPTWATCH_KERNELS=sse: want avx512, avx2 or go"},
	} {
		program := exec.Command(exe, "--version")
		program.Env = append(os.Environ(), "OPTWATCH_KERNELS="+c.asked)
		out, err := program.CombinedOutput()
		if refused := !strings.HasPrefix(c.want, "kernels"); !strings.Contains(string(out), c.want) || (err != nil) != refused {
			t.Errorf("%q: %s%v, want %s", c.asked, out, err, c.want)
		}
	}
}

// The loops in Go are called go wherever a user reads it, as they are asked for. A record
// that calls them generic, as records did, is of the same, and is gone on with.
func TestGoKernelsHaveOneName(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	under := func(set string, args ...string) (string, error) {
		program := exec.Command(exe, args...)
		program.Env = append(os.Environ(), "OPTWATCH_KERNELS="+set, "OPTWATCH_STATE="+state)
		out, err := program.CombinedOutput()
		return string(out), err
	}
	if out, err := under("go", "run", "--headless", "--data", "digits", "--run", "sgd", "--evals", "640"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	records, err := filepath.Glob(filepath.Join(state, "*.db"))
	if err != nil || len(records) != 1 {
		t.Fatalf("the records are %v, %v; want one", records, err)
	}
	called := regexp.MustCompile(`"kernels": ?"([^"]*)"`)
	name := ""
	for _, args := range [][]string{{"runs", "--json"}, {"export", records[0], "--json", "-"}} {
		out, err := under("go", args...)
		got := called.FindStringSubmatch(out)
		if err != nil || len(got) != 2 || !strings.HasPrefix(got[1], "go-") {
			t.Fatalf("%v: %v, and kernels %q in\n%s", args, err, got, out)
		}
		name = got[1]
	}
	computedBy(t, records[0], strings.Replace(name, "go", "generic", 1), runtime.GOARCH)
	if out, err := under("go", "runs", "--json"); err != nil || !strings.Contains(out, name) || strings.Contains(out, "generic") {
		t.Errorf("of a record that says generic: %v, %s", err, out)
	}
	if out, err := under("go", "resume", records[0], "--headless", "--evals", "1280"); err != nil {
		t.Errorf("a record that says generic is not gone on with: %v, %s", err, out)
	}
	if !strings.HasPrefix(kernels(), "avx") {
		return
	}
	if out, err := under("avx2", "resume", records[0], "--headless", "--evals", "1920"); err == nil || !strings.Contains(out, "computed by kernels "+name+" on") {
		t.Errorf("under others: %v, %s; want a refusal that says %s", err, out, name)
	}
}

// TestSetsEndAtTheSameBits: what is trained with vectors of 512 bits ends where it ends
// with those of 256, which is why a record may go on with either.
func TestSetsEndAtTheSameBits(t *testing.T) {
	if !strings.HasPrefix(kernels(), "avx512") {
		t.Skip("this processor has one set of kernels in assembly")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	digests := regexp.MustCompile(`"theta_sha256": *"[0-9a-f]+"`)
	for _, args := range [][]string{
		{"--run", "sgd", "--run", "adam", "--run", "saga:batch=1", "--run", "svrg", "--run", "fedavg"},
		{"--model", "net", "--run", "sgd", "--run", "momentum:batch=19"},
	} {
		var ends [2][]string
		for i, set := range []string{"avx2", "avx512"} {
			program := exec.Command(exe, append([]string{"run", "--headless", "--record", "none", "--data", "digits", "--evals", "20000", "--json", "/dev/stdout"}, args...)...)
			program.Env = append(os.Environ(), "OPTWATCH_KERNELS="+set)
			out, err := program.Output()
			if err != nil {
				t.Fatalf("%s: %v", set, err)
			}
			ends[i] = digests.FindAllString(string(out), -1)
		}
		if len(ends[0]) == 0 || !slices.Equal(ends[0], ends[1]) {
			t.Errorf("%v: with avx2 %v, with avx512 %v", args, ends[0], ends[1])
		}
	}
}

package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
)

// TestKernelsAreChosen: the environment chooses the kernels when the program starts,
// and what it cannot have is an error.
func TestKernelsAreChosen(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ asked, want string }{
		{"", "kernels " + kernelsAsAsked(train.Kernels())},
		{"generic", "kernels go-"}, // as they were asked for before they were called go
		{"go", "kernels go-"},
		{"avx2", map[bool]string{true: "kernels avx2", false: "this processor or build has no kernels of AVX2"}[strings.HasPrefix(train.Kernels(), "avx")]},
		{"avx512", map[bool]string{true: "kernels avx512", false: "this processor or build has no kernels of AVX-512"}[strings.HasPrefix(train.Kernels(), "avx512")]},
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

// TestSetsEndAtTheSameBits: what is trained with vectors of 512 bits ends where it ends
// with those of 256, which is why a record may go on with either.
func TestSetsEndAtTheSameBits(t *testing.T) {
	if !strings.HasPrefix(train.Kernels(), "avx512") {
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

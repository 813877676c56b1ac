package main

import (
	"os"
	"os/exec"
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
		{"", "kernels " + train.Kernels()},
		{"go", "kernels generic"},
		{"avx2", map[bool]string{true: "kernels avx2", false: "there are no kernels of AVX2"}[strings.HasPrefix(train.Kernels(), "avx2")]},
		{"sse", "OPTWATCH_KERNELS=sse: want avx2 or go"},
	} {
		program := exec.Command(exe, "--version")
		program.Env = append(os.Environ(), "OPTWATCH_KERNELS="+c.asked)
		out, err := program.CombinedOutput()
		if refused := !strings.HasPrefix(c.want, "kernels"); !strings.Contains(string(out), c.want) || (err != nil) != refused {
			t.Errorf("%q: %s%v, want %s", c.asked, out, err, c.want)
		}
	}
}

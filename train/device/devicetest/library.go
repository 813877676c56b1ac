// Package devicetest holds what the tests of several backends share: NVIDIA's
// library and nvidia-smi as fakes that answer from one file, and what a test asks
// of any sampler. It is imported by tests only.
package devicetest

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

//go:embed testdata/fakenvml.c
var librarySource string

//go:embed testdata/nvidia-smi.sh
var program string

// built are the fake libraries by the flags of their compilation, in a folder
// that Main removes.
var built struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

// Main runs the tests of a package, and then removes the libraries that were
// built for them.
func Main(m *testing.M) int {
	defer func() {
		if built.dir != "" {
			os.RemoveAll(built.dir)
		}
	}()
	return m.Run()
}

// UseLibrary makes NVML's library be the fake libnvidia-ml.so.1 for the time of
// a test. It is compiled once for each set of flags. Without a C compiler the
// test is skipped, and in CI it fails.
func UseLibrary(tb testing.TB, flags ...string) {
	tb.Helper()
	tb.Setenv("OPTWATCH_NVML_LIB", library(tb, flags...))
}

func library(tb testing.TB, flags ...string) string {
	tb.Helper()
	built.Lock()
	defer built.Unlock()
	key := strings.Join(flags, " ")
	if path := built.paths[key]; path != "" {
		return path
	}
	compiler := compiler(tb)
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "fakenvml")
		if err != nil {
			tb.Fatal(err)
		}
		built.dir, built.paths = dir, map[string]string{}
	}
	source := filepath.Join(built.dir, "fakenvml.c")
	if err := os.WriteFile(source, []byte(librarySource), 0o644); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(built.dir, fmt.Sprintf("libnvidia-ml-%d.so.1", len(built.paths)))
	args := append([]string{"-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", "-o", path, source}, flags...)
	if out, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", compiler, err, out)
	}
	built.paths[key] = path
	return path
}

// compiler finds a C compiler.
func compiler(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{os.Getenv("CC"), "cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		tb.Fatal("no C compiler, which CI must have: the fake NVML library cannot be made")
	}
	tb.Skip("no C compiler ($CC, cc, gcc, clang): the fake NVML library cannot be made")
	return ""
}

// UseProgram makes nvidia-smi be the fake program for the time of a test.
func UseProgram(tb testing.TB) {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nvidia-smi"), []byte(program), 0o755); err != nil {
		tb.Fatal(err)
	}
	tb.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

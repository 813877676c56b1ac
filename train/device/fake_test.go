package device

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	fakeMu    sync.Mutex
	fakeBuilt = map[string]string{}
	fakeDir   string
)

func TestMain(m *testing.M) {
	status := m.Run()
	if fakeDir != "" {
		os.RemoveAll(fakeDir)
	}
	os.Exit(status)
}

// fakeLibrary compiles the fake libnvidia-ml.so.1, once for each set of flags.
// Without a C compiler the test is skipped, and in CI it fails.
func fakeLibrary(tb testing.TB, flags ...string) string {
	tb.Helper()
	fakeMu.Lock()
	defer fakeMu.Unlock()
	key := strings.Join(flags, " ")
	if path := fakeBuilt[key]; path != "" {
		return path
	}
	compiler := ""
	for _, name := range []string{os.Getenv("CC"), "cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			compiler = path
			break
		}
	}
	if compiler == "" {
		if os.Getenv("CI") == "true" {
			tb.Fatal("no C compiler, which CI must have: the fake NVML library cannot be made")
		}
		tb.Skip("no C compiler ($CC, cc, gcc, clang): the fake NVML library cannot be made")
	}
	if fakeDir == "" {
		dir, err := os.MkdirTemp("", "fakenvml")
		if err != nil {
			tb.Fatal(err)
		}
		fakeDir = dir
	}
	path := filepath.Join(fakeDir, fmt.Sprintf("libnvidia-ml-%d.so.1", len(fakeBuilt)))
	args := append([]string{"-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", "-o", path, "testdata/fakenvml.c"}, flags...)
	if out, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v\n%s", compiler, err, out)
	}
	fakeBuilt[key] = path
	return path
}

// scenario is the file that the fake library and the fake nvidia-smi answer from.
type scenario struct {
	tb   testing.TB
	path string
}

// newScenario makes the file, and lets the fakes find it.
func newScenario(tb testing.TB, text string) *scenario {
	tb.Helper()
	s := &scenario{tb, filepath.Join(tb.TempDir(), "scenario")}
	tb.Setenv("FAKE_NVML", s.path)
	s.write(text)
	return s
}

// write changes the file at one moment.
func (s *scenario) write(text string) {
	s.tb.Helper()
	next := s.path + ".next"
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		s.tb.Fatal(err)
	}
	if err := os.Rename(next, s.path); err != nil {
		s.tb.Fatal(err)
	}
}

// full is a device that has everything.
const full = "uuid=GPU-aaaa name=NVIDIA_H200 bdf=00000000:3B:00.0 util=87 membw=41 total=150323855360 used=107374182400 reserved=536870912 " +
	"power=412000 limit=700000 temp=64 slow=92 sm=1785 memclk=2619 fan=30 throttle=4 pcierx=1000 pcietx=2000 nvrx=10 nvtx=20 sbe=3 dbe=0 mig=0"

// another is a second device of the same kind.
var another = strings.NewReplacer("aaaa", "bbbb", "3B", "5E", "util=87", "util=0").Replace(full)

// gpus is a scenario of some devices.
func gpus(lines ...string) string {
	text := "driver=570.86.10\n"
	for _, line := range lines {
		if !strings.HasPrefix(line, "proc ") && !strings.HasPrefix(line, "mig ") && !strings.HasPrefix(line, "xid ") && !strings.HasPrefix(line, "hang ") {
			line = "dev " + line
		}
		text += line + "\n"
	}
	return text
}

// opened opens a sampler, and closes it with the test.
func opened(tb testing.TB, s Sampler) []Device {
	tb.Helper()
	devices, err := s.Open(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return devices
}

// sampled asks a sampler that must answer.
func sampled(tb testing.TB, s Sampler, tiers Tier) Frame {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	f, err := s.Sample(ctx, tiers)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// wantReadings compares readings: a number, or a quality.
func wantReadings(t *testing.T, s Sample, want map[Metric]any) {
	t.Helper()
	for m, w := range want {
		got := s.Readings[m]
		switch w := w.(type) {
		case Quality:
			if got.Quality != w {
				t.Errorf("%s of %s: got %v, %v, want %v", m, s.ID, got.Value, got.Quality, w)
			}
		case float64:
			if got.Quality != OK || math.Abs(got.Value-w) > 1e-9*math.Abs(w) {
				t.Errorf("%s of %s: got %v, %v, want %v", m, s.ID, got.Value, got.Quality, w)
			}
		default:
			t.Fatalf("%s: want %T", m, w)
		}
	}
}

package devicetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Scenario is the file that the fake library and the fake nvidia-smi answer from.
type Scenario struct {
	tb   testing.TB
	path string
}

// NewScenario makes the file, and lets the fakes find it.
func NewScenario(tb testing.TB, text string) *Scenario {
	tb.Helper()
	s := &Scenario{tb, filepath.Join(tb.TempDir(), "scenario")}
	tb.Setenv("FAKE_NVML", s.path)
	s.Write(text)
	return s
}

// Write changes the file at one moment.
func (s *Scenario) Write(text string) {
	s.tb.Helper()
	next := s.path + ".next"
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		s.tb.Fatal(err)
	}
	if err := os.Rename(next, s.path); err != nil {
		s.tb.Fatal(err)
	}
}

// Full is a device that has everything.
const Full = "uuid=GPU-aaaa name=NVIDIA_H200 bdf=00000000:3B:00.0 util=87 membw=41 total=150323855360 used=107374182400 reserved=536870912 " +
	"power=412000 limit=700000 temp=64 slow=92 sm=1785 memclk=2619 fan=30 throttle=4 pcierx=1000 pcietx=2000 nvrx=10 nvtx=20 sbe=3 dbe=0 mig=0"

// Another is a second device of the same kind.
var Another = strings.NewReplacer("aaaa", "bbbb", "3B", "5E", "util=87", "util=0").Replace(Full)

// GPUs is a scenario of some devices.
func GPUs(lines ...string) string {
	text := "driver=570.86.10\n"
	for _, line := range lines {
		if !strings.HasPrefix(line, "proc ") && !strings.HasPrefix(line, "mig ") && !strings.HasPrefix(line, "xid ") && !strings.HasPrefix(line, "hang ") {
			line = "dev " + line
		}
		text += line + "\n"
	}
	return text
}

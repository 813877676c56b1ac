//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

// TestNVMLProcesses names this process, and takes one that computes and draws
// for one.
func TestNVMLProcesses(t *testing.T) {
	s := newFakeNVML(t)
	me := os.Getpid()
	devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full+" junk=1",
		fmt.Sprintf("proc dev=0 pid=%d mem=1024 sm=70", me),
		fmt.Sprintf("proc dev=0 pid=%d mem=1024 list=G", me),
		"proc dev=0 pid=4194303 mem=18446744073709551615", // no process here
	))
	devicetest.Opened(t, s)
	s.session.Load().names.Foreign = false // also where the tests run in a container
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.ProcessCount: 2.0})
	p := f.Samples[0].Processes
	if p[0].PID != me || p[0].User == "" || !strings.Contains(p[0].Command, "nvml.test") || p[0].Foreign || p[0].Memory.Value != 1024 || p[0].SM.Value != 70 {
		t.Errorf("got %+v, want this process with 1024 bytes and 70 %%", p[0])
	}
	if !p[1].Foreign || p[1].Command != "" || p[1].Memory.Quality != device.Unsupported || p[1].SM != device.Measured(0, p[1].SM.At) {
		t.Errorf("got %+v, want a foreign process of unknown memory that does nothing", p[1])
	}
	s.session.Load().names.Foreign = true
	if p := devicetest.Sampled(t, s, device.Processes).Samples[0].Processes; !p[0].Foreign || p[0].Command != "" {
		t.Errorf("got %+v, want no name for the host's pid in another namespace", p[0])
	}
}

// TestNVMLProcessesGrow: the list grows between the question for its length and
// that for itself.
func TestNVMLProcessesGrow(t *testing.T) {
	s := newFakeNVML(t)
	lines := []string{devicetest.Full + " grow=2"}
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("proc dev=0 pid=%d mem=1", 100+i))
	}
	devicetest.NewScenario(t, devicetest.GPUs(lines...))
	devicetest.Opened(t, s)
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Processes).Samples[0], map[device.Metric]any{device.ProcessCount: 40.0})
}

// TestNVMLProcessesWide: drivers that fill version 3 with rows of 32 bytes are
// asked for version 2, whether their version tells or their pids.
func TestNVMLProcessesWide(t *testing.T) {
	for _, driver := range []string{"535.54.03", "570.86.10"} {
		s := newFakeNVML(t)
		devicetest.NewScenario(t, strings.Replace(devicetest.GPUs(devicetest.Full+" wide=1", "proc dev=0 pid=11 mem=5", "proc dev=0 pid=12 mem=6", "proc dev=0 pid=13 mem=7"), "570.86.10", driver, 1))
		devicetest.Opened(t, s)
		p := devicetest.Sampled(t, s, device.Processes).Samples[0].Processes
		if len(p) != 3 || p[0].PID != 11 || p[1].PID != 12 || p[2].PID != 13 || p[2].Memory.Value != 7 {
			t.Errorf("driver %s: got %+v, want pids 11, 12 and 13", driver, p)
		}
	}
}

// TestNVMLProcessShares: nobody busy is no error, and an old row is not taken
// again.
func TestNVMLProcessShares(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, fmt.Sprintf("proc dev=0 pid=11 mem=5 sm=60 at=%d", time.Now().UnixMicro())))
	devicetest.Opened(t, s)
	share := func() device.Reading { return devicetest.Sampled(t, s, device.Processes).Samples[0].Processes[0].SM }
	if got := share(); got.Value != 60 || got.Quality != device.OK {
		t.Errorf("got %+v, want 60 %%", got)
	}
	if got := share(); got.Value != 0 || got.Quality != device.OK { // the fake answers "not found"
		t.Errorf("got %+v, want 0 %%: nothing newer", got)
	}
	sc.Write(devicetest.GPUs(devicetest.Full+" ProcessUtilization=4", "proc dev=0 pid=11 mem=5"))
	if got := share(); got.Quality != device.Denied {
		t.Errorf("got %+v, want denied", got)
	}
	sc.Write(devicetest.GPUs(devicetest.Full+" RunningProcesses=4", "proc dev=0 pid=11 mem=5"))
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Processes).Samples[0], map[device.Metric]any{device.ProcessCount: device.Denied})
}

// TestNewest: of the rows of a process the newest counts; padding and old rows do
// not, and a share above 100 is none: that process may have done anything.
func TestNewest(t *testing.T) {
	d := &gpu{lastSeen: 100}
	got := d.newest([]processUtilization{
		{pid: 0, at: 200, sm: 50},
		{pid: 1, at: 100, sm: 50},
		{pid: 2, at: 150, sm: 200},
		{pid: 3, at: 150, sm: 40},
		{pid: 3, at: 120, sm: 10},
	})
	if len(got) != 2 || !math.IsNaN(got[2]) || got[3] != 40 || d.lastSeen != 150 {
		t.Errorf("got %v, seen until %d, want 40 %% of process 3, NaN of process 2, until 150", got, d.lastSeen)
	}
}

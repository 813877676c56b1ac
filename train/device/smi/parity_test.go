//go:build linux && (amd64 || arm64) && !nonvml

package smi

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
	"optwatch/train/device/nvml"
)

// TestParity: NVML and nvidia-smi say the same of the same devices.
func TestParity(t *testing.T) {
	// What nvidia-smi does not print a second by second.
	notInSMI := []device.Metric{device.SlowdownTemperature, device.PCIeRX, device.PCIeTX, device.NVLinkRX, device.NVLinkTX}
	devicetest.UseLibrary(t)
	library, program := nvml.New(os.DirFS("/")), newFakeSMI(t)
	sparse := "uuid=GPU-cccc name=Old bdf=00000000:AF:00.0 total=1073741824 used=1048576 temp=40 UtilizationRates=3"
	devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another+" PowerUsage=4", sparse, "proc dev=0 pid=4194303 mem=1048576 sm=70", "proc dev=0 pid=4194302 mem=2097152",
		strings.ReplaceAll(devicetest.Another, "bbbb", "dddd")+" ret=15"))
	a, b := devicetest.Opened(t, library), devicetest.Opened(t, program)
	if !slices.Equal(a[:3], b[:3]) {
		t.Errorf("devices: got %+v and %+v", a, b)
	}
	x := devicetest.Sampled(t, library, device.AllTiers)
	var y device.Frame
	devicetest.Eventually(t, func() bool {
		y = devicetest.Sampled(t, program, device.AllTiers)
		return y.Samples[0].Readings[device.ProcessCount].Quality == device.OK
	})
	for i := range x.Samples {
		p, q := &x.Samples[i], &y.Samples[i]
		if p.State != q.State {
			t.Errorf("device %d: got %v and %v", i, p.State, q.State)
		}
		for m := range device.Metrics {
			if !slices.Contains(notInSMI, m) && !same(p.Readings[m], q.Readings[m]) {
				t.Errorf("device %d, %s: NVML has %+v, nvidia-smi %+v", i, m, p.Readings[m], q.Readings[m])
			}
		}
		for _, list := range []*[]device.Process{&p.Processes, &q.Processes} {
			slices.SortFunc(*list, func(x, y device.Process) int { return x.PID - y.PID })
		}
		if !slices.EqualFunc(p.Processes, q.Processes, func(a, b device.Process) bool {
			return a.PID == b.PID && a.Foreign == b.Foreign && same(a.Memory, b.Memory) && same(a.SM, b.SM)
		}) {
			t.Errorf("device %d: NVML has %+v, nvidia-smi %+v", i, p.Processes, q.Processes)
		}
	}
}

// same says whether two readings are equal, but for their times.
func same(a, b device.Reading) bool {
	return a.Quality == b.Quality && math.Abs(a.Value-b.Value) <= 1e-9*math.Abs(a.Value)
}

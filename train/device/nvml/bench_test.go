//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
	"optwatch/train/device/host"
)

// eight is a scenario of 8 GPUs with two processes each.
func eight() string {
	var lines []string
	for i := range 8 {
		lines = append(lines, strings.NewReplacer("GPU-aaaa", fmt.Sprintf("GPU-%d", i), "3B", fmt.Sprintf("%02X", i)).Replace(devicetest.Full))
		for p := range 2 {
			lines = append(lines, fmt.Sprintf("proc dev=%d pid=%d mem=1048576 sm=70", i, os.Getpid()+p))
		}
	}
	return devicetest.GPUs(lines...)
}

// cpuTimeUsed is the time that this process has spent computing, in user and
// kernel.
func cpuTimeUsed() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkTick is one tick of 8 GPUs on the fake library, by tier, the merging
// into a view included. %core is the share of one core that it costs at the
// tier's cadence; "all" is what watching costs in all. The fake library reads
// its file at every call, which costs most of it.
func BenchmarkTick(b *testing.B) {
	ticks := map[string][]device.Tier{"fast": {device.Fast}, "processes": {device.Processes}, "slow": {device.Slow}, "all": nil}
	for n := range 10 { // ten seconds
		tiers := device.Fast
		if n%2 == 0 {
			tiers |= device.Processes
		}
		if n == 0 {
			tiers |= device.Slow
		}
		ticks["all"] = append(ticks["all"], tiers)
	}
	for _, name := range []string{"fast", "processes", "slow", "all"} {
		b.Run(name, func(b *testing.B) {
			s := newFakeNVML(b)
			devicetest.NewScenario(b, eight())
			devices := devicetest.Opened(b, s)
			seen, machine := &device.Inventory{}, host.New(s.root)
			seen.Opened("nvml", s.Diagnosis(), devices, time.Now())
			period := time.Duration(len(ticks[name])) * time.Second
			if len(ticks[name]) == 1 {
				period = ticks[name][0].Period()
			}
			began := cpuTimeUsed()
			for b.Loop() {
				for _, tiers := range ticks[name] {
					seen.SetHost(machine.Sample(time.Now()))
					seen.Merge(devicetest.Sampled(b, s, tiers), tiers, time.Now())
					_ = seen.View(time.Now())
				}
			}
			used := cpuTimeUsed() - began
			b.ReportMetric(100*used.Seconds()/float64(b.N)/period.Seconds(), "%core")
		})
	}
}

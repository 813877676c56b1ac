package host

import (
	"math"
	"os"
	"strings"
	"testing"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

func FuzzProc(f *testing.F) {
	for _, name := range []string{"stat", "loadavg", "meminfo", "self/stat", "self/status"} {
		if text, err := os.ReadFile("/proc/" + name); err == nil {
			f.Add(string(text))
		}
	}
	f.Add("cpu  18446744073709551615 1 2 3\n")
	f.Add("MemTotal: 18446744073709551615 kB\nMemAvailable: 99999999999 kB")
	f.Add("1 (a) b) R 1")
	f.Fuzz(func(t *testing.T, text string) {
		if times, err := parseStat(text); err == nil {
			devicetest.Sane(t, utilization(times.all, times.all, devicetest.Epoch), utilization(cpuTime{1, 2}, times.all, devicetest.Epoch))
		}
		if load, err := parseLoad(text); err == nil {
			devicetest.Sane(t, device.Measured(load[0], devicetest.Epoch), device.Measured(load[1], devicetest.Epoch), device.Measured(load[2], devicetest.Epoch))
		}
		if available, total, err := parseMeminfo(text); err == nil && available > total {
			t.Errorf("%d available of %d", available, total)
		}
		_, _ = parseProcessStat(text)
		if uid, ok := parseUID(text); ok && uid == "" {
			t.Error("got no user id")
		}
		if got := parseCommand([]byte(text)); strings.ContainsAny(got, "\x00\x1b\n") {
			t.Errorf("got %q", got)
		}
	})
}

func FuzzSysfs(f *testing.F) {
	f.Add("73")
	f.Add("-5")
	f.Add("99999999999999999999")
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := ParseCount(text); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
			t.Errorf("got %v", v)
		}
	})
}

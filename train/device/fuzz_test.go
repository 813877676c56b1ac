package device

import (
	"math"
	"os"
	"strings"
	"testing"
)

// sane fails a test where a reading is OK and no number that can be.
func sane(t *testing.T, readings ...Reading) {
	t.Helper()
	for _, r := range readings {
		if r.Quality == OK && (math.IsNaN(r.Value) || math.IsInf(r.Value, 0) || r.Value < 0) {
			t.Errorf("got %+v", r)
		}
	}
}

func FuzzSMIRow(f *testing.F) {
	fields, _ := knownFields(nil)
	f.Add("GPU-a, 0, NVIDIA H200, 00000000:3B:00.0, 570.86.10, Disabled, 87, 41, 143360, 102400, 512, 412.00, 700.00, 64, 1785, 2619, [N/A], 0, 0, 0x0000000000000004")
	f.Add("GPU-a, 0, [GPU is lost]" + strings.Repeat(", [GPU is lost]", 17))
	f.Add("Unable to determine the device handle for GPU0000:3B:00.0: GPU is lost. Reboot the system to recover this GPU")
	f.Add(strings.Repeat("[Unknown Error], ", 19) + "0x")
	f.Fuzz(func(t *testing.T, text string) {
		row, ok := parseRow(line{text, epoch}, fields)
		if !ok {
			return
		}
		s := row.sample(AllTiers)
		sane(t, s.Readings[:]...)
		if s.ID == "" || s.ID != row.device.ID {
			t.Errorf("got a row of %q", s.ID)
		}
	})
}

func FuzzPmon(f *testing.F) {
	header := "#Time        gpu         pid   type     sm    mem     fb   command\n"
	f.Add(header + " 10:00:01      0       1234     C     98     40   1234   python train.py\n 10:00:01      1          -     -      -      -      -   -\n")
	f.Add(header + " 10:00:01      0       1234     C    250      -      -   -\n 10:00:02 0 5\n")
	f.Add("# gpu pid\n 0 -1\n 99999999999999999999 7\n")
	f.Fuzz(func(t *testing.T, text string) {
		var table pmonTable
		for l := range strings.Lines(text) {
			table.add(line{l, epoch})
		}
		rows, _ := table.latest(second(5))
		for index, list := range rows {
			for _, row := range list {
				sane(t, row.sm, row.memory)
				if row.pid <= 0 || index < 0 || row.sm.Value > 100 {
					t.Errorf("got %+v of device %d", row, index)
				}
			}
		}
	})
}

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
			sane(t, share(times.all, times.all, epoch), share(cpuTime{1, 2}, times.all, epoch))
		}
		if load, err := parseLoad(text); err == nil {
			sane(t, good(load[0], epoch), good(load[1], epoch), good(load[2], epoch))
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
	f.Add("drm-driver:\tamdgpu\ndrm-client-id:\t9\ndrm-memory-vram:\t2048 KiB\ndrm-engine-gfx:\t100 ns\n")
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := parseCount(text); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
			t.Errorf("got %v", v)
		}
		if _, client, _, ok := parseFdinfo(text); ok && client == "" {
			t.Error("got a client without a name")
		}
		_ = sysfsBDF(text)
		_ = parseHelp(text)
	})
}

package host

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

// procTree is a /proc of two cores.
func procTree(idle, busy, ticks string) fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"proc/stat":        file("cpu  " + busy + " 0 100 " + idle + " 50 0 0 0 0 0\ncpu0 0 0 0 100 0 0 0 0 0 0\ncpu1 " + busy + " 0 0 0 0 0 0 0 0 0\nintr 5\n"),
		"proc/loadavg":     file("1.50 0.75 0.10 2/345 6789\n"),
		"proc/meminfo":     file("MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\n"),
		"proc/self/stat":   file("42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 " + ticks + " 10 0 0 20 0 7 0 1000 10000 25 18446744073709551615 1 1\n"),
		"proc/self/ns/pid": {Data: []byte(initialPIDs), Mode: fs.ModeSymlink},
	}
}

func TestHost(t *testing.T) {
	s := New(procTree("1000", "200", "100"))
	s.pageSize = 4096
	h := s.Sample(devicetest.Epoch)
	if h.CPU.Quality != device.Unknown || h.SelfCPU.Quality != device.Unknown || h.Load[0].Value != 1.5 || h.Load[2].Value != 0.1 {
		t.Errorf("first: got %+v, want no shares yet", h)
	}
	if h.MemoryUsed.Value != 400*1024 || h.MemoryTotal.Value != 1000*1024 || h.SelfRSS.Value != 25*4096 {
		t.Errorf("memory: got %v of %v, rss %v", h.MemoryUsed.Value, h.MemoryTotal.Value, h.SelfRSS.Value)
	}
	s.root = procTree("1060", "240", "150")
	h = s.Sample(devicetest.Second(2))
	if h.CPU.Value != 40 || len(h.Cores) != 2 || h.Cores[1].Value != 100 || h.Cores[0].Quality != device.Unknown {
		t.Errorf("got %v and %v, want 40 %%, and 100 %% of the second core", h.CPU, h.Cores)
	}
	if h.SelfCPU.Value != 25 { // 50 ticks of 10 ms in 2 s
		t.Errorf("this process: got %v %%, want 25", h.SelfCPU.Value)
	}
	s.root = procTree("10", "5", "1") // a container was moved
	if h = s.Sample(devicetest.Second(3)); h.CPU.Quality != device.Failed || h.SelfCPU.Quality != device.Unknown {
		t.Errorf("a count that went back: got %v and %v, want no value", h.CPU, h.SelfCPU)
	}
	s.root = fstest.MapFS{} // as on another system
	if h = s.Sample(devicetest.Second(4)); h.CPU.Quality != device.Unsupported || h.MemoryTotal.Quality != device.Unsupported || h.SelfRSS.Quality != device.Unsupported || h.Load[0].Quality != device.Unsupported {
		t.Errorf("without /proc: got %+v, want unsupported", h)
	}
}

// TestHostHere reads the machine that the test runs on.
func TestHostHere(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc here")
	}
	h := New(os.DirFS("/")).Sample(devicetest.Epoch)
	if h.MemoryTotal.Value < 1<<20 || h.SelfRSS.Value < 1<<20 || h.SelfRSS.Value > h.MemoryTotal.Value || h.Load[0].Quality != device.OK || len(h.Cores) == 0 {
		t.Errorf("got %+v", h)
	}
}

func TestClean(t *testing.T) {
	if got := parseCommand([]byte("py\x1b[31mthon\x00--a\tb\x00\xff\x00")); got != "py[31mthon --a b" {
		t.Errorf("got %q, want nothing that a terminal obeys", got)
	}
	if got := parseCommand([]byte(strings.Repeat("ä", 1000))); len(got) > commandLen {
		t.Errorf("got %d bytes", len(got))
	}
}

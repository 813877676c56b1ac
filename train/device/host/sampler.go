package host

import (
	"io/fs"
	"math"
	"os"
	"time"

	"optwatch/train/device"
)

// Sampler reads what the machine does.
type Sampler struct {
	root     fs.FS // "/"
	pageSize int
	last     cpuTimes
	lastSelf uint64 // ticks
	lastAt   time.Time
}

// New is a sampler that finds /proc under a root.
func New(root fs.FS) *Sampler {
	return &Sampler{root: root, pageSize: os.Getpagesize()}
}

// Sample reads the host. Percentages are of the time since the last sample, so that
// the first has none.
func (s *Sampler) Sample(at time.Time) device.Host {
	h := device.Host{At: at}
	s.readCPU(&h)
	s.readLoad(&h)
	h.MemoryUsed, h.MemoryTotal = Memory(s.root, at)
	s.readSelf(&h)
	s.lastAt = at
	return h
}

func (s *Sampler) readCPU(h *device.Host) {
	h.CPU = device.Missing(device.Unknown, h.At)
	text, err := fs.ReadFile(s.root, "proc/stat")
	var now cpuTimes
	if err == nil {
		now, err = parseStat(string(text))
	}
	if err != nil {
		h.CPU = device.Missing(FileQuality(err), h.At)
		s.last = cpuTimes{}
		return
	}
	h.CPU = utilization(s.last.all, now.all, h.At)
	for i, core := range now.cores {
		r := device.Missing(device.Unknown, h.At)
		if len(s.last.cores) == len(now.cores) { // no core went offline or came
			r = utilization(s.last.cores[i], core, h.At)
		}
		h.Cores = append(h.Cores, r)
	}
	s.last = now
}

// utilization is the percentage of busy time between two counts.
func utilization(last, now cpuTime, at time.Time) device.Reading {
	switch {
	case last.total == 0 || now.total == last.total:
		return device.Missing(device.Unknown, at)
	case now.total < last.total || now.busy < last.busy: // iowait may step back
		return device.Missing(device.Failed, at)
	}
	return device.Measured(math.Min(100, 100*float64(now.busy-last.busy)/float64(now.total-last.total)), at)
}

func (s *Sampler) readLoad(h *device.Host) {
	text, err := ReadText(s.root, "proc/loadavg")
	var load [3]float64
	if err == nil {
		load, err = parseLoad(text)
	}
	for i := range load {
		h.Load[i] = device.Measured(load[i], h.At)
		if err != nil {
			h.Load[i] = device.Missing(FileQuality(err), h.At)
		}
	}
}

// Memory is the host's memory in bytes. What the page cache holds and would
// give back is not used.
func Memory(root fs.FS, at time.Time) (used, total device.Reading) {
	text, err := fs.ReadFile(root, "proc/meminfo")
	var free, all uint64
	if err == nil {
		free, all, err = parseMeminfo(string(text))
	}
	if err != nil {
		return device.Missing(FileQuality(err), at), device.Missing(FileQuality(err), at)
	}
	return device.Measured(float64(all-free), at), device.Measured(float64(all), at)
}

// readSelf reads this process. The kernel counts its time in ticks of 10 ms,
// whatever the kernel's own rate (USER_HZ).
func (s *Sampler) readSelf(h *device.Host) {
	h.SelfCPU = device.Missing(device.Unknown, h.At)
	text, err := ReadText(s.root, "proc/self/stat")
	var p processStat
	if err == nil {
		p, err = parseProcessStat(text)
	}
	if err != nil {
		h.SelfCPU, h.SelfRSS = device.Missing(FileQuality(err), h.At), device.Missing(FileQuality(err), h.At)
		return
	}
	h.SelfRSS = device.Measured(float64(p.rss)*float64(s.pageSize), h.At)
	if elapsed := h.At.Sub(s.lastAt).Seconds(); !s.lastAt.IsZero() && elapsed > 0 && p.ticks >= s.lastSelf {
		h.SelfCPU = device.Measured(float64(p.ticks-s.lastSelf)/elapsed, h.At) // 100 % · ticks/100
	}
	s.lastSelf = p.ticks
}

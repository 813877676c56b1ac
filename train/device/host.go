package device

import (
	"io/fs"
	"math"
	"os"
	"time"
)

// Host is what the machine does, by the kernel's own count.
type Host struct {
	At          time.Time
	CPU         Reading    // % of all cores' time
	Cores       []Reading  // % of each core's time, in the kernel's order
	Load        [3]Reading // runnable threads, mean of 1, 5 and 15 minutes
	MemoryUsed  Reading    // bytes that are not available to programs
	MemoryTotal Reading    // bytes
	SelfCPU     Reading    // % of one core: this process
	SelfRSS     Reading    // bytes of memory that this process holds
	History     []HostPoint
}

// hostSampler reads the host from /proc. Where there is none, as on other
// systems than Linux, its readings are Unsupported.
type hostSampler struct {
	root     fs.FS // "/"
	pageSize int
	last     cpuTimes
	lastSelf uint64 // ticks
	lastAt   time.Time
	history  []HostPoint
}

func newHostSampler(root fs.FS) *hostSampler {
	return &hostSampler{root: root, pageSize: os.Getpagesize()}
}

// sample reads the host. Shares are of the time since the last sample, so that
// the first has none.
func (s *hostSampler) sample(at time.Time) Host {
	h := Host{At: at}
	s.readCPU(&h)
	s.readLoad(&h)
	h.MemoryUsed, h.MemoryTotal = readMemory(s.root, at)
	s.readSelf(&h)
	s.lastAt = at
	s.history = window(s.history, historyLen, hostPoint(&h))
	h.History = s.history
	return h
}

func (s *hostSampler) readCPU(h *Host) {
	h.CPU = bad(Unknown, h.At)
	text, err := fs.ReadFile(s.root, "proc/stat")
	var now cpuTimes
	if err == nil {
		now, err = parseStat(string(text))
	}
	if err != nil {
		h.CPU = bad(fileQuality(err), h.At)
		s.last = cpuTimes{}
		return
	}
	h.CPU = share(s.last.all, now.all, h.At)
	for i, core := range now.cores {
		r := bad(Unknown, h.At)
		if len(s.last.cores) == len(now.cores) { // no core went offline or came
			r = share(s.last.cores[i], core, h.At)
		}
		h.Cores = append(h.Cores, r)
	}
	s.last = now
}

// share is the busy share of the time between two counts.
func share(last, now cpuTime, at time.Time) Reading {
	switch {
	case last.total == 0 || now.total == last.total:
		return bad(Unknown, at)
	case now.total < last.total || now.busy < last.busy: // iowait may step back
		return bad(Failed, at)
	}
	return good(math.Min(100, 100*float64(now.busy-last.busy)/float64(now.total-last.total)), at)
}

func (s *hostSampler) readLoad(h *Host) {
	text, err := readText(s.root, "proc/loadavg")
	var load [3]float64
	if err == nil {
		load, err = parseLoad(text)
	}
	for i := range load {
		h.Load[i] = good(load[i], h.At)
		if err != nil {
			h.Load[i] = bad(fileQuality(err), h.At)
		}
	}
}

// readMemory is the host's memory in bytes. What the page cache holds and would
// give back is not used.
func readMemory(root fs.FS, at time.Time) (used, total Reading) {
	text, err := fs.ReadFile(root, "proc/meminfo")
	var free, all uint64
	if err == nil {
		free, all, err = parseMeminfo(string(text))
	}
	if err != nil {
		return bad(fileQuality(err), at), bad(fileQuality(err), at)
	}
	return good(float64(all-free), at), good(float64(all), at)
}

// readSelf reads this process. The kernel counts its time in ticks of 10 ms,
// whatever the kernel's own rate (USER_HZ).
func (s *hostSampler) readSelf(h *Host) {
	h.SelfCPU = bad(Unknown, h.At)
	text, err := readText(s.root, "proc/self/stat")
	var p processStat
	if err == nil {
		p, err = parseProcessStat(text)
	}
	if err != nil {
		h.SelfCPU, h.SelfRSS = bad(fileQuality(err), h.At), bad(fileQuality(err), h.At)
		return
	}
	h.SelfRSS = good(float64(p.rss)*float64(s.pageSize), h.At)
	if elapsed := h.At.Sub(s.lastAt).Seconds(); !s.lastAt.IsZero() && elapsed > 0 && p.ticks >= s.lastSelf {
		h.SelfCPU = good(float64(p.ticks-s.lastSelf)/elapsed, h.At) // 100 % · ticks/100
	}
	s.lastSelf = p.ticks
}

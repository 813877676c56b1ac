package device

import "time"

// Host is what the machine does, by the kernel's own count.
type Host struct {
	At          time.Time
	CPU         Reading     // % of all cores' time
	Cores       []Reading   // % of each core's time, in the kernel's order
	Load        [3]Reading  // runnable threads, mean of 1, 5 and 15 minutes
	MemoryUsed  Reading     // bytes that are not available to programs
	MemoryTotal Reading     // bytes
	SelfCPU     Reading     // % of one core: this process
	SelfRSS     Reading     // bytes of memory that this process holds
	History     []HostPoint // the oldest first; a HostSampler leaves it to the monitor
}

// HostPoint is the host at one time; NaN where a value is not known.
type HostPoint struct {
	At                                time.Time
	CPU, MemoryUsed, SelfCPU, SelfRSS float32 // in the units of Host
}

func hostPoint(h *Host) HostPoint {
	return HostPoint{
		At: h.At, CPU: float32(h.CPU.Float()), MemoryUsed: float32(h.MemoryUsed.Float()),
		SelfCPU: float32(h.SelfCPU.Float()), SelfRSS: float32(h.SelfRSS.Float()),
	}
}

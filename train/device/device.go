package device

import "time"

// ID is what a device is known by: its UUID ("GPU-…"), or its PCI address where
// it has none. It never is the index, which changes when a device goes away.
type ID string

// Device is what does not change about a device.
type Device struct {
	ID     ID
	Index  int // the backend's; not CUDA's, not that of /dev
	Name   string
	BDF    string // PCI address as sysfs writes it, "0000:3b:00.0"; "" if unknown
	Driver string // version; "" if unknown
}

// Sample is what a device said at one time. Readings of tiers that were not
// asked for are Unknown.
type Sample struct {
	ID           ID
	At           time.Time
	State        State
	Hint         string // more than State.Hint says; "" if nothing
	Readings     [Metrics]Reading
	Processes    []Process  // known where Readings[ProcessCount] is OK
	Instances    []Instance // known where Readings[InstanceCount] is OK
	SharedMemory bool       // its memory is the host's
}

// Process is a process that uses a device.
type Process struct {
	PID     int
	User    string  // "" if unknown
	Command string  // "" if unknown
	Memory  Reading // bytes of the device
	SM      Reading // % of the device's time in the last seconds
	// GI and CI are the MIG instance it runs on, -1 if on none.
	GI, CI int
	// Foreign says that the pid is of another namespace: drivers give the host's
	// pids, which in a container are nobody's, or another process's.
	Foreign bool
}

// Instance is a MIG instance of a device.
type Instance struct {
	ID          ID // "MIG-…"
	Name        string
	GI, CI      int
	MemoryUsed  Reading // bytes
	MemoryTotal Reading // bytes
}

// Frame is the answer of a sampler.
type Frame struct {
	Devices []Device // the list of devices, if it has changed; else nil
	Samples []Sample // of all devices, in the order of their index
	Events  []Event  // that happened since the last frame
}

// SetAll gives every reading of some tiers the same quality.
func (s *Sample) SetAll(tiers Tier, q Quality) {
	for m := range Metrics {
		if m.Tier()&tiers != 0 {
			s.Readings[m] = Missing(q, s.At)
		}
	}
}

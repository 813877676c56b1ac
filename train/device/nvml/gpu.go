//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"fmt"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// gpu is a GPU, and what must be remembered of it between samples.
type gpu struct {
	device.Device
	handle    handle
	known     bool // its UUID is
	state     device.State
	hint      string
	retry     device.Backoff
	rates     [4]rate   // PCIe RX and TX, NVLink RX and TX
	links     [4]uint32 // by rate: which links its count is the sum of, a bit each
	nvlink    int       // how its counters can be had
	instances []migInstance
	mig       device.Reading // InstanceCount
	lastSeen  uint64         // of process utilization, in µs
	failed    nvidia.Code    // the latest error of this sample where every call was one; else success
	hang      *hang          // the sample that has not returned: until it has, its goroutine owns all other fields
}

// list finds the devices. One that cannot be opened is in the list by its
// index, and the others go on.
func (s *session) list() ([]device.Device, nvidia.Code) {
	s.ask("", "nvmlDeviceGetCount_v2")
	defer s.asking.Store(nil)
	var n uint32
	if c := s.lib.count(&n); c != nvidia.Success {
		return nil, c
	}
	before := s.devices
	s.devices = nil
	var out []device.Device
	for i := range n {
		d := s.identify(i)
		for _, old := range before {
			if old.ID == d.ID && old.known {
				d.rates, d.lastSeen, d.retry = old.rates, old.lastSeen, old.retry
				d.nvlink, d.links = old.nvlink, old.links
			}
		}
		s.devices = append(s.devices, d)
		out = append(out, d.Device)
	}
	return out, nvidia.Success
}

// identify opens the device of an index.
func (s *session) identify(index uint32) *gpu {
	d := &gpu{Device: device.Device{
		ID: device.ID(fmt.Sprintf("nvml-%d", index)), Index: int(index), Name: "GPU", Driver: s.driver,
	}}
	d.lastSeen = uint64(time.Now().Add(-device.Processes.Period()).UnixMicro()) // asked from 0 on, the driver gives means over a long time
	s.ask(d.ID, "nvmlDeviceGetHandleByIndex_v2")
	if c := s.lib.byIndex(index, &d.handle); c != nvidia.Success {
		d.fail(c, time.Time{})
		return d
	}
	var pci pciInfo
	if s.lib.pci != nil && s.lib.pci(d.handle, &pci) == nvidia.Success {
		d.BDF = nvidia.BDF(characters(pci.busID[:]))
		if d.BDF != "" {
			d.ID = device.ID(d.BDF)
		}
	}
	if s.lib.uuid != nil {
		s.ask(d.ID, "nvmlDeviceGetUUID")
		id, c := text(func(b *byte, n uint32) nvidia.Code { return s.lib.uuid(d.handle, b, n) })
		if c.State() != device.Up {
			d.fail(c, time.Time{})
			return d
		}
		if c == nvidia.Success && id != "" {
			d.ID = device.ID(id)
		}
	}
	if s.lib.name != nil {
		if name, c := text(func(b *byte, n uint32) nvidia.Code { return s.lib.name(d.handle, b, n) }); c == nvidia.Success {
			d.Name = name
		}
	}
	d.known = true
	return d
}

// fail puts a device in the state that a code means, to be tried again later.
func (d *gpu) fail(c nvidia.Code, now time.Time) {
	d.state, d.hint = c.State(), ""
	if d.state == device.Up {
		d.state, d.hint = device.Lost, fmt.Sprintf("cannot be opened: code %d", c)
	}
	if c == nvidia.NoPermission {
		d.state, d.hint = device.Blocked, ""
	}
	d.retry.Fail(now)
	for i := range d.rates {
		d.rates[i].forget()
	}
}

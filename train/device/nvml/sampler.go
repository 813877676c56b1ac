//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"context"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
	"optwatch/train/device/nvidia"
)

// Sampler reads NVIDIA GPUs through the driver's own library.
type Sampler struct {
	root    fs.FS // "/"
	session atomic.Pointer[session]
}

// session is the time from one nvmlInit to its nvmlShutdown. A driver call that
// never returns keeps its session to itself: a later session has other values.
type session struct {
	root     fs.FS
	lib      *library
	numbers  []number
	devices  []*gpu
	names    *host.Names // of processes
	xid      *xidWatch
	driver   string
	asking   atomic.Pointer[question] // the latest
	distrust atomic.Bool              // the third version of process lists is garbage here
}

// question is a call that is under way.
type question struct {
	id   device.ID
	call string
}

// gpu is a GPU, and what must be remembered of it between samples.
type gpu struct {
	device.Device
	handle      handle
	known       bool // its UUID is
	state       device.State
	hint        string
	retry       device.Backoff
	rates       [4]rate   // PCIe RX and TX, NVLink RX and TX
	links       [4]uint32 // by rate: which links its count is the sum of, a bit each
	nvlink      int       // how its counters can be had
	instances   []migInstance
	mig         device.Reading // InstanceCount
	lastSeen    uint64         // of process utilization, in µs
	unknownOnly bool           // every answer of this sample was "unknown error"
	hang        *hang          // the sample that has not returned: until it has, its goroutine owns all other fields
}

// New is a sampler that finds /proc and /sys under a root.
func New(root fs.FS) *Sampler { return &Sampler{root: root} }

var _ device.Sampler = (*Sampler)(nil)

// Name implements Sampler.
func (n *Sampler) Name() string { return "nvml" }

// Asking implements Sampler.
func (n *Sampler) Asking() (device.ID, string) {
	if s := n.session.Load(); s != nil {
		if q := s.asking.Load(); q != nil {
			return q.id, q.call
		}
	}
	return "", ""
}

// Diagnosis implements Sampler.
func (n *Sampler) Diagnosis() device.Diagnosis {
	s := n.session.Load()
	return device.Diagnosis{Source: s.lib.path, Driver: s.driver, Missing: s.lib.missing}
}

// Open implements Sampler.
func (n *Sampler) Open(context.Context) ([]device.Device, error) {
	if err := nvidia.CheckAwake(n.root, n.Name()); err != nil {
		return nil, err
	}
	lib, err := openLibrary()
	if err != nil {
		return nil, &device.OpenError{Backend: n.Name(), Class: device.NoLibrary, Hint: "no NVIDIA driver library", Err: err}
	}
	s := &session{root: n.root, lib: lib, numbers: lib.numbers(), names: host.NewNames(n.root)}
	n.session.Store(s)
	if c := s.init(); c != nvidia.Success {
		n.session.Store(nil)
		lib.close()
		return nil, c.OpenError(n.Name())
	}
	if lib.driverVersion != nil {
		s.driver, _ = text(lib.driverVersion)
	}
	s.distrust.Store(layoutOf32(s.driver))
	devices, c := s.list()
	if c != nvidia.Success || len(devices) == 0 {
		_ = n.Close()
		if c == nvidia.Success {
			c = nvidia.NoGPU
		}
		return nil, c.OpenError(n.Name())
	}
	s.xid = watchXids(lib, s.devices)
	return devices, nil
}

// Sample implements Sampler.
func (n *Sampler) Sample(_ context.Context, tiers device.Tier) (device.Frame, error) {
	return n.session.Load().sampleAll(tiers)
}

// Close implements Sampler. Where a call, or the wait for events, does not
// return, the library is left as it is.
func (n *Sampler) Close() error {
	s := n.session.Swap(nil)
	if s == nil || !s.xid.stop() || s.hangs() {
		return nil
	}
	s.ask("", "nvmlShutdown")
	s.lib.shutdown()
	s.lib.close()
	return nil
}

func (s *session) init() nvidia.Code {
	s.ask("", "nvmlInit_v2")
	defer s.asking.Store(nil)
	return s.lib.initialize()
}

// ask notes which call comes next, for the case that it never returns.
func (s *session) ask(id device.ID, call string) { s.asking.Store(&question{id, call}) }

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

//go:build linux && (amd64 || arm64) && !nonvml

package device

import (
	"context"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"
)

// nvml reads NVIDIA GPUs through the driver's own library, without cgo.
//
// Reference: NVIDIA, "NVML API reference guide", and its nvml.h.
type nvml struct {
	root    fs.FS // "/"
	session atomic.Pointer[nvmlSession]
}

// nvmlSession is the time from one nvmlInit to its nvmlShutdown. A driver call
// that never returns keeps its session, and a later one has nothing to do with it.
type nvmlSession struct {
	root     fs.FS
	lib      *library
	numbers  []number
	devices  []*nvmlDevice
	who      *who
	xid      *xidWatch
	driver   string
	asking   atomic.Pointer[question] // the latest
	distrust atomic.Bool              // the third version of process lists is garbage here
}

// question is a call that is under way.
type question struct {
	id   ID
	call string
}

// nvmlDevice is a GPU, and what must be remembered of it between samples.
type nvmlDevice struct {
	Device
	handle      handle
	known       bool // its UUID is
	state       State
	hint        string
	retry       backoff
	rates       [4]rate   // PCIe RX and TX, NVLink RX and TX
	links       [4]uint32 // by rate: which links its count is the sum of, a bit each
	nvlink      int       // how its counters can be had
	instances   []migInstance
	mig         Reading // InstanceCount
	lastSeen    uint64  // of process utilization, in µs
	unknownOnly bool    // every answer of this sample was "unknown error"
	hang        *hang   // the sample that has not returned; while there is one, all else is not ours
}

func newNVML(root fs.FS) Sampler { return &nvml{root: root} }

var _ Sampler = (*nvml)(nil)

// Name implements Sampler.
func (n *nvml) Name() string { return "nvml" }

// Asking implements Sampler.
func (n *nvml) Asking() (ID, string) {
	if s := n.session.Load(); s != nil {
		if q := s.asking.Load(); q != nil {
			return q.id, q.call
		}
	}
	return "", ""
}

// Diagnosis implements Sampler.
func (n *nvml) Diagnosis() Diagnosis {
	s := n.session.Load()
	return Diagnosis{Source: s.lib.path, Driver: s.driver, Missing: s.lib.missing}
}

// Open implements Sampler.
func (n *nvml) Open(context.Context) ([]Device, error) {
	if all, sleeping := nvidiaOnBus(n.root); all > 0 && all == sleeping {
		return nil, &OpenError{Backend: n.Name(), Class: AllAsleep, Hint: "the NVIDIA GPU is powered down to save energy, and asking would wake it"}
	}
	lib, err := openLibrary()
	if err != nil {
		return nil, &OpenError{Backend: n.Name(), Class: NoLibrary, Hint: "no NVIDIA driver library", Err: err}
	}
	s := &nvmlSession{root: n.root, lib: lib, numbers: lib.numbers(), who: newWho(n.root)}
	n.session.Store(s)
	if c := s.init(); c != codeSuccess {
		n.session.Store(nil)
		lib.close()
		return nil, c.openError(n.Name())
	}
	if lib.driverVersion != nil {
		s.driver, _ = text(lib.driverVersion)
	}
	s.distrust.Store(layoutOf32(s.driver))
	devices, c := s.list()
	if c != codeSuccess || len(devices) == 0 {
		_ = n.Close()
		if c == codeSuccess {
			c = codeNoGPU
		}
		return nil, c.openError(n.Name())
	}
	s.xid = watchXids(lib, s.devices)
	return devices, nil
}

// Sample implements Sampler.
func (n *nvml) Sample(_ context.Context, tiers Tier) (Frame, error) {
	return n.session.Load().sampleAll(tiers)
}

// Close implements Sampler. Where a call, or the wait for events, does not
// return, the library is left as it is.
func (n *nvml) Close() error {
	s := n.session.Swap(nil)
	if s == nil || !s.xid.stop() || s.hangs() {
		return nil
	}
	s.ask("", "nvmlShutdown")
	s.lib.shutdown()
	s.lib.close()
	return nil
}

func (s *nvmlSession) init() code {
	s.ask("", "nvmlInit_v2")
	defer s.asking.Store(nil)
	return s.lib.initialize()
}

// ask notes which call comes next, for the case that it never returns.
func (s *nvmlSession) ask(id ID, call string) { s.asking.Store(&question{id, call}) }

// list finds the devices. One that cannot be opened is in the list by its
// index, and the others go on.
func (s *nvmlSession) list() ([]Device, code) {
	s.ask("", "nvmlDeviceGetCount_v2")
	defer s.asking.Store(nil)
	var n uint32
	if c := s.lib.count(&n); c != codeSuccess {
		return nil, c
	}
	before := s.devices
	s.devices = nil
	var out []Device
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
	return out, codeSuccess
}

// identify opens the device of an index.
func (s *nvmlSession) identify(index uint32) *nvmlDevice {
	d := &nvmlDevice{Device: Device{
		ID: ID(fmt.Sprintf("nvml-%d", index)), Index: int(index), Name: "GPU", Driver: s.driver,
	}}
	d.lastSeen = uint64(time.Now().Add(-Processes.period()).UnixMicro()) // from 0 on, shares are means of a long time
	s.ask(d.ID, "nvmlDeviceGetHandleByIndex_v2")
	if c := s.lib.byIndex(index, &d.handle); c != codeSuccess {
		d.fail(c, time.Time{})
		return d
	}
	var pci pciInfo
	if s.lib.pci != nil && s.lib.pci(d.handle, &pci) == codeSuccess {
		d.BDF = sysfsBDF(characters(pci.busID[:]))
		if d.BDF != "" {
			d.ID = ID(d.BDF)
		}
	}
	if s.lib.uuid != nil {
		s.ask(d.ID, "nvmlDeviceGetUUID")
		id, c := text(func(b *byte, n uint32) code { return s.lib.uuid(d.handle, b, n) })
		if c.state() != Up {
			d.fail(c, time.Time{})
			return d
		}
		if c == codeSuccess && id != "" {
			d.ID = ID(id)
		}
	}
	if s.lib.name != nil {
		if name, c := text(func(b *byte, n uint32) code { return s.lib.name(d.handle, b, n) }); c == codeSuccess {
			d.Name = name
		}
	}
	d.known = true
	return d
}

// fail puts a device in the state that a code means, to be tried again later.
func (d *nvmlDevice) fail(c code, now time.Time) {
	d.state, d.hint = c.state(), ""
	if d.state == Up {
		d.state, d.hint = Lost, fmt.Sprintf("cannot be opened: code %d", c)
	}
	if c == codeNoPermission {
		d.state, d.hint = Blocked, ""
	}
	d.retry.fail(now)
	for i := range d.rates {
		d.rates[i].forget()
	}
}

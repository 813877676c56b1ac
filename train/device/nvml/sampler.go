//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"context"
	"io/fs"
	"sync/atomic"

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

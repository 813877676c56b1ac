//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// pidLimit is one more than the largest pid that Linux gives (PID_MAX_LIMIT).
const pidLimit = 1 << 22

// processes lists the processes of the device with their memory and the
// percentage of the device's time that each used.
func (r *reader) processes() {
	var list []processInfo
	if !r.call(device.ProcessCount, "nvmlDeviceGetComputeRunningProcesses", true, func() (c nvidia.Code) {
		list, c = r.s.running(r.d)
		return c
	}) {
		return
	}
	use, useQuality := r.s.use(r.d)
	r.out.Processes = []device.Process{}
	for _, info := range list {
		p := device.Process{PID: int(info.pid), GI: instanceID(info.gi), CI: instanceID(info.ci)}
		p.Memory = device.Measured(float64(info.memory), r.out.At)
		if info.memory == notAvailable {
			p.Memory = device.Missing(device.Unsupported, r.out.At)
		}
		p.SM = device.Missing(useQuality, r.out.At)
		if useQuality == device.OK {
			p.SM = device.Measured(use[info.pid], r.out.At) // one that is not mentioned has done nothing
		}
		if math.IsNaN(p.SM.Value) {
			p.SM = device.Missing(device.Failed, r.out.At)
		}
		r.s.names.Name(&p)
		r.out.Processes = append(r.out.Processes, p)
	}
	r.set(device.ProcessCount, float64(len(list)))
}

func instanceID(id uint32) int {
	if id == noInstance {
		return -1
	}
	return int(id)
}

// running lists the processes that compute or draw. One that does both is
// listed once.
func (s *session) running(d *gpu) ([]processInfo, nvidia.Code) {
	compute, graphics := s.lib.computeV3, s.lib.graphicsV3
	if s.distrust.Load() || compute == nil {
		compute, graphics = s.lib.computeV2, s.lib.graphicsV2
	}
	if compute == nil {
		compute, graphics = widen(s.lib.computeV1), widen(s.lib.graphicsV1)
	}
	if compute == nil {
		return nil, nvidia.NotInLibrary
	}
	list, c := s.processList(d, "nvmlDeviceGetComputeRunningProcesses", compute)
	if c != nvidia.Success {
		return nil, c
	}
	if graphics != nil {
		if others, c := s.processList(d, "nvmlDeviceGetGraphicsRunningProcesses", graphics); c == nvidia.Success {
			list = append(list, others...)
		}
	}
	if s.lib.mpsV3 != nil && !s.distrust.Load() {
		if others, c := s.processList(d, "nvmlDeviceGetMPSComputeRunningProcesses_v3", s.lib.mpsV3); c == nvidia.Success {
			list = append(list, others...)
		}
	}
	if absurd(list) {
		if s.distrust.Load() || s.lib.computeV2 == nil && s.lib.computeV1 == nil {
			return nil, nvidia.Unknown
		}
		s.distrust.Store(true)
		return s.running(d)
	}
	order := func(x, y processInfo) int {
		return cmp.Or(cmp.Compare(x.pid, y.pid), cmp.Compare(x.gi, y.gi), cmp.Compare(x.ci, y.ci))
	}
	slices.SortStableFunc(list, order)
	return slices.CompactFunc(list, func(x, y processInfo) bool { return order(x, y) == 0 }), nvidia.Success
}

// absurd says whether the driver has filled a list in another layout than this
// package's: drivers 535.43 to 535.86 have 32 bytes a process, all others 24.
func absurd(list []processInfo) bool {
	n := 0
	for _, p := range list {
		if p.pid == 0 || p.pid >= pidLimit {
			n++
		}
	}
	return 2*n > len(list) || n > 0 && len(list) < 3
}

// layoutOf32 says whether a driver has the layout of 32 bytes.
func layoutOf32(driver string) bool {
	return driver >= "535.43" && driver < "535.87" && len(driver) >= 6
}

// processList asks for a list with room for some entries, and again with more room
// until it fits: it may grow between two calls.
func (s *session) processList(d *gpu, name string, ask func(handle, *uint32, *processInfo) nvidia.Code) ([]processInfo, nvidia.Code) {
	s.ask(d.ID, name)
	list := make([]processInfo, 16)
	for {
		n := uint32(len(list))
		c := ask(d.handle, &n, &list[0])
		if c != nvidia.InsufficientSize || len(list) > 1<<16 {
			return list[:min(int(n), len(list))], c
		}
		list = make([]processInfo, max(2*len(list), int(n)+16))
	}
}

// widen makes the first version of a process list one of the later.
func widen(ask func(handle, *uint32, *processInfoV1) nvidia.Code) func(handle, *uint32, *processInfo) nvidia.Code {
	if ask == nil {
		return nil
	}
	return func(h handle, n *uint32, out *processInfo) nvidia.Code {
		list := make([]processInfoV1, *n)
		c := ask(h, n, &list[0])
		if c == nvidia.Success {
			wide := unsafe.Slice(out, len(list))
			for i, p := range list[:min(int(*n), len(list))] {
				wide[i] = processInfo{pid: p.pid, memory: p.memory, gi: noInstance, ci: noInstance}
			}
		}
		return c
	}
}

// use is the percentage of the device's time that each process has used since the
// last call. A process that is not in it has used none.
func (s *session) use(d *gpu) (map[uint32]float64, device.Quality) {
	ask := s.lib.processUse
	if ask == nil {
		return nil, device.Unsupported
	}
	s.ask(d.ID, "nvmlDeviceGetProcessUtilization")
	list := make([]processUtilization, 64)
	n := uint32(len(list))
	c := ask(d.handle, &list[0], &n, d.lastSeen)
	if c == nvidia.InsufficientSize {
		list = make([]processUtilization, n+64)
		n = uint32(len(list))
		c = ask(d.handle, &list[0], &n, d.lastSeen)
	}
	if c == nvidia.NotFound { // nobody was busy
		return nil, device.OK
	}
	if c != nvidia.Success {
		return nil, c.Quality()
	}
	return d.newest(list[:min(int(n), len(list))]), device.OK
}

// newest keeps the newest percentage of each process, NaN where that cannot be.
// Drivers pad the list with rows of pid 0, repeat old rows, and exceed 100 %.
func (d *gpu) newest(list []processUtilization) map[uint32]float64 {
	since := d.lastSeen
	use, at := map[uint32]float64{}, map[uint32]uint64{}
	for _, p := range list {
		if p.pid == 0 || p.at <= since || p.at < at[p.pid] {
			continue
		}
		if p.sm > 100 { // nor is its time to be believed; a good row of the process wins
			if _, ok := at[p.pid]; !ok {
				use[p.pid] = math.NaN()
			}
			continue
		}
		use[p.pid], at[p.pid] = float64(p.sm), p.at
		d.lastSeen = max(d.lastSeen, p.at)
	}
	return use
}

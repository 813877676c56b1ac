//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"optwatch/train/device"
	"optwatch/train/device/host"
	"optwatch/train/device/nvidia"
)

// read takes the readings of some tiers. A code that is about the device or the
// driver as a whole ends it early, and is returned.
func (s *session) read(d *gpu, out *device.Sample, tiers device.Tier) nvidia.Code {
	r := reader{s: s, d: d, out: out, tiers: tiers}
	r.utilization()
	r.memory()
	for _, n := range s.numbers {
		if n.metric.Tier()&tiers == 0 {
			continue
		}
		var v uint32
		if r.call(n.metric, n.call, n.ask != nil, func() nvidia.Code { return n.ask(d.handle, &v) }) {
			out.Readings[n.metric] = device.Measured(float64(v)*n.scale, out.At)
		}
	}
	r.throttle()
	r.ecc()
	r.counters()
	r.instances()
	r.processes()
	d.failed = nvidia.Success
	if r.asked > 0 && r.errors == r.asked {
		d.failed = r.latest
	}
	return r.fatal
}

// reader reads one device once.
type reader struct {
	s             *session
	d             *gpu
	out           *device.Sample
	tiers         device.Tier
	fatal         nvidia.Code // about the whole device or driver
	asked, errors int         // calls, and those that failed
	latest        nvidia.Code // of the errors
}

// call makes a call for a metric, and says whether it gave a value. If not, the
// reading says why.
func (r *reader) call(m device.Metric, name string, exists bool, ask func() nvidia.Code) bool {
	if r.fatal != nvidia.Success || m.Tier()&r.tiers == 0 {
		return false
	}
	c := nvidia.NotInLibrary
	if exists {
		r.s.ask(r.d.ID, name)
		c = ask()
		r.asked++
		if c.Quality() == device.Failed {
			r.errors++
			r.latest = c
		}
	}
	if c == nvidia.Success {
		return true
	}
	r.out.Readings[m] = device.Missing(c.Quality(), r.out.At)
	if c.DriverGone() || c.State() != device.Up {
		r.fatal = c
	}
	return false
}

func (r *reader) set(m device.Metric, v float64) { r.out.Readings[m] = device.Measured(v, r.out.At) }

func (r *reader) utilization() {
	var u utilization
	ask := r.s.lib.utilization
	if r.call(device.Busy, "nvmlDeviceGetUtilizationRates", ask != nil, func() nvidia.Code { return ask(r.d.handle, &u) }) {
		r.set(device.Busy, float64(u.gpu))
		r.set(device.MemoryBandwidth, float64(u.memory))
		return
	}
	r.out.Readings[device.MemoryBandwidth] = r.out.Readings[device.Busy]
}

// memory asks the newer function, which counts what the driver reserves apart,
// or the older. Where a GPU shares the host's memory, the host's is shown.
func (r *reader) memory() {
	var used, total uint64
	c := nvidia.NotInLibrary
	exists := r.s.lib.memoryV1 != nil || r.s.lib.memoryV2 != nil
	if r.call(device.MemoryUsed, "nvmlDeviceGetMemoryInfo", exists, func() nvidia.Code {
		used, total, c = r.s.memory(r.d.handle, r.d.ID)
		return c
	}) && total > 0 {
		r.set(device.MemoryUsed, float64(used))
		r.set(device.MemoryTotal, float64(total))
		if used == notAvailable {
			r.out.Readings[device.MemoryUsed] = device.Missing(device.Unsupported, r.out.At)
		}
		return
	}
	r.out.Readings[device.MemoryTotal] = r.out.Readings[device.MemoryUsed]
	if r.fatal == nvidia.Success && r.tiers&device.Fast != 0 && (c == nvidia.Success || c == nvidia.NotSupported) {
		r.out.SharedMemory = true
		r.out.Readings[device.MemoryUsed], r.out.Readings[device.MemoryTotal] = host.Memory(r.s.root, r.out.At)
	}
}

// memory is a device's or an instance's memory in bytes.
func (s *session) memory(h handle, id device.ID) (used, total uint64, c nvidia.Code) {
	c = nvidia.NotInLibrary
	if s.lib.memoryV2 != nil {
		s.ask(id, "nvmlDeviceGetMemoryInfo_v2")
		m := memoryV2{version: memoryVersion2}
		if c = s.lib.memoryV2(h, &m); c == nvidia.Success {
			if m.used == notAvailable {
				return notAvailable, m.total, c
			}
			return m.used + m.reserved, m.total, c
		}
	}
	if s.lib.memoryV1 != nil && c.Quality() == device.Unsupported {
		s.ask(id, "nvmlDeviceGetMemoryInfo")
		var m memoryV1
		c = s.lib.memoryV1(h, &m)
		return m.used, m.total, c
	}
	return 0, 0, c
}

func (r *reader) throttle() {
	var reasons uint64
	ask := r.s.lib.reasons
	if r.call(device.ThrottleReasons, "nvmlDeviceGetCurrentClocksEventReasons", ask != nil, func() nvidia.Code { return ask(r.d.handle, &reasons) }) {
		r.set(device.ThrottleReasons, float64(reasons))
	}
}

func (r *reader) ecc() {
	ask := r.s.lib.ecc
	for i, m := range []device.Metric{device.ECCCorrected, device.ECCUncorrected} {
		kind, n := uint32(errorsCorrected+i), uint64(0)
		if r.call(m, "nvmlDeviceGetTotalEccErrors", ask != nil, func() nvidia.Code { return ask(r.d.handle, kind, sinceLoaded, &n) }) {
			r.set(m, float64(n))
		}
	}
}

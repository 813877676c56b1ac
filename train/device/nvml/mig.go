//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// migInstance is a MIG instance with its handle.
type migInstance struct {
	device.Instance
	handle handle
}

// instances finds the MIG instances with the slow tier, and reads their memory
// with that of processes.
func (r *reader) instances() {
	if r.fatal != nvidia.Success {
		return
	}
	d := r.d
	if r.tiers&device.Slow != 0 {
		d.instances, d.mig = nil, device.Missing(device.Unsupported, r.out.At)
		var mode, pending uint32
		ask := r.s.lib.migMode
		switch {
		case !r.call(device.InstanceCount, "nvmlDeviceGetMigMode", ask != nil, func() nvidia.Code { return ask(d.handle, &mode, &pending) }):
			d.mig = r.out.Readings[device.InstanceCount]
		case mode == 0:
			d.mig = device.Measured(0, r.out.At)
		default:
			d.instances = r.s.findInstances(d)
			d.mig = device.Measured(float64(len(d.instances)), r.out.At)
		}
	}
	if r.tiers&(device.Slow|device.Processes) == 0 || r.fatal != nvidia.Success {
		return
	}
	r.out.Readings[device.InstanceCount] = d.mig
	r.out.Instances = []device.Instance{}
	for _, m := range d.instances {
		used, total, c := r.s.memory(m.handle, m.ID)
		m.MemoryUsed, m.MemoryTotal = device.Missing(c.Quality(), r.out.At), device.Missing(c.Quality(), r.out.At)
		if c == nvidia.Success {
			m.MemoryTotal = device.Measured(float64(total), r.out.At)
			m.MemoryUsed = device.Missing(device.Unsupported, r.out.At)
			if used != notAvailable {
				m.MemoryUsed = device.Measured(float64(used), r.out.At)
			}
		}
		r.out.Instances = append(r.out.Instances, m.Instance)
	}
}

// findInstances lists a device's MIG instances.
func (s *session) findInstances(d *gpu) []migInstance {
	l := s.lib
	if l.migCount == nil || l.migByIndex == nil {
		return nil
	}
	s.ask(d.ID, "nvmlDeviceGetMigDeviceHandleByIndex")
	var n uint32
	if l.migCount(d.handle, &n) != nvidia.Success {
		return nil
	}
	var out []migInstance
	for i := range n {
		var m migInstance
		if l.migByIndex(d.handle, i, &m.handle) != nvidia.Success {
			continue // there are gaps between the indexes
		}
		m.GI, m.CI = instanceNumber(l.gi, m.handle), instanceNumber(l.ci, m.handle)
		if l.uuid != nil {
			id, _ := text(func(b *byte, n uint32) nvidia.Code { return l.uuid(m.handle, b, n) })
			m.ID = device.ID(id)
		}
		if l.name != nil {
			m.Name, _ = text(func(b *byte, n uint32) nvidia.Code { return l.name(m.handle, b, n) })
		}
		out = append(out, m)
	}
	return out
}

func instanceNumber(ask func(handle, *uint32) nvidia.Code, h handle) int {
	var id uint32
	if ask == nil || ask(h, &id) != nvidia.Success {
		return -1
	}
	return instanceID(id)
}

//go:build linux && (amd64 || arm64) && !nonvml

package device

// migInstance is a MIG instance with its handle.
type migInstance struct {
	Instance
	handle handle
}

// instances finds the MIG instances with the slow tier, and reads their memory
// with that of processes.
func (r *reader) instances() {
	if r.fatal != codeSuccess {
		return
	}
	d := r.d
	if r.tiers&Slow != 0 {
		d.instances, d.mig = nil, bad(Unsupported, r.out.At)
		var mode, pending uint32
		ask := r.s.lib.migMode
		switch {
		case !r.call(InstanceCount, "nvmlDeviceGetMigMode", ask != nil, func() code { return ask(d.handle, &mode, &pending) }):
			d.mig = r.out.Readings[InstanceCount]
		case mode == 0:
			d.mig = good(0, r.out.At)
		default:
			d.instances = r.s.findInstances(d)
			d.mig = good(float64(len(d.instances)), r.out.At)
		}
	}
	if r.tiers&(Slow|Processes) == 0 || r.fatal != codeSuccess {
		return
	}
	r.out.Readings[InstanceCount] = d.mig
	r.out.Instances = []Instance{}
	for _, m := range d.instances {
		used, total, c := r.s.memory(m.handle, m.ID)
		m.MemoryUsed, m.MemoryTotal = bad(c.quality(), r.out.At), bad(c.quality(), r.out.At)
		if c == codeSuccess {
			m.MemoryTotal = good(float64(total), r.out.At)
			m.MemoryUsed = bad(Unsupported, r.out.At)
			if used != notAvailable {
				m.MemoryUsed = good(float64(used), r.out.At)
			}
		}
		r.out.Instances = append(r.out.Instances, m.Instance)
	}
}

// findInstances lists a device's MIG instances.
func (s *nvmlSession) findInstances(d *nvmlDevice) []migInstance {
	l := s.lib
	if l.migCount == nil || l.migByIndex == nil {
		return nil
	}
	s.ask(d.ID, "nvmlDeviceGetMigDeviceHandleByIndex")
	var n uint32
	if l.migCount(d.handle, &n) != codeSuccess {
		return nil
	}
	var out []migInstance
	for i := range n {
		var m migInstance
		if l.migByIndex(d.handle, i, &m.handle) != codeSuccess {
			continue // there are gaps between the indexes
		}
		m.GI, m.CI = instanceNumber(l.gi, m.handle), instanceNumber(l.ci, m.handle)
		if l.uuid != nil {
			id, _ := text(func(b *byte, n uint32) code { return l.uuid(m.handle, b, n) })
			m.ID = ID(id)
		}
		if l.name != nil {
			m.Name, _ = text(func(b *byte, n uint32) code { return l.name(m.handle, b, n) })
		}
		out = append(out, m)
	}
	return out
}

func instanceNumber(ask func(handle, *uint32) code, h handle) int {
	var id uint32
	if ask == nil || ask(h, &id) != codeSuccess {
		return -1
	}
	return instanceID(id)
}

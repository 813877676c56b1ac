//go:build linux && (amd64 || arm64) && !nonvml

package device

import "time"

// read takes the readings of some tiers. It ends early with a code that is
// about the device or the driver as a whole.
func (s *nvmlSession) read(d *nvmlDevice, out *Sample, tiers Tier) code {
	r := reader{s: s, d: d, out: out, tiers: tiers}
	r.utilization()
	r.memory()
	for _, n := range s.numbers {
		if n.metric.Tier()&tiers == 0 {
			continue
		}
		var v uint32
		if r.call(n.metric, n.call, n.ask != nil, func() code { return n.ask(d.handle, &v) }) {
			out.Readings[n.metric] = good(float64(v)*n.scale, out.At)
		}
	}
	r.throttle()
	r.ecc()
	r.counters()
	r.instances()
	r.processes()
	d.unknownOnly = r.asked > 0 && r.unknown == r.asked
	return r.fatal
}

// reader reads one device once.
type reader struct {
	s              *nvmlSession
	d              *nvmlDevice
	out            *Sample
	tiers          Tier
	fatal          code // about the whole device or driver
	asked, unknown int  // calls, and those that answered "unknown error"
}

// call makes a call for a metric, and says whether it gave a value. If not, it
// has put down why.
func (r *reader) call(m Metric, name string, exists bool, ask func() code) bool {
	if r.fatal != codeSuccess || m.Tier()&r.tiers == 0 {
		return false
	}
	c := codeNotInLibrary
	if exists {
		r.s.ask(r.d.ID, name)
		c = ask()
		r.asked++
		if c == codeUnknown {
			r.unknown++
		}
	}
	if c == codeSuccess {
		return true
	}
	r.out.Readings[m] = bad(c.quality(), r.out.At)
	if c.driverGone() || c.state() != Up {
		r.fatal = c
	}
	return false
}

func (r *reader) set(m Metric, v float64) { r.out.Readings[m] = good(v, r.out.At) }

func (r *reader) utilization() {
	var u utilization
	ask := r.s.lib.utilization
	if r.call(Busy, "nvmlDeviceGetUtilizationRates", ask != nil, func() code { return ask(r.d.handle, &u) }) {
		r.set(Busy, float64(u.gpu))
		r.set(MemoryBandwidth, float64(u.memory))
		return
	}
	r.out.Readings[MemoryBandwidth] = r.out.Readings[Busy]
}

// memory asks the newer function, which counts what the driver reserves apart,
// or the older. Where a GPU shares the host's memory, the host's is shown.
func (r *reader) memory() {
	var used, total uint64
	c := codeNotInLibrary
	exists := r.s.lib.memoryV1 != nil || r.s.lib.memoryV2 != nil
	if r.call(MemoryUsed, "nvmlDeviceGetMemoryInfo", exists, func() code {
		used, total, c = r.s.memory(r.d.handle, r.d.ID)
		return c
	}) && total > 0 {
		r.set(MemoryUsed, float64(used))
		r.set(MemoryTotal, float64(total))
		if used == notAvailable {
			r.out.Readings[MemoryUsed] = bad(Unsupported, r.out.At)
		}
		return
	}
	r.out.Readings[MemoryTotal] = r.out.Readings[MemoryUsed]
	if r.fatal == codeSuccess && r.tiers&Fast != 0 && (c == codeSuccess || c == codeNotSupported) {
		r.out.SharedMemory = true
		r.out.Readings[MemoryUsed], r.out.Readings[MemoryTotal] = readMemory(r.s.root, r.out.At)
	}
}

// memory is a device's or an instance's memory in bytes.
func (s *nvmlSession) memory(h handle, id ID) (used, total uint64, c code) {
	c = codeNotInLibrary
	if s.lib.memoryV2 != nil {
		s.ask(id, "nvmlDeviceGetMemoryInfo_v2")
		m := memoryV2{version: memoryVersion2}
		if c = s.lib.memoryV2(h, &m); c == codeSuccess {
			if m.used == notAvailable {
				return notAvailable, m.total, c
			}
			return m.used + m.reserved, m.total, c
		}
	}
	if s.lib.memoryV1 != nil && c.quality() == Unsupported {
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
	if r.call(ThrottleReasons, "nvmlDeviceGetCurrentClocksEventReasons", ask != nil, func() code { return ask(r.d.handle, &reasons) }) {
		r.set(ThrottleReasons, float64(reasons))
	}
}

func (r *reader) ecc() {
	ask := r.s.lib.ecc
	for i, m := range []Metric{ECCCorrected, ECCUncorrected} {
		kind, n := uint32(errorsCorrected+i), uint64(0)
		if r.call(m, "nvmlDeviceGetTotalEccErrors", ask != nil, func() code { return ask(r.d.handle, kind, sinceLoaded, &n) }) {
			r.set(m, float64(n))
		}
	}
}

// How NVLink's counters can be had.
const (
	nvlinkTogether = iota // summed by the driver
	nvlinkEach            // link by link: NVLink 5
	nvlinkNone
	nvlinkMost = 18 // links of a device
)

// counterFields are the byte counters of a device.
func (d *nvmlDevice) counterFields() []fieldValue {
	values := []fieldValue{{field: fieldPCIeRX}, {field: fieldPCIeTX}}
	switch d.nvlink {
	case nvlinkTogether:
		values = append(values, fieldValue{field: fieldNVLinkRX, scope: allLinks}, fieldValue{field: fieldNVLinkTX, scope: allLinks})
	case nvlinkEach:
		for link := range uint32(nvlinkMost) {
			values = append(values, fieldValue{field: fieldNVLinkRXBytes, scope: link}, fieldValue{field: fieldNVLinkTXBytes, scope: link})
		}
	}
	return values
}

// counters makes rates of the byte counters of PCIe and NVLink. The functions
// that measure PCIe throughput themselves take 20 ms each.
func (r *reader) counters() {
	if r.tiers&Fast == 0 {
		return
	}
	ask, values := r.s.lib.fields, r.d.counterFields()
	answered := r.call(PCIeRX, "nvmlDeviceGetFieldValues", ask != nil, func() code { return ask(r.d.handle, int32(len(values)), &values[0]) })
	at := time.Now()
	for i, m := range []Metric{PCIeRX, PCIeTX, NVLinkRX, NVLinkTX} {
		rate := &r.d.rates[i]
		if !answered {
			r.out.Readings[m] = r.out.Readings[PCIeRX]
			rate.forget()
			continue
		}
		n, links, c := sum(values, m)
		if c == codeSuccess {
			reading := rate.add(n, 1, at)
			if reading.Quality == OK && links != r.d.links[i] { // the whole count of a link that came back is no traffic
				reading = bad(Failed, at)
			}
			r.out.Readings[m], r.d.links[i] = reading, links
			continue
		}
		r.out.Readings[m] = bad(c.quality(), at)
		rate.forget()
		if m == NVLinkTX && c.quality() == Unsupported && r.d.nvlink != nvlinkNone {
			r.d.nvlink++
		}
	}
}

// sum adds up the counters of a metric, in bytes: those that can be read, if
// any can. Which they are is a bit for each link.
func sum(values []fieldValue, m Metric) (n uint64, links uint32, c code) {
	c = codeNotSupported
	for i := range values {
		v := &values[i]
		metric, scale := v.metric()
		switch {
		case metric != m:
		case v.answer() == codeSuccess:
			n, links, c = n+v.value*scale, links|1<<v.scope, codeSuccess
		case c == codeNotSupported:
			c = v.answer()
		}
	}
	return n, links, c
}

// metric is what a field counts, and its unit in bytes.
func (v *fieldValue) metric() (Metric, uint64) {
	switch v.field {
	case fieldPCIeRX:
		return PCIeRX, 1
	case fieldPCIeTX:
		return PCIeTX, 1
	case fieldNVLinkRX:
		return NVLinkRX, 1024
	case fieldNVLinkTX:
		return NVLinkTX, 1024
	case fieldNVLinkRXBytes:
		return NVLinkRX, 1
	}
	return NVLinkTX, 1
}

// answer is the code of a counter. One of 32 bits may wrap several times between
// two samples, which cannot be told: it gives no rate.
func (v *fieldValue) answer() code {
	if v.code == codeSuccess && (v.kind == kindUint32 || v.kind == kindInt32) {
		return codeNotSupported
	}
	return v.code
}

//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"time"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// How NVLink's counters can be had.
const (
	nvlinkTogether = iota // summed by the driver
	nvlinkEach            // link by link: NVLink 5
	nvlinkNone
	nvlinkMost = 18 // links of a device
)

// counterFields are the byte counters of a device.
func (d *gpu) counterFields() []fieldValue {
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
	if r.tiers&device.Fast == 0 {
		return
	}
	ask, values := r.s.lib.fields, r.d.counterFields()
	answered := r.call(device.PCIeRX, "nvmlDeviceGetFieldValues", ask != nil, func() nvidia.Code { return ask(r.d.handle, int32(len(values)), &values[0]) })
	at := time.Now()
	for i, m := range []device.Metric{device.PCIeRX, device.PCIeTX, device.NVLinkRX, device.NVLinkTX} {
		rate := &r.d.rates[i]
		if !answered {
			r.out.Readings[m] = r.out.Readings[device.PCIeRX]
			rate.forget()
			continue
		}
		n, links, c := sum(values, m)
		if c == nvidia.Success {
			reading := rate.add(n, 1, at)
			if reading.Quality == device.OK && links != r.d.links[i] { // the whole count of a link that came back is no traffic
				reading = device.Missing(device.Failed, at)
			}
			r.out.Readings[m], r.d.links[i] = reading, links
			continue
		}
		r.out.Readings[m] = device.Missing(c.Quality(), at)
		rate.forget()
		if m == device.NVLinkTX && c.Quality() == device.Unsupported && r.d.nvlink != nvlinkNone {
			r.d.nvlink++
		}
	}
}

// sum adds up the counters of a metric, in bytes: those that can be read, if
// any can. Which they are is a bit for each link.
func sum(values []fieldValue, m device.Metric) (n uint64, links uint32, c nvidia.Code) {
	c = nvidia.NotSupported
	for i := range values {
		v := &values[i]
		metric, scale := v.metric()
		switch {
		case metric != m:
		case v.answer() == nvidia.Success:
			n, links, c = n+v.value*scale, links|1<<v.scope, nvidia.Success
		case c == nvidia.NotSupported:
			c = v.answer()
		}
	}
	return n, links, c
}

// metric is what a field counts, and how many bytes one of its units is.
func (v *fieldValue) metric() (device.Metric, uint64) {
	switch v.field {
	case fieldPCIeRX:
		return device.PCIeRX, 1
	case fieldPCIeTX:
		return device.PCIeTX, 1
	case fieldNVLinkRX:
		return device.NVLinkRX, 1024
	case fieldNVLinkTX:
		return device.NVLinkTX, 1024
	case fieldNVLinkRXBytes:
		return device.NVLinkRX, 1
	}
	return device.NVLinkTX, 1
}

// answer is the code of a counter. One of 32 bits may wrap several times between
// two samples, unseen: it gives no rate.
func (v *fieldValue) answer() nvidia.Code {
	if v.code == nvidia.Success && (v.kind == kindUint32 || v.kind == kindInt32) {
		return nvidia.NotSupported
	}
	return v.code
}

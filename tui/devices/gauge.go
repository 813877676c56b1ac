package devices

import (
	"math"
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// gauge is a chart of a device or of the host over the last minutes.
type gauge struct {
	title string
	lines []gaugeLine
	top   float64 // the upper end of its scale; NaN to follow the values
	zero  bool    // its scale begins at 0
	limit float64 // drawn as a thin line; NaN for none
	above string  // what that is
	caps  bool    // it tells something of power caps, so that they are marked on it
	text  func(v float64) string
}

// gaugeLine is a curve of a gauge.
type gaugeLine struct {
	name string
	now  float64
	n    int
	at   func(i int) (time.Time, float64)
}

// deviceLine is the history of a metric, in some unit.
func deviceLine(d *device.DeviceView, name string, m device.Metric, unit float64) gaugeLine {
	return gaugeLine{name, d.Value(m) / unit, len(d.History), func(i int) (time.Time, float64) {
		p := &d.History[i]
		return p.At, float64(p.Values[m]) / unit
	}}
}

// ever says whether a metric has had a value.
func ever(d *device.DeviceView, m device.Metric) bool {
	if d.Readings[m].Quality == device.OK {
		return true
	}
	for i := len(d.History) - 1; i >= 0; i -= 10 {
		if draw.Known(float64(d.History[i].Values[m])) {
			return true
		}
	}
	return false
}

// last is the newest value that a metric had; NaN if it had none.
func last(d *device.DeviceView, m device.Metric) float64 {
	if v := d.Value(m); draw.Known(v) {
		return v
	}
	for i := len(d.History) - 1; i >= 0; i-- {
		if v := float64(d.History[i].Values[m]); draw.Known(v) {
			return v
		}
	}
	return math.NaN()
}

// deviceGauges are the charts that a device has anything for, in the order in
// which they are shown.
func deviceGauges(d *device.DeviceView) []gauge {
	nan := math.NaN()
	number := func(unit string) func(float64) string {
		return func(v float64) string { return draw.WithUnit(v, unit) }
	}
	limit, slow := last(d, device.PowerLimit), last(d, device.SlowdownTemperature)
	memory := func(v float64) string { return draw.Size(v * draw.GiB) }
	rate := func(v float64) string {
		if !draw.Known(v) {
			return draw.Unknown
		}
		return draw.Bytes(v*1e6) + "/s"
	}
	one := func(name string, m device.Metric, unit float64) []gaugeLine {
		return []gaugeLine{deviceLine(d, name, m, unit)}
	}
	two := func(first string, a device.Metric, second string, b device.Metric, unit float64) []gaugeLine {
		return []gaugeLine{deviceLine(d, first, a, unit), deviceLine(d, second, b, unit)}
	}
	all := []struct {
		gauge
		of []device.Metric
	}{
		{gauge{title: "busy", lines: one("busy", device.Busy, 1), top: 100, zero: true, limit: nan, text: draw.WholePercent}, []device.Metric{device.Busy}},
		{gauge{title: "power", lines: one("power", device.Power, 1), top: limit, zero: true, limit: limit, above: "limit", caps: true, text: number(" W")}, []device.Metric{device.Power}},
		{gauge{title: "memory, GiB", lines: one("memory", device.MemoryUsed, draw.GiB), top: last(d, device.MemoryTotal) / draw.GiB, zero: true, limit: nan, text: memory}, []device.Metric{device.MemoryUsed}},
		{gauge{title: "temperature", lines: one("temperature", device.Temperature, 1), top: nan, limit: slow, above: "slows down", text: number("°C")}, []device.Metric{device.Temperature}},
		{gauge{title: "clocks", lines: two("sm", device.SMClock, "memory", device.MemoryClock, 1), top: nan, zero: true, limit: nan, text: number(" MHz")}, []device.Metric{device.SMClock, device.MemoryClock}},
		{gauge{title: "memory bandwidth", lines: one("bandwidth", device.MemoryBandwidth, 1), top: 100, zero: true, limit: nan, text: draw.WholePercent}, []device.Metric{device.MemoryBandwidth}},
		{gauge{title: "PCIe, MB/s", lines: two("in", device.PCIeRX, "out", device.PCIeTX, 1e6), top: nan, zero: true, limit: nan, text: rate}, []device.Metric{device.PCIeRX, device.PCIeTX}},
		{gauge{title: "NVLink, MB/s", lines: two("in", device.NVLinkRX, "out", device.NVLinkTX, 1e6), top: nan, zero: true, limit: nan, text: rate}, []device.Metric{device.NVLinkRX, device.NVLinkTX}},
		{gauge{title: "fan", lines: one("fan", device.Fan, 1), top: 100, zero: true, limit: nan, text: draw.WholePercent}, []device.Metric{device.Fan}},
	}
	var out []gauge
	for _, g := range all {
		for _, m := range g.of {
			if ever(d, m) {
				out = append(out, g.gauge)
				break
			}
		}
	}
	return out
}

// hostGauges are the charts of the machine.
func hostGauges(h *device.Host) []gauge {
	line := func(name string, now float64, value func(*device.HostPoint) float64) []gaugeLine {
		return []gaugeLine{{name, now, len(h.History), func(i int) (time.Time, float64) { return h.History[i].At, value(&h.History[i]) }}}
	}
	nan := math.NaN()
	size := func(v float64) string { return draw.Size(v * draw.GiB) }
	return []gauge{
		{title: "cpu", lines: line("cpu", h.CPU.Float(), func(p *device.HostPoint) float64 { return float64(p.CPU) }), top: 100, zero: true, limit: nan, text: draw.WholePercent},
		{title: "memory, GiB", lines: line("memory", h.MemoryUsed.Float()/draw.GiB, func(p *device.HostPoint) float64 { return float64(p.MemoryUsed) / draw.GiB }), top: h.MemoryTotal.Float() / draw.GiB, zero: true, limit: nan, text: size},
		{title: "optwatch, of a core", lines: line("cpu", h.SelfCPU.Float(), func(p *device.HostPoint) float64 { return float64(p.SelfCPU) }), top: nan, zero: true, limit: nan, text: draw.WholePercent},
		{title: "optwatch, GiB", lines: line("rss", h.SelfRSS.Float()/draw.GiB, func(p *device.HostPoint) float64 { return float64(p.SelfRSS) / draw.GiB }), top: nan, zero: true, limit: nan, text: size},
	}
}

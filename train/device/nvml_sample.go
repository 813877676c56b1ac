//go:build linux && (amd64 || arm64) && !nonvml

package device

import (
	"fmt"
	"time"
)

// sampleAll samples all devices, one after the other. One that hangs is left
// behind, and the others go on.
func (s *nvmlSession) sampleAll(tiers Tier) (Frame, error) {
	defer s.asking.Store(nil)
	f := Frame{Events: s.xid.drain()}
	if tiers&Slow != 0 && !s.hangs() {
		var n uint32
		s.ask("", "nvmlDeviceGetCount_v2")
		if c := s.lib.count(&n); c.driverGone() {
			return f, driverError(c)
		} else if c == codeSuccess && int(n) != len(s.devices) {
			f.Devices, _ = s.list()
			s.xid.watch(s.devices...)
		}
	}
	unnamed := false
	for _, d := range s.devices {
		sample, c := s.within(d, tiers, callLimit)
		if c.driverGone() {
			return f, driverError(c)
		}
		f.Samples = append(f.Samples, sample)
		unnamed = unnamed || d.hang == nil && !d.known && d.state == Up
	}
	if unnamed && !s.hangs() {
		f.Devices, _ = s.list() // one that was lost from the start can be named now
		f.Samples = nil
		s.xid.watch(s.devices...)
	}
	return f, nil
}

func driverError(c code) error {
	return fmt.Errorf("%w: %s", errDriver, c.openError("nvml").Hint)
}

// sample reads one device. The code is that of a driver that is gone, or success.
func (s *nvmlSession) sample(d *nvmlDevice, tiers Tier) (Sample, code) {
	now := time.Now()
	out := Sample{ID: d.ID, At: now}
	if asleep(s.root, d.BDF) {
		out.State, out.Hint = Asleep, ""
		return out, codeSuccess
	}
	if d.state != Up && d.retry.due(now) {
		s.reopen(d, now)
	}
	if d.state == Up {
		c := s.read(d, &out, tiers)
		switch {
		case c.driverGone():
			return out, c
		case c.state() != Up:
			d.fail(c, now)
			out = Sample{ID: d.ID, At: now}
		default:
			d.retry = backoff{}
			if tiers&Fast != 0 && d.unknownOnly {
				out = Sample{ID: d.ID, At: now, State: Lost, Hint: taken}
				return out, codeSuccess
			}
		}
	}
	out.State, out.Hint = d.state, d.hint
	return out, codeSuccess
}

// reopen looks for a lost device under all indexes, since they may have moved.
func (s *nvmlSession) reopen(d *nvmlDevice, now time.Time) {
	var n uint32
	s.ask(d.ID, "nvmlDeviceGetCount_v2")
	if s.lib.count(&n) != codeSuccess {
		n = 0
	}
	for i := range n {
		found := s.identify(i)
		switch {
		case found.known && (found.ID == d.ID || !d.known && found.Index == d.Index):
			d.handle, d.state, d.hint, d.Index = found.handle, Up, "", found.Index
			s.ask(d.ID, "nvmlDeviceRegisterEvents")
			s.xid.watch(d)
			return
		case !found.known && found.Index == d.Index:
			d.state, d.hint = found.state, found.hint
		}
	}
	d.retry.fail(now)
}

// number is one call that gives one number.
type number struct {
	metric Metric
	call   string
	scale  float64
	ask    func(handle, *uint32) code // nil where the library lacks it
}

// numbers are the readings that are one call each.
func (l *library) numbers() []number {
	return []number{
		{Power, "nvmlDeviceGetPowerUsage", 1e-3, l.power},
		{PowerLimit, "nvmlDeviceGetEnforcedPowerLimit", 1e-3, l.powerLimit},
		{Temperature, "nvmlDeviceGetTemperature", 1, l.celsius()},
		{SlowdownTemperature, "nvmlDeviceGetTemperatureThreshold", 1, with(l.threshold, thresholdSlowdown)},
		{SMClock, "nvmlDeviceGetClockInfo", 1, with(l.clock, clockSM)},
		{MemoryClock, "nvmlDeviceGetClockInfo", 1, with(l.clock, clockMemory)},
		{Fan, "nvmlDeviceGetFanSpeed", 1, l.fan},
	}
}

// with gives a function its middle argument.
func with(ask func(handle, uint32, *uint32) code, kind uint32) func(handle, *uint32) code {
	if ask == nil {
		return nil
	}
	return func(h handle, v *uint32) code { return ask(h, kind, v) }
}

// celsius is the newer way to ask for the temperature of the die, or the older.
func (l *library) celsius() func(handle, *uint32) code {
	older := with(l.temperature, sensorGPU)
	if l.temperatureV == nil {
		return older
	}
	return func(h handle, v *uint32) code {
		t := temperatureV1{version: temperatureVersion1, sensor: sensorGPU}
		c := l.temperatureV(h, &t)
		if c != codeSuccess && c.quality() == Unsupported && older != nil {
			return older(h, v)
		}
		*v = uint32(max(0, t.celsius))
		return c
	}
}

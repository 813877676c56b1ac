//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"errors"
	"fmt"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
	"optwatch/train/device/nvidia"
)

// sampleAll samples all devices, one after the other. One that hangs is left
// behind, and the others go on.
func (s *session) sampleAll(tiers device.Tier) (device.Frame, error) {
	defer s.asking.Store(nil)
	f := device.Frame{Events: s.xid.drain()}
	if tiers&device.Slow != 0 && !s.hangs() {
		var n uint32
		s.ask("", "nvmlDeviceGetCount_v2")
		if c := s.lib.count(&n); c.DriverGone() {
			return f, driverError(c)
		} else if c == nvidia.Success && int(n) != len(s.devices) {
			f.Devices, _ = s.list()
			s.xid.watch(s.devices...)
		}
	}
	unnamed := false
	for _, d := range s.devices {
		sample, c := s.within(d, tiers, device.CallLimit)
		if c.DriverGone() {
			return f, driverError(c)
		}
		f.Samples = append(f.Samples, sample)
		unnamed = unnamed || d.hang == nil && !d.known && d.state == device.Up
	}
	if unnamed && !s.hangs() {
		f.Devices, _ = s.list() // one that was lost from the start can be named now
		f.Samples = nil
		s.xid.watch(s.devices...)
	}
	return f, nil
}

// errDriver says that the driver as a whole went away or was replaced.
var errDriver = errors.New("the driver went away or was replaced")

func driverError(c nvidia.Code) error {
	return fmt.Errorf("%w: %s", errDriver, c.OpenError("nvml").Hint)
}

// sample reads one device. The code is that of a driver that is gone, or success.
func (s *session) sample(d *gpu, tiers device.Tier) (device.Sample, nvidia.Code) {
	now := time.Now()
	out := device.Sample{ID: d.ID, At: now}
	if host.Asleep(s.root, d.BDF) {
		out.State, out.Hint = device.Asleep, ""
		return out, nvidia.Success
	}
	if d.state != device.Up && d.retry.Due(now) {
		s.reopen(d, now)
	}
	if d.state == device.Up {
		c := s.read(d, &out, tiers)
		switch {
		case c.DriverGone():
			return out, c
		case c.State() != device.Up:
			d.fail(c, now)
			out = device.Sample{ID: d.ID, At: now}
		default:
			d.retry = device.Backoff{}
			if tiers&device.Fast != 0 && d.failed != nvidia.Success {
				out = device.Sample{ID: d.ID, At: now, State: device.Lost, Hint: d.failed.Deaf()}
				return out, nvidia.Success
			}
		}
	}
	out.State, out.Hint = d.state, d.hint
	return out, nvidia.Success
}

// reopen looks for a lost device under all indexes, since they may have moved.
func (s *session) reopen(d *gpu, now time.Time) {
	var n uint32
	s.ask(d.ID, "nvmlDeviceGetCount_v2")
	if s.lib.count(&n) != nvidia.Success {
		n = 0
	}
	for i := range n {
		found := s.identify(i)
		switch {
		case found.known && (found.ID == d.ID || !d.known && found.Index == d.Index):
			d.handle, d.state, d.hint, d.Index = found.handle, device.Up, "", found.Index
			s.ask(d.ID, "nvmlDeviceRegisterEvents")
			s.xid.watch(d)
			return
		case !found.known && found.Index == d.Index:
			d.state, d.hint = found.state, found.hint
		}
	}
	d.retry.Fail(now)
}

// number is one call that gives one number.
type number struct {
	metric device.Metric
	call   string
	scale  float64
	ask    func(handle, *uint32) nvidia.Code // nil where the library lacks it
}

// numbers are the readings that are one call each.
func (l *library) numbers() []number {
	return []number{
		{device.Power, "nvmlDeviceGetPowerUsage", 1e-3, l.power},
		{device.PowerLimit, "nvmlDeviceGetEnforcedPowerLimit", 1e-3, l.powerLimit},
		{device.Temperature, "nvmlDeviceGetTemperature", 1, l.celsius()},
		{device.SlowdownTemperature, "nvmlDeviceGetTemperatureThreshold", 1, with(l.threshold, thresholdSlowdown)},
		{device.SMClock, "nvmlDeviceGetClockInfo", 1, with(l.clock, clockSM)},
		{device.MemoryClock, "nvmlDeviceGetClockInfo", 1, with(l.clock, clockMemory)},
		{device.Fan, "nvmlDeviceGetFanSpeed", 1, l.fan},
	}
}

// with fixes the middle argument of a function of the library; nil stays nil.
func with(ask func(handle, uint32, *uint32) nvidia.Code, kind uint32) func(handle, *uint32) nvidia.Code {
	if ask == nil {
		return nil
	}
	return func(h handle, v *uint32) nvidia.Code { return ask(h, kind, v) }
}

// celsius is the newer way to ask for the temperature of the die, or the older.
func (l *library) celsius() func(handle, *uint32) nvidia.Code {
	older := with(l.temperature, sensorGPU)
	if l.temperatureV == nil {
		return older
	}
	return func(h handle, v *uint32) nvidia.Code {
		t := temperatureV1{version: temperatureVersion1, sensor: sensorGPU}
		c := l.temperatureV(h, &t)
		if c != nvidia.Success && c.Quality() == device.Unsupported && older != nil {
			return older(h, v)
		}
		*v = uint32(max(0, t.celsius))
		return c
	}
}

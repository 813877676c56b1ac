//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"fmt"
	"slices"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// hang is a sample of a device that has not returned in time.
type hang struct {
	call  string
	since time.Time
	done  <-chan outcome
}

// outcome is what came of a sample.
type outcome struct {
	sample device.Sample
	code   nvidia.Code
	panic  any
}

// within samples a device in a goroutine that can be left behind. While it has
// not returned, no second one is begun.
func (s *session) within(d *gpu, tiers device.Tier, limit time.Duration) (device.Sample, nvidia.Code) {
	if d.hang != nil {
		select {
		case r := <-d.hang.done:
			d.hang = nil
			if r.panic != nil {
				panic(r.panic)
			}
		default:
			return d.hungSample(), nvidia.Success
		}
	}
	began := time.Now()
	done := make(chan outcome, 1)
	go func() {
		var r outcome
		defer func() {
			r.panic = recover()
			done <- r
		}()
		r.sample, r.code = s.sample(d, tiers)
	}()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case r := <-done:
		if r.panic != nil {
			panic(r.panic)
		}
		return r.sample, r.code
	case <-late.C:
	}
	d.hang = &hang{call: "a call", since: began, done: done}
	if q := s.asking.Load(); q != nil && q.id == d.ID {
		d.hang.call = q.call
	}
	return d.hungSample(), nvidia.Success
}

// hungSample is the sample of a device that hangs.
func (d *gpu) hungSample() device.Sample {
	now := time.Now()
	hint := fmt.Sprintf("%s has not returned for %d s", d.hang.call, int(now.Sub(d.hang.since).Seconds()))
	return device.Sample{ID: d.ID, At: now, State: device.Hung, Hint: hint}
}

// hangs says whether a device hangs.
func (s *session) hangs() bool {
	return slices.ContainsFunc(s.devices, func(d *gpu) bool { return d.hang != nil })
}

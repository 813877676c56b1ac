//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"time"

	"optwatch/train/device"
)

// rate makes a rate a second of a counter that only grows. Counters wrap, and
// are set to 0 when a driver is loaded: a step back is a gap, not a rate.
type rate struct {
	count uint64
	at    time.Time
	known bool
}

// add takes the counter's value in units of scale bytes. The first value gives
// no rate yet, one that is smaller than the last gives a gap.
func (r *rate) add(count uint64, scale float64, at time.Time) device.Reading {
	last := *r
	*r = rate{count, at, true}
	elapsed := at.Sub(last.at).Seconds()
	switch {
	case !last.known || elapsed <= 0:
		return device.Missing(device.Unknown, at)
	case count < last.count:
		return device.Missing(device.Failed, at)
	}
	return device.Measured(float64(count-last.count)*scale/elapsed, at)
}

// forget is called where the counter could not be read: the next value is the
// first again.
func (r *rate) forget() { r.known = false }

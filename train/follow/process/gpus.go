package process

import (
	"math"
	"slices"
	"time"

	"optwatch/train/device"
)

// IdleBelow is how busy a GPU is at the most, in %, that is called idle.
const IdleBelow = 5

// Use is what some processes use of the GPUs.
type Use struct {
	GPUs   []GPU   // those that they hold, in the view's order
	Busy   float64 // %, mean over these GPUs, whoever keeps them busy; NaN where unknown
	Memory float64 // bytes of GPU memory that the processes hold; NaN where unknown
	// IdleSince is since when none of these GPUs has been busy, as far back as the
	// view goes; zero if one is, or if that is not known.
	IdleSince time.Time
	// Unknown says why it is not known which GPUs they hold; "" if it is.
	Unknown string
}

// GPU is a GPU that some processes hold.
type GPU struct {
	ID     device.ID
	Index  int
	Name   string
	Busy   float64 // % of the GPU's time; NaN where unknown
	Share  float64 // % of it in which these processes ran, at most 100; NaN where unknown
	Memory float64 // bytes that they hold; NaN where unknown
	Others int     // processes that hold it too
}

// GPUs finds which GPUs some processes hold.
func GPUs(v *device.View, pids map[int]bool) Use {
	u := Use{Busy: math.NaN(), Memory: math.NaN(), Unknown: "no GPU tells its processes"}
	foreign := false
	var held []*device.DeviceView
	for i := range v.Devices {
		d := &v.Devices[i]
		if d.Readings[device.ProcessCount].Quality != device.OK {
			continue
		}
		u.Unknown = ""
		g, holds := gpu(d, pids)
		foreign = foreign || slices.ContainsFunc(d.Processes, func(p device.Process) bool { return p.Foreign })
		if holds {
			u.GPUs, held = append(u.GPUs, g), append(held, d)
		}
	}
	if foreign && len(held) == 0 {
		u.Unknown = "the driver tells pids of another container or of its host"
	}
	u.sum()
	u.IdleSince = idleSince(held)
	return u
}

// gpu is a GPU as some processes hold it, and whether one does.
func gpu(d *device.DeviceView, pids map[int]bool) (g GPU, holds bool) {
	g = GPU{ID: d.ID, Index: d.Index, Name: d.Name, Busy: d.Value(device.Busy), Share: math.NaN(), Memory: math.NaN()}
	others := map[int]bool{}
	for _, p := range d.Processes { // one may come once for each MIG instance
		if p.Foreign || !pids[p.PID] {
			others[p.PID] = true
			continue
		}
		holds = true
		g.Share, g.Memory = add(g.Share, p.SM.Float()), add(g.Memory, p.Memory.Float())
	}
	g.Share, g.Others = math.Min(g.Share, 100), len(others)
	return g, holds
}

// add adds numbers of which NaN is one that is not known.
func add(a, b float64) float64 {
	switch {
	case math.IsNaN(a):
		return b
	case math.IsNaN(b):
		return a
	}
	return a + b
}

// sum sums up the GPUs.
func (u *Use) sum() {
	busy, n := 0.0, 0
	for _, g := range u.GPUs {
		u.Memory = add(u.Memory, g.Memory)
		if !math.IsNaN(g.Busy) {
			busy, n = busy+g.Busy, n+1
		}
	}
	if n > 0 {
		u.Busy = busy / float64(n)
	}
}

// idleSince is since when no device has been busy. What is not known, as in a gap
// of the history, is not called idle.
func idleSince(held []*device.DeviceView) (since time.Time) {
	for _, d := range held {
		var idle time.Time
		for _, p := range slices.Backward(d.History) {
			if b := p.Values[device.Busy]; !(b < IdleBelow) {
				break
			}
			idle = p.At
		}
		if idle.IsZero() {
			return time.Time{}
		}
		if idle.After(since) {
			since = idle
		}
	}
	return since
}

// Idle is for how long all GPUs of a run have been idle that began at a time; 0 if
// one is busy.
func (u *Use) Idle(began, now time.Time) time.Duration {
	if u.IdleSince.IsZero() {
		return 0
	}
	since := u.IdleSince
	if began.After(since) {
		since = began
	}
	return max(0, now.Sub(since))
}

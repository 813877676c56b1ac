package follow

import (
	"math"
	"slices"
	"time"

	"optwatch/train/follow/logs"
)

// setZero makes the earliest time that is seen the zero of the axis of time. Where
// that moves, so does all that lies on it.
func (w *Watch) setZero(f *logs.Found) {
	earliest := math.Inf(1)
	for i := range f.Rows {
		if t := f.Rows[i].Time; plausible(t) {
			earliest = min(earliest, t)
		}
	}
	if math.IsInf(earliest, 1) || w.based && earliest >= w.zero() {
		return
	}
	began := time.Unix(0, int64(earliest*1e9))
	later := w.began.Sub(began)
	w.based, w.began = true, began
	w.events = slices.Clone(w.events)
	for i := range w.events {
		w.events[i].Elapsed += later
	}
	for _, r := range w.runs {
		r.series = nil
		r.changed++
	}
}

// plausible says whether a number may be seconds since 1970: what is no more than a
// time.Duration can hold.
func plausible(t float64) bool { return t > 0 && t < 9e9 }

// zero is where the axis of time begins, in seconds since 1970.
func (w *Watch) zero() float64 { return float64(w.began.UnixNano()) / 1e9 }

// elapsed is when something happened, by its place on the axis of time.
func (w *Watch) elapsed(at place, now time.Time) time.Duration {
	if t := at[onClock]; plausible(t) {
		return time.Duration((t - w.zero()) * float64(time.Second))
	}
	return now.Sub(w.began)
}

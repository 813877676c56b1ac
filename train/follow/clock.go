package follow

import (
	"math"
	"slices"
	"time"

	"optwatch/train/follow/logs"
)

// clock is where the axis of time begins: at the earliest time that is seen in any
// log, and before that when the watch began.
type clock struct {
	began time.Time
	seen  bool
}

// plausible says whether a number may be seconds since 1970: what is no more than a
// time.Duration can hold.
func plausible(t float64) bool { return t > 0 && t < 9e9 }

// back takes in the times of some rows, and says how much later all is that lies on
// the axis, now that it may begin earlier.
func (c *clock) back(rows []logs.Row) (later time.Duration) {
	earliest := math.Inf(1)
	for i := range rows {
		if t := rows[i].Time; plausible(t) {
			earliest = min(earliest, t)
		}
	}
	if math.IsInf(earliest, 1) || c.seen && earliest >= c.zero() {
		return 0
	}
	began := time.Unix(0, int64(earliest*1e9))
	later = c.began.Sub(began)
	c.began, c.seen = began, true
	return later
}

// zero is where the axis begins, in seconds since 1970.
func (c *clock) zero() float64 { return float64(c.began.UnixNano()) / 1e9 }

// elapsed is when something happened, by its place on the axis.
func (c *clock) elapsed(at place, now time.Time) time.Duration {
	if t := at[onClock]; plausible(t) {
		return time.Duration((t - c.zero()) * float64(time.Second))
	}
	return now.Sub(c.began)
}

// place is a place with its time from where the axis begins.
func (c *clock) place(at place) []float64 {
	at[onClock] -= c.zero()
	return at[:]
}

// all is the same for the places of a curve.
func (c *clock) all(at [axisCount][]float64) [][]float64 {
	out, zero := slices.Clone(at[:]), c.zero()
	if times := at[onClock]; times != nil {
		out[onClock] = make([]float64, len(times))
		for i, t := range times {
			out[onClock][i] = t - zero
		}
	}
	return out
}

// setZero begins the axis of time at the earliest time that is seen. Where that
// moves, so does all that lies on it.
func (w *Watch) setZero(f *logs.Found) {
	later := w.clock.back(f.Rows)
	if later == 0 {
		return
	}
	w.events = slices.Clone(w.events)
	for i := range w.events {
		w.events[i].Elapsed += later
	}
	for _, r := range w.runs {
		r.series = nil
		r.changed++
	}
}

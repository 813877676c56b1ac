package record

import (
	"math"
	"time"

	"optwatch/train/view"
)

// length is how long the recording is.
func (c *contents) length() time.Duration {
	length := c.Elapsed
	for _, r := range c.runs {
		if n := len(r.moments); n > 0 {
			length = max(length, r.moments[n-1].at)
		}
	}
	for _, e := range c.events {
		length = max(length, e.at)
	}
	return length
}

// date works out when each value and each mark was there. What says that it is
// of a later time than the end was there at the end.
func (c *contents) date() {
	end := c.length()
	for _, r := range c.runs {
		for i := range r.series {
			s := &r.series[i]
			t := c.timer(r, end)
			s.seen = make([]time.Duration, len(s.Values))
			for k := range s.seen {
				s.seen[k] = t.next(func(axis int) float64 { return placeOf(s.Places, axis, k) })
			}
		}
		t := c.timer(r, end)
		for i := range r.marks {
			m := &r.marks[i]
			m.at = t.next(func(axis int) float64 { return (&view.Run{At: m.what.Places}).Place(axis) })
		}
	}
}

// placeOf is the place of a value on an axis; NaN where it has none.
func placeOf(places [][]float64, axis, i int) float64 {
	if i >= len(places[axis]) {
		return math.NaN()
	}
	return places[axis][i]
}

// timer tells the times of what happened in a run, one after the other. A clock
// among the axes tells them. Where there is none, something was there at the
// first moment at which the run had come to its place on the first axis.
type timer struct {
	clock   int
	moments []waypoint // that may still be the one
	last    time.Duration
	end     time.Duration
}

func (c *contents) timer(r *recorded, end time.Duration) *timer {
	return &timer{clock: c.clock(), moments: r.moments, end: end}
}

// next is the time of the next one, whose places on the axes are told; it is not
// before that of the last.
func (t *timer) next(place func(axis int) float64) time.Duration {
	switch {
	case t.clock >= 0:
		if at := place(t.clock); !math.IsNaN(at) {
			t.last = max(t.last, min(durationOf(at), t.end))
		}
	case len(t.moments) > 0:
		at := place(0)
		for len(t.moments) > 1 && t.moments[0].place < at {
			t.moments = t.moments[1:]
		}
		t.last = max(t.last, t.moments[0].at)
	}
	return t.last
}

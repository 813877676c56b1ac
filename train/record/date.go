package record

import (
	"math"
	"slices"
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
			t := c.timer(r, s.clocked(c.clock()), end)
			s.seen = make([]time.Duration, len(s.Values))
			for k := range s.seen {
				s.seen[k] = t.next(func(axis int) float64 { return placeOf(s.Places, axis, k) })
			}
		}
		t := c.timer(r, r.marksClocked(c.clock()), end)
		for i := range r.marks {
			m := &r.marks[i]
			m.at = t.next(func(axis int) float64 { return (&view.Run{At: m.what.Places}).Place(axis) })
		}
		for i := 1; i < len(r.lines); i++ {
			r.lines[i].at = max(r.lines[i].at, r.lines[i-1].at)
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
// among the axes tells them. Where it tells none, something was there at the first
// moment at which the run had come to its place on the first axis on which it is
// known where the run was.
type timer struct {
	clock   int        // -1 where it tells none
	axes    []int      // on which that is known
	moments []waypoint // that may still be the one
	last    time.Duration
	end     time.Duration
}

func (c *contents) timer(r *recorded, clocked bool, end time.Duration) *timer {
	t := &timer{clock: c.clock(), moments: r.moments, end: end}
	if !clocked {
		t.clock = -1
	}
	for axis := range c.axes {
		if slices.ContainsFunc(r.moments, func(m waypoint) bool { return !math.IsNaN(m.place(axis)) }) {
			t.axes = append(t.axes, axis)
		}
	}
	return t
}

// clocked says whether the clock tells the time of any of the values.
func (c *series) clocked(clock int) bool { return known(c.On(clock)) != nil }

// marksClocked says whether it tells that of any of the marks.
func (r *recorded) marksClocked(clock int) bool {
	return slices.ContainsFunc(r.marks, func(m dated[view.Mark]) bool {
		return clock >= 0 && clock < len(m.what.Places) && !math.IsNaN(m.what.Places[clock])
	})
}

// place is where the run was on an axis; NaN where that is not known.
func (m *waypoint) place(axis int) float64 {
	if axis >= len(m.places) {
		return math.NaN()
	}
	return m.places[axis]
}

// next is the time of the next one, whose places on the axes are told; it is not
// before that of the last.
func (t *timer) next(place func(axis int) float64) time.Duration {
	if t.clock >= 0 {
		if at := place(t.clock); !math.IsNaN(at) {
			t.last = max(t.last, min(durationOf(at), t.end))
		}
		return t.last
	}
	for _, axis := range t.axes {
		if at := place(axis); !math.IsNaN(at) {
			t.come(axis, at)
			break
		}
	}
	if len(t.moments) > 0 {
		t.last = max(t.last, t.moments[0].at)
	}
	return t.last
}

// come passes the moments at which the run had not come to a place.
func (t *timer) come(axis int, place float64) {
	for len(t.moments) > 1 && !(t.moments[0].place(axis) >= place) {
		t.moments = t.moments[1:]
	}
}

package follow

import (
	"math"
	"slices"
	"time"
)

// A curve whose places go back has been begun again, or its points were written by
// several that did not wait for each other. What tells them apart: one that is late
// lies between the latest points, at none of them, and comes no later than points
// do; whoever begins again repeats what was logged, or goes back far, or comes after
// a while.

// mostLate is how many points may have come before one that is late.
const mostLate = 16

// order is where the latest points of a curve are.
type order struct {
	at [mostLate]place
	n  int
}

func (o *order) add(at place) {
	o.at[o.n%mostLate] = at
	o.n++
}

// backOn is the axis by which a point lies before the last one: that of steps, or
// where those are not told, that of epochs; -1 where it does not.
func (c *curve) backOn(at place) int {
	for _, axis := range []int{onStep, onEpoch} {
		if was := c.lastAt[axis]; !math.IsNaN(at[axis]) && !math.IsNaN(was) {
			if at[axis] < was {
				return axis
			}
			return -1
		}
	}
	return -1
}

// late says whether a point that lies before the last one belongs between the latest
// points, where usual is how long it takes at most until the next comes; 0 where that
// is not known.
func (c *curve) late(axis int, at place, usual time.Duration) bool {
	lowest := math.Inf(1)
	for i := range min(c.order.n, mostLate) {
		v := c.order.at[i][axis]
		if v == at[axis] {
			return false
		}
		lowest = min(lowest, v)
	}
	after := at[onClock] - c.lastAt[onClock] // NaN where it is not told
	return at[axis] > lowest && !(usual > 0 && after > 3*usual.Seconds())
}

// sortIn takes in a point that is late, and keeps no more than so many.
func (c *curve) sortIn(axis int, at place, value float64, most int) {
	c.note(at, value)
	n := c.before(axis, at[axis])
	tail := c.kept.cut(n, c.shown)
	if n < c.thin {
		c.thin++
	} else {
		c.since++
	}
	c.shown = false
	c.kept.add(at, value)
	c.kept.join(&tail)
	c.fit(most)
}

// forward are places without those that lie before an earlier one, so that no line
// leads back on this axis where the points are sorted by another.
func forward(at []float64) []float64 {
	furthest, out := math.Inf(-1), at
	for i, v := range at {
		if v < furthest {
			if &out[0] == &at[0] {
				out = slices.Clone(at)
			}
			out[i] = math.NaN()
		}
		if v > furthest {
			furthest = v
		}
	}
	return out
}

package device

import (
	"math"
	"time"
)

// historyLen is how many points a history keeps: half an hour at one a second.
const historyLen = 1800

// Point is the readings of a device at one time. What had no value is NaN, and
// is a gap in a chart.
type Point struct {
	At     time.Time
	Values [Metrics]float32
}

// newPoint is a point of some readings. Those older than a few of their tier's
// periods are gaps.
func newPoint(at time.Time, readings *[Metrics]Reading) Point {
	p := Point{At: at}
	for m := range Metrics {
		p.Values[m] = float32(math.NaN())
		if at.Sub(readings[m].At) <= m.Tier().Patience() {
			p.Values[m] = float32(readings[m].Float())
		}
	}
	return p
}

// gap is a point without any value.
func gap(at time.Time) Point { return newPoint(at, new([Metrics]Reading)) }

// window appends to a list of which the last n are kept. Lists that were handed
// out before never change: when the array is full, the last n move to a new one.
func window[T any](list []T, n int, item T) []T {
	if len(list) < n {
		return append(list, item)
	}
	if len(list) == cap(list) {
		next := make([]T, n-1, 2*n)
		copy(next, list[len(list)-n+1:])
		return append(next, item)
	}
	return append(list[1:], item)
}

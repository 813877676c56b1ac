package chart

import "math"

// Ends are where some places end: the least above 0, and the greatest.
type Ends struct {
	n           int     // how many places there were
	first, last float64 // the oldest and the newest of them, to know them by
	Lo, Hi      float64
}

// Extend takes in the places of a series. Of many runs with many metrics there are
// millions, all asked for in each frame: since places never change, only those that
// have come since are looked at. A curve that was begun anew, or a log that was written anew,
// is another at one of the ends of what was there before.
func (e *Ends) Extend(at []float64) {
	if e.n == 0 || e.n > len(at) || e.first != at[0] || e.last != at[e.n-1] { // NaN is never the same
		*e = Ends{Lo: math.Inf(1)}
	}
	for _, x := range at[e.n:] { // NaN is neither above nor below
		if x > e.Hi && x <= math.MaxFloat64 {
			e.Hi = x
		}
		if x < e.Lo && x > 0 {
			e.Lo = x
		}
	}
	e.n, e.first, e.last = len(at), at[0], at[len(at)-1]
}

package chart

import (
	"math"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// resting is how close to its end, as a share of the whole way, a curve has come to
// rest.
const resting = 0.01

// Newest is the last known of some places; 0 if there is none.
func Newest(at []float64) float64 {
	for i := len(at) - 1; i >= 0; i-- {
		if draw.Known(at[i]) {
			return at[i]
		}
	}
	return 0
}

// RestsAt is the place from which on values stay close to the last of them.
func RestsAt(at, values []float64, log bool) float64 {
	y := axis.Scale{Log: log}
	n := min(len(at), len(values))
	lo, hi, end := math.Inf(1), math.Inf(-1), math.NaN()
	for i := range n {
		if v := y.Of(values[i]); draw.Known(v) {
			lo, hi, end = min(lo, v), max(hi, v), v
		}
	}
	for i := n - 1; i >= 0; i-- {
		if v := y.Of(values[i]); math.Abs(v-end) > resting*(hi-lo) && draw.Known(at[i]) {
			return at[i]
		}
	}
	return 0
}

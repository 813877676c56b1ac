package chart

import (
	"math"
	"slices"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

// Nearest is which of the places of a series is nearest to one on the scale: the newest at
// or before it, or the newest of those since that are nearer; -1 where the series begins
// later. What lies between two places is not known, and none is made up.
func Nearest(x axis.Scale, places []float64, to float64) int {
	found, least := -1, math.Inf(1)
	for i, at := range slices.Backward(places) {
		if at = x.Of(at); draw.Known(at) && at <= to+1e-9*math.Abs(to) {
			found, least = i, math.Abs(to-at)
			break
		}
	}
	if found < 0 {
		return -1
	}
	for i, before := found+1, found; i < len(places); i++ {
		away := math.Abs(x.Of(places[i]) - to)
		if away < least || away == least && found > before {
			found, least = i, away
		}
	}
	return found
}

package lab

import (
	"math"
	"slices"

	"optwatch/train"
	"optwatch/train/record"
)

// medianOf is that of some numbers, NaN of none.
func medianOf(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// bandOf is the median of several curves with their range as a band, at the
// places of the longest of them.
func bandOf(name string, slot int, x, y [][]float64) record.Series {
	out := record.Series{Name: name, Slot: slot}
	for _, xs := range x {
		if len(xs) > len(out.X) {
			out.X = xs
		}
	}
	for i, at := range out.X {
		var here []float64
		for j := range x {
			if i < len(x[j]) && x[j][i] == at {
				here = append(here, y[j][i])
			}
		}
		out.Y = append(out.Y, medianOf(here))
		out.Lo, out.Hi = append(out.Lo, slices.Min(here)), append(out.Hi, slices.Max(here))
	}
	return out
}

// suboptimality is f − f* over gradient evaluations of trials with one recipe
// and several seeds.
func suboptimality(name string, slot int, curves [][]train.Point, optimum float64) record.Series {
	var x, y [][]float64
	for _, points := range curves {
		var xs, ys []float64
		for _, pt := range points {
			if pt.Evals > 0 {
				xs, ys = append(xs, float64(pt.Evals)), append(ys, pt.Loss-optimum)
			}
		}
		x, y = append(x, xs), append(y, ys)
	}
	return bandOf(name, slot, x, y)
}

// trialSeed is the seed of the i-th of several trials that are alike but for
// what is drawn. Sessions with other seeds have none of them in common.
func (s *session) trialSeed(i int) uint64 { return s.o.Seed + uint64(i)<<32 }

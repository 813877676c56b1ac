package lab

import (
	"fmt"
	"slices"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// shorter is a count of seeds, steps or batches, or a smaller one where time is short.
func shorter(quick bool, full, short int) int {
	if quick {
		return short
	}
	return full
}

// bandOfCurves is the median of several curves with its band, at the places of the
// longest of them.
func bandOfCurves(name string, slot int, x, y [][]float64) study.Series {
	out := study.Series{Name: name, Slot: slot}
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
		b := trials.BandOf(here)
		out.Y, out.Lo, out.Hi = append(out.Y, b.Mid), append(out.Lo, b.Lo), append(out.Hi, b.Hi)
	}
	return out
}

// suboptimality is f − f* over gradient evaluations of trials with one recipe
// and several seeds.
func suboptimality(name string, slot int, curves [][]train.Point, optimum float64) study.Series {
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
	return bandOfCurves(name, slot, x, y)
}

// rangeOf is the median of values with all that they span, in a format and a unit.
func rangeOf(format, unit string, values []float64) string {
	return fmt.Sprintf(format+"%s ("+format+" … "+format+" over %d seeds)",
		trials.Median(values), unit, slices.Min(values), slices.Max(values), len(values))
}

// minus is the differences of two readings, seed by seed.
func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// over is the ratios of two readings, seed by seed.
func over(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

package lab

import (
	"fmt"
	"slices"
	"strings"

	"optwatch/train"
	"optwatch/train/study"
)

// trialSeed is the seed of the i-th of several trials that are alike but for
// what is drawn. Sessions with other seeds have none of them in common.
func (s *session) trialSeed(i int) uint64 { return s.o.Seed + uint64(i)<<32 }

// shorter is a count of seeds, steps or batches, or a smaller one where time is short.
func shorter(quick bool, full, short int) int {
	if quick {
		return short
	}
	return full
}

// bandOf is the median of several curves with its band, at the places of the
// longest of them.
func bandOf(name string, slot int, x, y [][]float64) study.Series {
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
		b := band(here)
		out.Y, out.Lo, out.Hi = append(out.Y, b.mid), append(out.Lo, b.lo), append(out.Hi, b.hi)
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
	return bandOf(name, slot, x, y)
}

// rangeOf is the median of values with all that they span, in a format and a unit.
func rangeOf(format, unit string, values []float64) string {
	return fmt.Sprintf(format+"%s ("+format+" … "+format+" over %d seeds)",
		band(values).mid, unit, slices.Min(values), slices.Max(values), len(values))
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

// joined are numbers in a format, with commas between them.
func joined(format string, values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, ", ")
}

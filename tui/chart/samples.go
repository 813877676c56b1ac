package chart

import (
	"math"
	"slices"
)

// Samples are the curves of a chart in its columns. Of many runs only a few have
// come on between two frames, and these by a few points: what is the same as before
// is kept, and only new points are drawn into their columns.
type Samples struct {
	of  any // what all of them depend on
	all map[any]*Sampled
}

// Sampled is one curve: its points up to the n-th, which are not looked at again.
type Sampled struct {
	*Sampling
	n           int
	first, last [2]float64 // places and values of the first and the n-th, to know them by

	soft   []float64 // the smoothed curve in columns; nil for none yet
	softOf []float64 // its number of points, the first and the last of them
}

// settled is how many points at the end of a series may still change, as the last
// of one that is thinned do until others come after them.
const settled = 8

// Keep keeps the samples as long as what all of them depend on, which can be compared,
// is the same; else they begin anew.
func (s *Samples) Keep(of any) {
	if s.of != of || s.all == nil {
		s.of, s.all = of, map[any]*Sampled{}
	}
}

// At is the sample of a curve, without points if there is none yet.
func (s *Samples) At(key any) *Sampled {
	k := s.all[key]
	if k == nil {
		k = new(Sampled)
		s.all[key] = k
	}
	return k
}

// Smoothed are the columns of a curve that make makes, anew only where a point has
// come: the average at each depends on all.
func (k *Sampled) Smoothed(at, values []float64, make func() []float64) []float64 {
	n := min(len(at), len(values))
	if n == 0 {
		return make()
	}
	of := append([]float64{float64(n), at[0], values[0]}, at[max(0, n-settled):n]...)
	of = append(of, values[max(0, n-settled):n]...)
	if k.soft == nil || !slices.Equal(k.softOf, of) {
		k.soft, k.softOf = make(), of
	}
	return slices.Clone(k.soft)
}

// Columns are those of a curve of places and values; cell and coordinate say where
// each lies in the chart.
func (k *Sampled) Columns(at, values []float64, cols int, cell, coordinate func(float64) float64) []float64 {
	n := min(len(at), len(values))
	if k.Sampling == nil || k.n > n || k.n > 0 && !(samePoint(k.first, at[0], values[0]) && samePoint(k.last, at[k.n-1], values[k.n-1])) {
		k.Sampling, k.n = NewSampling(cols), 0
	}
	if from, to := k.n, n-settled; from < to {
		for i := from; i < to; i++ {
			k.Add(cell(at[i]), coordinate(values[i]))
		}
		k.n, k.first, k.last = to, [2]float64{at[0], values[0]}, [2]float64{at[to-1], values[to-1]}
	}
	all := k.Clone()
	for i := k.n; i < n; i++ {
		all.Add(cell(at[i]), coordinate(values[i]))
	}
	return all.Columns()
}

// samePoint says whether a point is the one that was kept, to the bit.
func samePoint(kept [2]float64, at, value float64) bool {
	return math.Float64bits(kept[0]) == math.Float64bits(at) && math.Float64bits(kept[1]) == math.Float64bits(value)
}

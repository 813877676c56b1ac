package race

import (
	"math"
	"slices"

	"optwatch/train/study/axis"
	"optwatch/tui/chart"
)

// samples are the curves of a chart in its columns. Of many runs only a few have
// come on between two frames, and these by a few points: what is the same as before
// is kept, and only new points are drawn into their columns.
type samples struct {
	of  sampling
	all map[sampleKey]*sampled
}

// sampling is what all samples of a chart depend on: with anything of it another,
// they begin anew.
type sampling struct {
	metric string
	axis   int
	x      axis.Scale
	cols   int
	log    bool
	shares bool // values are shares, shown as percentages
}

// sampleKey is which curve a sample is of.
type sampleKey struct {
	run    int // view.Run.ID
	part   part
	smooth int // index into smoothing
}

// part is which of the numbers of a series.
type part int

const (
	theValues part = iota
	theLow
	theHigh
)

// sampled is one curve: its points up to the n-th, which are not looked at again.
type sampled struct {
	*chart.Sampling
	n           int
	first, last [2]float64 // places and values of the first and the n-th, to know them by

	soft   []float64 // the smoothed curve in columns; nil for none yet
	softOf digest    // the points that it is of
}

// settled is how many points at the end of a series may still change, as the last
// of one that is thinned do until others come after them.
const settled = 8

// keep makes the samples those of some sampling.
func (s *samples) keep(of sampling) {
	if s.of != of || s.all == nil {
		s.of, s.all = of, map[sampleKey]*sampled{}
	}
}

// at is the sample of a curve, without points if there is none yet.
func (s *samples) at(key sampleKey) *sampled {
	k := s.all[key]
	if k == nil {
		k = new(sampled)
		s.all[key] = k
	}
	return k
}

// smoothed are the columns of a curve that make makes, anew only where a point has
// come: the average at each depends on all.
func (k *sampled) smoothed(at, values []float64, make func() []float64) []float64 {
	n := min(len(at), len(values))
	if n == 0 {
		return make()
	}
	of := begun
	of.add(uint64(n), math.Float64bits(at[0]), math.Float64bits(values[0]))
	for i := max(0, n-settled); i < n; i++ {
		of.add(math.Float64bits(at[i]), math.Float64bits(values[i]))
	}
	if k.soft == nil || k.softOf != of {
		k.soft, k.softOf = make(), of
	}
	return slices.Clone(k.soft)
}

// columns are those of a curve of places and values; cell and coordinate say where
// each lies in the chart.
func (k *sampled) columns(at, values []float64, cols int, cell, coordinate func(float64) float64) []float64 {
	n := min(len(at), len(values))
	if k.Sampling == nil || k.n > n || k.n > 0 && !(same(k.first, at[0], values[0]) && same(k.last, at[k.n-1], values[k.n-1])) {
		k.Sampling, k.n = chart.NewSampling(cols), 0
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

// same says whether a point is the one that was kept, to the bit.
func same(kept [2]float64, at, value float64) bool {
	return math.Float64bits(kept[0]) == math.Float64bits(at) && math.Float64bits(kept[1]) == math.Float64bits(value)
}

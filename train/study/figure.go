package study

import "slices"

// Figure is a chart by its numbers.
type Figure struct {
	Name   string // of its files, without folder and ending
	Title  string
	X, Y   Axis
	Series []Series
	Lines  []Line
}

// Axis is what a coordinate means, with its unit.
type Axis struct {
	Label string
	Log   bool // logarithmic; what is not positive is left out
}

// Series is a curve, or points. X rises; Y has the same length, and NaN is a
// gap, as is ±Inf.
type Series struct {
	Name   string
	Slot   int // its colour and line style: those of a run with this number
	X, Y   []float64
	Lo, Hi []float64 // the band around Y; nil for none
	Dots   bool      // every point has a sign
	Theory bool      // predicted, not measured: drawn thin
}

// Line is a reference across the whole figure.
type Line struct {
	Name     string
	At       float64
	Vertical bool // at an x; else at a y
}

// OnlyTheory says whether nothing in the figure was measured.
func (f *Figure) OnlyTheory() bool {
	return !slices.ContainsFunc(f.Series, func(s Series) bool { return !s.Theory })
}

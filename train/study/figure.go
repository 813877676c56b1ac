package study

import "slices"

// Figure is a chart by its numbers.
type Figure struct {
	Name   string // of its files, without folder and ending
	Title  string
	X, Y   Axis
	Series []Series
	Lines  []Line
	Marks  []Mark
	Ends   *Ends  // of its axes; nil where they hold all there is
	Paper  *Paper // of its pictures; nil for White

	// Categories are what the places 0, 1, 2 … of X are, which are no numbers. Then
	// each series is a bar at each of them, side by side; nil for curves over numbers.
	Categories []string
}

// Ends are where the axes of a figure end, in their coordinates. What lies beyond is
// cut off.
type Ends struct{ X, Y Span }

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
	Pale   bool      // beneath the others: what a curve was smoothed from, say
}

// Line is a reference across the whole figure.
type Line struct {
	Name     string
	At       float64
	Vertical bool // at an x; else at a y
}

// Mark is a sign of something that happened at a point.
type Mark struct {
	Name string // of what happened; the legend explains each name once
	Sign rune   // one of ◆ ◇ ○ ✗ ✖ ▼ ▲ ✚
	Slot int    // of the series that it is on
	Bad  bool   // it is bad news, whose colour is its own
	X, Y float64
}

// OnlyTheory says whether nothing in the figure was measured.
func (f *Figure) OnlyTheory() bool {
	return !slices.ContainsFunc(f.Series, func(s Series) bool { return !s.Theory })
}

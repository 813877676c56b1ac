package draw

import "strings"

// Plot is what curves are drawn with.
type Plot int

// The ways to draw curves.
const (
	Lines   Plot = iota // box-drawing characters, or plain ones, one point a cell
	Braille             // 2×4 dots a cell
	Blocks              // 2×2 quarters of a cell
)

var plots = [...]string{"ascii", "braille", "blocks"}

// PlotNames are the names of all, for a flag or a setting.
func PlotNames() string { return strings.Join(plots[:], "|") }

// PlotOf is the one of a name; false if there is none.
func PlotOf(name string) (Plot, bool) {
	for i, s := range plots {
		if s == name {
			return Plot(i), true
		}
	}
	return Lines, false
}

// String is its name.
func (p Plot) String() string { return plots[p] }

// Next is the one after it.
func (p Plot) Next() Plot { return (p + 1) % Plot(len(plots)) }

// Dots is how many dots a cell has across and upwards.
func (p Plot) Dots() (across, up int) {
	switch p {
	case Braille:
		return 2, 4
	case Blocks:
		return 2, 2
	}
	return 1, 1
}

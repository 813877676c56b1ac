package trials

import (
	"fmt"
	"slices"
	"strings"

	"optwatch/train/view"
)

// Band is the median of a reading over several seeds, and how far it spreads
// about that.
type Band struct{ Lo, Mid, Hi float64 }

// BandOf is the band of the values that are known: from the least to the
// greatest, of more than four between the quartiles. It is NaN if there is none.
func BandOf(values []float64) Band {
	lo, mid, hi := view.Spread(slices.Clone(values), len(values))
	return Band{lo, mid, hi}
}

// Median is the middle of the values that are known; NaN if there is none.
func Median(values []float64) float64 { return BandOf(values).Mid }

// Joined are numbers in a format, with commas between them.
func Joined(format string, values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, ", ")
}

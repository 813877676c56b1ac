package objective

import (
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// The regulariser added part by part is the one added at once, to the bit, for
// spans that begin and end anywhere, and each part is complete when it is told of.
func TestL2InParts(t *testing.T) {
	const d = 1000
	for _, spans := range [][]matrix.Span{nil, {{Lo: 0, Hi: d}}, {{Lo: 0, Hi: 37}, {Lo: 37, Hi: 41}, {Lo: 50, Hi: 331}, {Lo: 400, Hi: 987}}} {
		l := L2{Lambda: 0.3, Spans: spans}
		theta, want, got := randomVector(d, 1), randomVector(d, 2), randomVector(d, 2)
		l.AddGrad(want, theta)
		for _, size := range []int{16, 64, 4096} {
			copy(got, randomVector(d, 2))
			next := 0
			l.AddGradParts(got, theta, size, func(lo, hi int) {
				if lo != next || !slices.Equal(got[lo:hi], want[lo:hi]) {
					t.Errorf("spans %v, parts of %d: %d … %d is not complete", spans, size, lo, hi)
				}
				next = hi
			})
			if next != d || !slices.Equal(got, want) {
				t.Errorf("spans %v, parts of %d: it ends at %d, with other bits", spans, size, next)
			}
		}
	}
}

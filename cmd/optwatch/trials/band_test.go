package trials

import (
	"math"
	"testing"
)

// The quartiles are those of numpy.quantile, as everywhere: of numbers that lie
// evenly, as far above the median as below.
func TestBandOf(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		in   []float64
		want Band
	}{
		{[]float64{3, nan, 1}, Band{1, 2, 3}},
		{[]float64{1, inf, 2}, Band{1, 2, inf}},
		{[]float64{inf, inf}, Band{inf, inf, inf}},
		{[]float64{5, 1, 4, 2, 3}, Band{2, 3, 4}},
	} {
		if got := BandOf(c.in); got != c.want {
			t.Errorf("BandOf(%v) = %v, want %v", c.in, got, c.want)
		}
	}
	if got := BandOf([]float64{nan}); !math.IsNaN(got.Mid) {
		t.Errorf("band of nothing is %v", got)
	}
}

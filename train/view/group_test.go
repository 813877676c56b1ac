package view

import (
	"fmt"
	"math"
	"testing"
)

// The quantiles are those of numpy.quantile with its default method.
func TestSpread(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		seeds  int
		values []float64
		want   [3]float64
	}{
		{1, []float64{3}, [3]float64{3, 3, 3}},
		{2, []float64{4, 1}, [3]float64{1, 2.5, 4}},
		{4, []float64{4, 1, 7, 2}, [3]float64{1, 3, 7}},
		{4, []float64{nan, 1, math.Inf(1), 2}, [3]float64{1, 1.5, 2}},
		{5, []float64{5, 1, 2, 3, 40}, [3]float64{2, 3, 5}},
		{6, []float64{1, 2, 3, 4, 5, 6}, [3]float64{2.25, 3.5, 4.75}},
		{5, []float64{1, 2, 3, 4}, [3]float64{1.75, 2.5, 3.25}}, // one of them is gone: it stays a band of quartiles
		{3, []float64{nan}, [3]float64{nan, nan, nan}},
		{3, nil, [3]float64{nan, nan, nan}},
	} {
		lo, mid, hi := make(Group, test.seeds).Spread(test.values)
		if got := [3]float64{lo, mid, hi}; fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%d seeds, %v: got %v, want %v", test.seeds, test.values, got, test.want)
		}
	}
}

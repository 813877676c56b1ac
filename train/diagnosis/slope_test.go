package diagnosis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// The slope is gonum's, and where there is none P(slope < 0) is uniform: as
// often below p as p says, for three points and for many.
func TestFitLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, points := range []int{3, 5, 40} {
		const lines = 4000
		var p []float64
		for range lines {
			x, y := make([]float64, points), make([]float64, points)
			for i := range x {
				x[i], y[i] = float64(i)+rng.Float64(), 2+0.3*rng.NormFloat64()
			}
			l := FitLine(x, y)
			if _, slope := stat.LinearRegression(x, y, nil, false); math.Abs(l.Slope-slope) > 1e-12 {
				t.Fatalf("slope %v, gonum has %v", l.Slope, slope)
			}
			p = append(p, l.Falling)
		}
		slices.Sort(p)
		for i, v := range p { // Kolmogorov and Smirnov's distance, at the level of 1e-3
			if d := math.Abs(v - float64(i)/lines); d > 1.95/math.Sqrt(lines) {
				t.Fatalf("%d points: P(slope < 0) is not uniform, off by %.3f at %.3f", points, d, v)
			}
		}
	}
}

func TestFitLineOfLines(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4}
	for _, c := range []struct {
		y       []float64
		falling float64
	}{
		{[]float64{4, 3, 2, 1, 0}, 1},
		{[]float64{0, 1, 2, 3, 4}, 0},
		{[]float64{2, 2, 2, 2, 2}, 0.5},
	} {
		if got := FitLine(x, c.y).Falling; got != c.falling {
			t.Errorf("%v: P(slope < 0) = %v, want %v", c.y, got, c.falling)
		}
	}
	for _, x := range [][]float64{nil, {1, 2}, {3, 3, 3}} {
		if l := FitLine(x, x); !math.IsNaN(l.Falling) || !math.IsNaN(l.Slope) {
			t.Errorf("there is no line through %v, got %+v", x, l)
		}
	}
}

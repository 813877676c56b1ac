package diagnosis

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Line is the straight line through some points by least squares, with what it
// says of the sign of its slope.
type Line struct {
	Slope   float64
	Falling float64 // P(slope < 0): Student's t with n−2 degrees of freedom, for errors that are independent
	Error   float64 // standard error of the slope
	Points  int
}

// FitLine puts a line through y over x. Fewer than three points, or all at one
// place, have none: its numbers are NaN.
func FitLine(x, y []float64) Line {
	var mx, my float64
	n := float64(len(x))
	for i := range x {
		mx += x[i] / n
		my += y[i] / n
	}
	var sxx, sxy, syy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		sxx += dx * dx
		sxy += dx * dy
		syy += dy * dy
	}
	l := Line{Points: len(x), Slope: math.NaN(), Falling: math.NaN(), Error: math.NaN()}
	if len(x) < 3 || sxx == 0 {
		return l
	}
	l.Slope = sxy / sxx
	l.Error = math.Sqrt(max(0, syy-l.Slope*sxy) / (n - 2) / sxx)
	switch {
	case l.Error > 0:
		l.Falling = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}.CDF(-l.Slope / l.Error)
	case l.Slope == 0:
		l.Falling = 0.5
	case l.Slope < 0:
		l.Falling = 1
	default:
		l.Falling = 0
	}
	return l
}

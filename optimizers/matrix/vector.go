package matrix

import "math"

// Axpy is `for i := range x { y[i] += a * x[i] }`. It panics if y is shorter than x.
func Axpy(y []float64, a float64, x []float64) {
	y = y[:len(x):len(y)]
	for len(x) >= 4 {
		y[0] += a * x[0]
		y[1] += a * x[1]
		y[2] += a * x[2]
		y[3] += a * x[3]
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		y[i] += a * v
	}
}

// Scal is `for i := range x { x[i] *= a }`.
func Scal(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// Dot is `for i := range x { sum += x[i] * y[i] }`, in four sums that are added at the end.
// It panics if y is shorter than x.
func Dot(x, y []float64) float64 {
	y = y[:len(x):len(y)]
	var s0, s1, s2, s3 float64
	for len(x) >= 4 {
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += v * y[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// Nrm2 is the Euclidean norm √(Σx[i]²), without care for overflow: a gradient
// that overflows when squared has diverged.
func Nrm2(x []float64) float64 { return math.Sqrt(Dot(x, x)) }

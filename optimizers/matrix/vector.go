package matrix

import "math"

// Axpy is `for i := range x { y[i] += a * x[i] }`.
func Axpy(y []float64, a float64, x []float64) {
	mustReach(y, x)
	axpyGeneric(y, a, x, fastAxpy(y, a, x))
}

// axpyGeneric is Axpy from index i on.
func axpyGeneric(y []float64, a float64, x []float64, i int) {
	for ; i+8 <= len(x); i += 8 {
		p, q := (*[8]float64)(x[i:]), (*[8]float64)(y[i:])
		q[0] += a * p[0]
		q[1] += a * p[1]
		q[2] += a * p[2]
		q[3] += a * p[3]
		q[4] += a * p[4]
		q[5] += a * p[5]
		q[6] += a * p[6]
		q[7] += a * p[7]
	}
	for ; i < len(x); i++ {
		y[i] += a * x[i]
	}
}

// mustReach panics unless y is at least as long as x. A slice expression would
// not do: it may reach into the capacity.
func mustReach(y, x []float64) {
	if len(y) < len(x) {
		panic("matrix: dimension mismatch")
	}
}

// Scal is `for i := range x { x[i] *= a }`.
func Scal(x []float64, a float64) {
	for i := fastScal(x, a); i < len(x); i++ {
		x[i] *= a
	}
}

// Dot is `for i := range x { sum += x[i] * y[i] }`, in several sums that are added at the end.
func Dot(x, y []float64) float64 {
	mustReach(y, x)
	sum, i := fastDot(x, y)
	return sum + dotGeneric(x, y, i)
}

// dotGeneric is Dot from index i on, in four sums.
func dotGeneric(x, y []float64, i int) float64 {
	var s0, s1, s2, s3 float64
	for ; i+8 <= len(x); i += 8 {
		p, q := (*[8]float64)(x[i:]), (*[8]float64)(y[i:])
		s0 += p[0] * q[0]
		s1 += p[1] * q[1]
		s2 += p[2] * q[2]
		s3 += p[3] * q[3]
		s0 += p[4] * q[4]
		s1 += p[5] * q[5]
		s2 += p[6] * q[6]
		s3 += p[7] * q[7]
	}
	for ; i < len(x); i++ {
		s0 += x[i] * y[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// SquaredDistance is ‖x − y‖², `for i := range x { sum += (x[i] - y[i])² }`, in several sums that are added at the end.
// From the differences it has all its digits where x and y are alike; ‖x‖² + ‖y‖² − 2xᵀy would have none.
func SquaredDistance(x, y []float64) float64 {
	mustReach(y, x)
	sum, i := fastDistance(x, y)
	return sum + distanceGeneric(x, y, i)
}

// distanceGeneric is SquaredDistance from index i on, in four sums.
func distanceGeneric(x, y []float64, i int) float64 {
	var s0, s1, s2, s3 float64
	for ; i+4 <= len(x); i += 4 {
		p, q := (*[4]float64)(x[i:]), (*[4]float64)(y[i:])
		d0, d1, d2, d3 := p[0]-q[0], p[1]-q[1], p[2]-q[2], p[3]-q[3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; i < len(x); i++ {
		d := x[i] - y[i]
		s0 += d * d
	}
	return (s0 + s1) + (s2 + s3)
}

// Nrm2 is the Euclidean norm √(Σx[i]²), without care for overflow: a gradient
// that overflows when squared has diverged.
func Nrm2(x []float64) float64 { return math.Sqrt(Dot(x, x)) }

// Prefetch asks the memory for the beginning of x, which is wanted soon.
func Prefetch(x []float64) { fetchRow(x) }

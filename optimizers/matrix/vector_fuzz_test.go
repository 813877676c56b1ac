package matrix

import (
	"encoding/binary"
	"math"
	"testing"
)

// FuzzVectors takes numbers of any kind from the input, and wants from the
// vector kernels what plain loops give: to the bit where each number is rounded
// once, else to within the rounding of its sum.
func FuzzVectors(f *testing.F) {
	const one, nan = "\x3f\xf0\x00\x00\x00\x00\x00\x00", "\x7f\xf8\x00\x00\x00\x00\x00\x01"
	many := ""
	for range 21 {
		many += one + "\xc0\x08\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x01"
	}
	f.Add(2.5, uint8(1), uint8(3), []byte(many))
	f.Add(-1e-300, uint8(0), uint8(0), []byte(one+nan+one))
	f.Add(math.Inf(1), uint8(3), uint8(17), []byte(many+nan+many))
	f.Fuzz(func(t *testing.T, a float64, offset, width uint8, in []byte) {
		a = smaller(a)
		numbers := make([]float64, min(len(in)/8, 400))
		for i := range numbers {
			numbers[i] = smaller(math.Float64frombits(binary.BigEndian.Uint64(in[8*i:])))
		}
		n, off := len(numbers)/2, int(offset%4)
		x, y := newOutput(n, off), newOutput(n, 3-off)
		begin := func() { copy(x.v, numbers); copy(y.v, numbers[n:]) }

		begin()
		Scal(x.v, a)
		for i, v := range numbers[:n] {
			same(t, "Scal", i, x.v[i], v*a, 0)
		}
		begin()
		Gate(x.v, y.v)
		for i, v := range numbers[:n] {
			if !(y.v[i] > 0) {
				v = 0
			}
			same(t, "Gate", i, x.v[i], v, 0)
		}
		begin()
		Axpy(y.v, a, x.v)
		for i, v := range numbers[n : 2*n] {
			ax := a * x.v[i]
			same(t, "Axpy", i, y.v[i], v+ax, math.Abs(v)+math.Abs(ax))
		}
		begin()
		dot, size := plainDot(x.v, y.v)
		same(t, "Dot", 0, Dot(x.v, y.v), dot, size)
		distance := 0.0
		for i, v := range x.v {
			distance += (v - y.v[i]) * (v - y.v[i])
		}
		same(t, "SquaredDistance", 0, SquaredDistance(x.v, y.v), distance, distance)

		if k := 1 + int(width)%20; n >= k { // two or more rows of k with as many
			rows := min(n/k, 9)
			z := newOutput(rows*rows, off)
			MulTransposed(z.v, x.v[:rows*k:rows*k], y.v[:rows*k:rows*k], k)
			for i := range z.v {
				dot, size := plainDot(x.v[i/rows*k:i/rows*k+k], y.v[i%rows*k:i%rows*k+k])
				same(t, "MulTransposed", i, z.v[i], dot, size)
			}
			z.check(t)
		}
		x.check(t)
		y.check(t)
	})
}

// smaller is a number whose products with others do not overflow: where that
// happens depends on the order of a sum.
func smaller(x float64) float64 {
	if math.Abs(x) > 1e150 {
		return math.Ldexp(x, -520)
	}
	return x
}

// plainDot is Σ xᵢyᵢ and Σ |xᵢyᵢ|.
func plainDot(x, y []float64) (sum, size float64) {
	for i, v := range x {
		sum += v * y[i]
		size += math.Abs(v * y[i])
	}
	return sum, size
}

// same wants two numbers to agree to within the rounding of terms of a total size.
func same(t *testing.T, kernel string, i int, got, want, size float64) {
	t.Helper()
	const least = 5e-324 // of each product that is lost
	if got == want || math.IsNaN(got) && math.IsNaN(want) || !math.IsInf(size, 1) && math.Abs(got-want) <= 1e-13*size+400*least {
		return
	}
	t.Fatalf("%s: number %d is %v, want %v", kernel, i, got, want)
}

//go:build !purego

package optimizers

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestRootsAreThoseOfTheInstruction: the kernels of 512 bits multiply where those of 256
// take square roots, and round as they do: of numbers whose roots lie as near to the middle
// between two float64 as any, of squares and their neighbours, powers of two, the smallest,
// the largest, and of a few millions.
func TestRootsAreThoseOfTheInstruction(t *testing.T) {
	if !matrix.Vectors512() {
		t.Skip("the kernels of 512 bits are not in use")
	}
	rng := rand.New(rand.NewPCG(71, 72))
	around := func(x float64) []float64 { return []float64{math.Nextafter(x, 0), x, math.Nextafter(x, 1e308)} }
	next := func() []float64 {
		x := math.Ldexp(1+rng.Float64(), rng.IntN(900)-450)
		switch rng.IntN(6) {
		case 0:
			return []float64{besideMiddle(8*rng.Int64N(32) - 127)}
		case 1:
			return around(x * x)
		case 2:
			return around(math.Ldexp(1, 2*rng.IntN(450)-450))
		case 3:
			return []float64{0, 5e-324, 0x1p-900, math.Nextafter(0x1p-900, 0), 0x1p-1022, math.MaxFloat64, math.Inf(1), math.NaN()}[rng.IntN(8):][:1]
		case 4:
			return []float64{math.Ldexp(1+rng.Float64(), rng.IntN(176)-1074)}
		}
		return []float64{x}
	}
	const n, rounds = 4096, 1000
	numbers := make([]float64, n)
	for range rounds {
		for i := 0; i < n; {
			i += copy(numbers[i:], next())
		}
		sameSteps(t, numbers)
	}
}

// besideMiddle is a number whose root lies −c/4m units from a middle, of which m, odd and of
// 54 bits, is twice the number of units. It is the m with m² ≡ c (mod 2⁵⁵), which there is
// for every c ≡ 1 (mod 8) and is found bit by bit, and the number is m² − c.
func besideMiddle(c int64) float64 {
	m := uint64(1)
	for bit := 3; bit < 55; bit++ {
		if (m*m-uint64(c))>>bit&1 != 0 {
			m += 1 << (bit - 1)
		}
	}
	if m &= 1<<54 - 1; m < 1<<53 {
		m = 1<<54 - m
	}
	high, low := bits.Mul64(m, m)
	low, borrow := bits.Sub64(low, uint64(c), 0)
	high -= borrow + uint64(c>>63) // −c has ones above where c is below 0
	if low<<9 != 0 {
		panic("m² − c is no multiple of 2⁵⁵")
	}
	return math.Ldexp(float64(high<<9|low>>55), 55)
}

// sameSteps compares steps of Adagrad that come to −1/√s for given s, with a gradient whose
// square is 0 to it.
func sameSteps(t *testing.T, s []float64) {
	t.Helper()
	n := len(s)
	var theta, state [2][]float64
	g := make([]float64, n)
	for i := range g {
		g[i] = 0x1p-600
	}
	for i := range theta {
		theta[i], state[i] = make([]float64, n), append([]float64(nil), s...)
	}
	const rate, eps = 0x1p600, 0
	adagrad4(&theta[0][0], &state[0][0], &g[0], n, rate, eps)
	adagrad8(&theta[1][0], &state[1][0], &g[0], n, rate, eps)
	for i, want := range theta[0] {
		if got := theta[1][i]; math.Float64bits(got) != math.Float64bits(want) && !(got != got && want != want) {
			t.Fatalf("1/√%v is %v, want %v", s[i], -got, -want)
		}
	}
}

// TestSetsTakeTheSameSteps compares all rules, for every length.
func TestSetsTakeTheSameSteps(t *testing.T) {
	if !matrix.Vectors512() {
		t.Skip("the kernels of 512 bits are not in use")
	}
	use := func(set string) {
		if err := matrix.ChooseKernels(set); err != nil {
			t.Fatal(err)
		}
	}
	defer use(matrix.Kernels())
	for name, fresh := range twins() {
		for n := range 130 {
			var theta [2][]float64
			for i, set := range []string{"avx2", "avx512"} {
				use(set)
				rng := rand.New(rand.NewPCG(uint64(n), 73))
				rule := fresh()
				theta[i] = make([]float64, n)
				for step := range 6 {
					g := make([]float64, n)
					for j := range g {
						g[j] = rng.NormFloat64() * math.Pow(10, float64(-2*step))
					}
					rule.Apply(theta[i], g, 0.1)
				}
			}
			for j, want := range theta[0] {
				if got := theta[1][j]; got != want {
					t.Fatalf("%s of %d: number %d is %v with 512 bits, %v with 256", name, n, j, got, want)
				}
			}
		}
	}
}

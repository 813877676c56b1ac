package objective

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// closeTo says whether got is want to within a part of it, both NaN or both the same infinity.
func closeTo(got, want, part float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= part*math.Abs(want)
}

// compareSoftmax wants from the kernel what plain Go gives. Guard words follow the rows.
func compareSoftmax(t *testing.T, z []float64, k int) {
	t.Helper()
	want := slices.Clone(z)
	sum := softmaxRowsGeneric(want, k)
	got := append(slices.Clone(z), 7, 7, 7, 7)
	// Large outputs of different rows may cancel each other, in another order in either.
	s, size := softmaxRows(got[:len(z):len(z)], k), sizeOfSum(z, k)
	if !closeTo(s, sum, 1e-13) && !(math.Abs(s-sum) <= 1e-14*size && !math.IsInf(size, 0)) {
		t.Fatalf("k=%d: sum %v, want %v", k, s, sum)
	}
	for i, w := range want {
		// Both err by an exponential, their sum and a quotient.
		if !closeTo(got[i], w, 8*0x1p-52) && !(math.Abs(got[i]-w) < 1e-34 && math.Abs(w) < 1e-34) {
			t.Fatalf("k=%d: number %d of %v is %v, want %v", k, i, z[i/k*k:i/k*k+k], got[i], w)
		}
	}
	if !slices.Equal(got[len(z):], []float64{7, 7, 7, 7}) {
		t.Fatalf("k=%d: it wrote past its end", k)
	}
}

// sizeOfSum bounds the sum of |log Σ eᶻᶜ| over the rows.
func sizeOfSum(z []float64, k int) (size float64) {
	for row := range slices.Chunk(z, k) {
		top, _ := largest(row)
		size += math.Abs(top) + math.Log(float64(k))
	}
	return size
}

func TestSoftmaxRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 7))
	for k := 1; k <= 41; k++ {
		lengths := 20
		if k == 2 || k == 3 || k >= 9 && k <= 11 {
			lengths = 130
		}
		for n := range lengths {
			for _, spread := range []float64{0, 1e-9, 1, 30, 200, 1e4, 1e300} {
				z := make([]float64, n*k)
				for i := range z {
					z[i] = spread * (2*rng.Float64() - 1)
				}
				compareSoftmax(t, z, k)
			}
		}
		compareSoftmax(t, make([]float64, 300*k), k)
	}
	// Sums whose product over all rows would overflow.
	compareSoftmax(t, make([]float64, 300*1000), 1000)
	compareSoftmax(t, make([]float64, 100*40000), 40000)
}

func TestSoftmaxRowsOfOddNumbers(t *testing.T) {
	for _, k := range []int{2, 3, 4, 5, 9, 10, 11, 12} {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -math.MaxFloat64, 5e-324} {
			for at := range 3 * k {
				z := make([]float64, 3*k)
				for i := range z {
					z[i] = float64(i%7) - 3
				}
				z[at] = bad
				compareSoftmax(t, z, k)
				for i := range k {
					z[k+i] = bad
				}
				compareSoftmax(t, z, k)
			}
		}
	}
}

// The exponentials of the kernel, seen beside a 0 that makes the sum 1 + eˣ: they err by less than 2⁻⁵¹ of their size.
func TestSoftmaxExponential(t *testing.T) {
	for x := -79.999; x < 0; x += 0.00037 {
		z := []float64{0, x, math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1)}
		for _, k := range []int{2, 6, 10} {
			row := slices.Clone(z[:k])
			softmaxRows(row, k)
			if got, want := row[1]/row[0], math.Exp(x); !closeTo(got, want, 3*0x1p-52) {
				t.Fatalf("k=%d: exp(%v): got %v, want %v", k, x, got, want)
			}
		}
	}
}

func FuzzSoftmaxRows(f *testing.F) {
	f.Add(1.0, 2.0, -3.0)
	f.Add(math.Inf(1), math.NaN(), -800.0)
	f.Add(57.58333333333334, -234.0, -28240.0) // rows that cancel each other
	f.Fuzz(func(t *testing.T, a, b, c float64) {
		for _, k := range []int{1, 2, 4, 5, 10, 20} {
			compareSoftmax(t, []float64{a, b, c, a, b, c, a, b, c, a, c, c, b, a, b, -a, -b, -c, 0, 1}, k)
		}
	})
}

//go:build !purego

package matrix

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// blackAndWhite is rows of so many pixels, row i with i of them white and the last with all:
// their values are 1, so that sums of whole numbers are exact.
func blackAndWhite(cols int) *CSR {
	rng := rand.New(rand.NewPCG(91, uint64(cols)))
	b, most := NewBuilder(ofPixels, 0, 0), min(cols, 130)
	for n := range most + 1 {
		row := make([]byte, cols)
		for _, j := range rng.Perm(most)[:n] {
			row[cols-1-j*(cols/most)] = ofPixels
		}
		b.AddBytes(row)
	}
	b.AddBytes(slices.Repeat([]byte{ofPixels}, cols))
	return b.CSR(cols)
}

// multiples are whole multiples of what pixels are divided by.
func multiples(v []float64, rng *rand.Rand) {
	for i := range v {
		v[i] = float64(ofPixels * (rng.IntN(1<<13) - 1<<12))
	}
}

// octetKernels are the row kernels over octets, which must take what they are given: a number
// beside the vectors is NaN, and would have them leave it to others.
func octetKernels(t *testing.T) []rowKernel {
	out := slices.Clone(rowKernels)
	took := func(yes bool) {
		if !yes {
			t.Fatal("the octets were left alone")
		}
	}
	out[0].fast = func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
		took(m.mulOctets(out, in[0], k, rows))
	}
	out[1].fast = func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
		took(m.mulSumOctets(out, 3, in[0], -0.5, in[1], k, rows))
	}
	out[2].fast = func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
		took(m.addMulOctets(out, in[0], k, rows))
	}
	return out
}

func TestOctetsOfEveryLength(t *testing.T) {
	if !Accelerated() {
		t.Skip("no kernels in assembly here")
	}
	for _, cols := range []int{8, 9, 15, 16, 17, 23, 64, 131, 211, 784, math.MaxUint16 + 1} {
		m := blackAndWhite(cols)
		for k := 1; k <= mostOfOctets; k++ {
			for _, r := range octetKernels(t) {
				rng := rand.New(rand.NewPCG(92, uint64(k)))
				for n := range m.Rows() {
					r.compare(t, m, k, n%4, slices.Repeat([]int32{int32(n)}, leastOfOctets), rng, multiples, 0)
				}
				for n := leastOfOctets; n < 40; n++ {
					rows := make([]int32, n)
					for i := range rows {
						rows[i] = rng.Int32N(int32(m.Rows()))
					}
					r.compare(t, m, k, n%4, rows, rng, multiples, 0)
				}
			}
		}
	}
}

// Numbers that are not finite are left to kernels that see no columns but those of entries,
// and nothing is written where they would be added.
func TestOctetsOfOddNumbers(t *testing.T) {
	if !Accelerated() {
		t.Skip("no kernels in assembly here")
	}
	build, second := NewBuilder(ofPixels, 0, 0), make([]byte, 20)
	second[1] = ofPixels
	build.AddBytes(second) // has the octet of column 0, and not the column
	build.AddBytes(slices.Repeat([]byte{ofPixels}, 20))
	m := build.CSR(20)
	for k := 1; k <= mostOfOctets; k++ {
		for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			w := make([]float64, 21*k)
			w[0] = odd
			z := make([]float64, leastOfOctets*k)
			if m.mulOctets(z, w, k, slices.Repeat([]int32{1}, leastOfOctets)) {
				t.Errorf("a weight of %v was taken, k=%d", odd, k)
			}
			without := make([]int32, leastOfOctets)
			m.MulRows(z, w, k, without)
			for _, v := range z {
				if v != 0 {
					t.Errorf("a weight of %v spoils a row without its column: %v", odd, z)
				}
			}
			g, d := make([]float64, 21*k), make([]float64, leastOfOctets*k)
			d[k-1] = odd
			if m.addMulOctets(g, d, k, without) || slices.ContainsFunc(g, func(v float64) bool { return v != 0 }) {
				t.Errorf("a factor of %v was taken, k=%d", odd, k)
			}
			m.AddMulRows(g, d, k, without)
			for j := range 20 {
				if v := g[j*k+k-1]; (v != 0) != (j == 1) {
					t.Errorf("a factor of %v comes to %v in column %d, k=%d", odd, v, j, k)
				}
			}
		}
	}
}

// TestOctetsAreOfPixels: counts and flags have none, nor rows that are shorter than one, nor
// numbers, nor many outputs, nor a few rows of two.
func TestOctetsAreOfPixels(t *testing.T) {
	if !Accelerated() {
		t.Skip("no kernels in assembly here")
	}
	if ladder(ofPixels).octetsFor(mostOfOctets, leastOfOctets) == nil {
		t.Error("pixels have no octets")
	}
	short := NewBuilder(ofPixels, 0, 0)
	short.AddBytes(make([]byte, octetWidth-1))
	d := make([]float64, 16*mostOfOctets)
	if m := ladder(ofPixels); NewColumns(m, 16).AddMulRows(make([]float64, (m.Cols()+1)*mostOfOctets), d, mostOfOctets, AllRows(16)) {
		t.Error("pixels of few outputs are summed by columns")
	}
	for what, o := range map[string]*octets{
		"counts": ladder(1).octetsFor(1, 64), "numbers": wideLadder().octetsFor(1, 64), "a short row": short.CSR(0).octetsFor(1, 64),
		"four outputs": ladder(ofPixels).octetsFor(mostOfOctets+1, 64), "few rows": ladder(ofPixels).octetsFor(2, leastOfOctets-1),
	} {
		if o != nil {
			t.Errorf("%s: there are octets", what)
		}
	}
}

// Products of a list of rows begin with those of its beginning, however long that is: whoever
// makes them before they are wanted does not know how many will be.
func TestOctetsOfLists(t *testing.T) {
	m := ladder(ofPixels)
	rng := rand.New(rand.NewPCG(95, 96))
	rows := make([]int32, 300)
	for i := range rows {
		rows[i] = rng.Int32N(int32(m.Rows()))
	}
	for k := 1; k <= mostOfOctets; k++ {
		u, v := make([]float64, (m.Cols()+1)*k), make([]float64, (m.Cols()+1)*k)
		normals(u, rng)
		normals(v, rng)
		products := func(n int) (z, sum []float64) {
			z, sum = make([]float64, n*k), make([]float64, n*k)
			m.MulRows(z, u, k, rows[:n])
			m.MulSumRows(sum, 3, u, -0.5, v, k, rows[:n])
			return z, sum
		}
		z, sum := products(len(rows))
		for n := AtOnce; n < len(rows); n++ {
			if a, b := products(n); !slices.Equal(a, z[:n*k]) || !slices.Equal(b, sum[:n*k]) {
				t.Fatalf("products of %d rows with %d outputs are others than in a longer list", n, k)
			}
		}
	}
}

// TestPrepare: octets are there before they are wanted.
func TestPrepare(t *testing.T) {
	m := ladder(ofPixels)
	if Prepare(m, mostOfOctets+1); m.octets.made.Load() != nil {
		t.Error("octets are made for outputs that do not use them")
	}
	if Prepare(m.Slice(3, 9), 2); Accelerated() && m.octets.made.Load() == nil {
		t.Error("octets are not made")
	}
}

// Slices have the octets of their rows, and a matrix whose rows have moved has those of where they are.
func TestOctetsOfSlices(t *testing.T) {
	m, k := ladder(ofPixels), 2
	w := make([]float64, (m.Cols()+1)*k)
	normals(w, rand.New(rand.NewPCG(93, 94)))
	product := func(m Matrix) []float64 {
		z := make([]float64, m.Rows()*k)
		m.Prefetch(AllRows(m.Rows()), k, m.Rows())
		m.MulRows(z, w, k, AllRows(m.Rows()))
		return z
	}
	whole := product(m)
	if part := product(m.Slice(40, 90).Slice(10, 30)); !slices.Equal(part, whole[50*k:70*k]) {
		t.Error("a slice of a slice has other rows")
	}
	chosen := make([]bool, m.Rows())
	for i := range 7 {
		chosen[i] = true
	}
	m.MoveLast(chosen)
	if got := product(m); !slices.Equal(got, slices.Concat(whole[7*k:], whole[:7*k])) {
		t.Error("rows that have moved are others")
	}
}

// Goroutines that ask for octets at the same time get the same.
func TestOctetsAtTheSameTime(t *testing.T) {
	m := pixels(300)
	var group sync.WaitGroup
	products := make([][]float64, 4)
	w := filled(m.Cols() + 1)
	for i := range products {
		products[i] = make([]float64, m.Rows())
		group.Go(func() {
			part := m.Slice(0, m.Rows())
			part.Prefetch(AllRows(8), 1, 8)
			part.MulRows(products[i], w, 1, AllRows(m.Rows()))
		})
	}
	group.Wait()
	for i := range products {
		if !slices.Equal(products[i], products[0]) {
			t.Errorf("product %d differs", i)
		}
	}
}

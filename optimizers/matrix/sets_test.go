package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSetsComputeTheSameBits compares the kernels of 512 bits with those of 256: a run
// goes on to the same bits on a processor that has only the latter, so that here no
// rounding may differ.
func TestSetsComputeTheSameBits(t *testing.T) {
	if !Vectors512() {
		t.Skip("the kernels of 512 bits are not in use")
	}
	defer use(t, "avx512")
	rng := rand.New(rand.NewPCG(61, 62))
	for k := 1; k <= 129; k++ {
		for _, n := range []int{1, 7, 8, 19} {
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = rng.Int32N(20)
			}
			for name, m := range ofEveryKind(rng, 20, 37) {
				sameOfBoth(t, fmt.Sprintf("%s, %d rows, %d outputs", name, n, k), func() []float64 { return productsOf(m, k, rows) })
				if NewShadow(m, k) != nil {
					sameOfBoth(t, fmt.Sprintf("%s, %d rows, shadow of %d outputs", name, n, k), func() []float64 { return shadowProducts(m, k, rows) })
				}
			}
		}
		sameOfBoth(t, fmt.Sprintf("float32, %d outputs", k), func() []float64 { return singleProducts(k) })
	}
	for _, k := range []int{200, 250, 376, 504, 512} { // more than one kernel takes at once
		sameOfBoth(t, fmt.Sprintf("float32, %d outputs", k), func() []float64 { return singleProducts(k) })
	}
}

func use(t *testing.T, set string) {
	t.Helper()
	if err := ChooseKernels(set); err != nil {
		t.Fatal(err)
	}
}

// sameOfBoth compares what is computed with either set.
func sameOfBoth(t *testing.T, what string, compute func() []float64) {
	t.Helper()
	use(t, "avx2")
	want := compute()
	use(t, "avx512")
	got := compute()
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) {
			t.Fatalf("%s: number %d is %v with 512 bits, %v with 256", what, i, got[i], w)
		}
	}
}

// ofEveryKind are matrices of one shape in every layout.
func ofEveryKind(rng *rand.Rand, rows, cols int) map[string]Matrix {
	bytes, wide, dense := NewBuilder(255, rows, rows*cols), NewWideBuilder(rows, rows*cols), make([]float64, rows*cols)
	photographs, numbers := NewCollector(255, rows, rows*cols), NewCollector(1, rows, rows*cols)
	for i := range rows {
		row := make([]byte, cols)
		for j := range row {
			if rng.IntN(3) == 0 {
				row[j] = byte(1 + rng.IntN(255))
				wide.Add(j, rng.NormFloat64())
			}
			dense[i*cols+j] = rng.NormFloat64()
			numbers.Add(j, float64(float32(dense[i*cols+j])))
		}
		bytes.AddBytes(row)
		wide.EndRow(cols)
		numbers.EndRow(cols)
		for j := range row {
			row[j] = byte(1 + rng.IntN(255))
		}
		photographs.AddBytes(row)
	}
	return map[string]Matrix{
		"bytes": bytes.CSR(cols), "numbers": wide.CSR(cols), "dense": NewDense(rows, cols, dense),
		"dense bytes": photographs.Matrix(cols), "dense float32": numbers.Matrix(cols),
	}
}

// productsOf are all products of rows with weights that depend on the shape alone.
func productsOf(m Matrix, k int, rows []int32) []float64 {
	rng := rand.New(rand.NewPCG(uint64(k), 63))
	random := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	w, v, d := random((m.Cols()+1)*k), random((m.Cols()+1)*k), random(len(rows)*k)
	z, sum, g := make([]float64, len(d)), make([]float64, len(d)), random(len(w))
	m.MulRows(z, w, k, rows)
	m.MulSumRows(sum, 0.7, w, 0.3, v, k, rows)
	m.AddMulRows(g, d, k, rows)
	all := slices.Concat(z, sum, g)
	if csr, ok := m.(*CSR); ok && csr.Compact() {
		first := AllRows(8)
		NewColumns(csr, 8).AddMulRows(w, d[:min(len(d), 8*k)], k, first[:min(8, len(rows))])
		all = append(all, w...)
	}
	return all
}

// singleProducts are those of matrices of float32.
func singleProducts(k int) []float64 {
	const n, inner, cols = 19, 21, 37
	rng := rand.New(rand.NewPCG(uint64(k), 64))
	a, d, open := NewSingle(n, inner), NewSingle(n, k), NewSingle(n, inner)
	random := func(rows, cols int) []float64 {
		v := make([]float64, rows*cols)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	a.Narrow(random(n, inner), n)
	d.Narrow(random(n, k), n)
	open.Narrow(random(n, inner), n)
	w, turned := NewPanels(inner+1, k), NewPanels(k, inner)
	w.Narrow(random(inner+1, k))
	turned.Turn(w)
	z, gated, g := NewSingle(n, k), NewSingle(n, inner), random(inner+1, k)
	z.MulRectified(a, w, n, true)
	gated.MulGated(d, turned, open, n)
	a.AddOuter(g, d, n)
	all := slices.Concat(g, make([]float64, n*k), make([]float64, n*inner))
	z.Wide(all[len(g):][:n*k], n)
	gated.Wide(all[len(g)+n*k:], n)

	var p Picks
	p.Gather(ofEveryKind(rng, n, cols)["bytes"], AllRows(n), k)
	first, grad := random(cols+1, k), random(cols+1, k)
	p.MulRectified(z, first)
	p.AddOuter(grad, d)
	wide := make([]float64, n*k)
	z.Wide(wide, n)
	return slices.Concat(all, wide, grad)
}

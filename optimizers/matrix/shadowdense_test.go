package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// What float32 may lose of sums of a few dozen terms: half a unit each time one is added.
const fewRoundings = 40 * 0x1p-24

// TestDenseShadowOfEveryLength tries every number of features, whole vectors and others.
func TestDenseShadowOfEveryLength(t *testing.T) {
	for cols := range 130 {
		for _, m := range packedOf(9, cols) {
			for _, k := range []int{1, 2, 3, 10} {
				for _, n := range []int{1, 3, 9} {
					examShadow(t, m, k, someRows(m, n), digits, exact)
					examShadow(t, m, k, someRows(m, n), normals, atMost(fewRoundings))
				}
			}
		}
	}
}

// TestDenseShadowOfEveryOutput tries every number of outputs.
func TestDenseShadowOfEveryOutput(t *testing.T) {
	for k := 1; k <= 129; k++ {
		for _, cols := range []int{5, 45} {
			for _, m := range packedOf(20, cols) {
				examShadow(t, m, k, someRows(m, 7), digits, exact)
				examShadow(t, m, k, someRows(m, 7), normals, atMost(fewRoundings))
			}
		}
	}
}

// TestDenseShadowOfEveryBatch tries every number of rows: whole tiles and others, and
// more than are done at a time.
func TestDenseShadowOfEveryBatch(t *testing.T) {
	for n := range 130 {
		for _, m := range packedOf(70, 21) {
			for _, k := range []int{1, 2, 4, 6, 7, 10, 13} {
				examShadow(t, m, k, someRows(m, n), digits, exact)
			}
		}
	}
}

// Features for more than one sum of products, and as many rows as a gradient may have.
func TestDenseShadowOfManyBlocks(t *testing.T) {
	for _, cols := range []int{767, 768, 769, 1600} {
		for _, m := range packedOf(9, cols) {
			for _, k := range []int{1, 3, 10} {
				examShadow(t, m, k, someRows(m, 9), normals, atMost(60*0x1p-24))
			}
		}
	}
	for _, m := range packedOf(60, 18) {
		for _, n := range []int{1023, 1024} {
			examShadow(t, m, 3, someRows(m, n), digits, exact)
			examShadow(t, m, 3, someRows(m, n), normals, atMost(200*0x1p-24))
		}
	}
}

// NaN and infinities in weights and residuals reach the results that they are part of, and
// no others; so do those of rows of float32, which the next row's first features are not.
func TestDenseShadowOfOddNumbers(t *testing.T) {
	for _, m := range packedOf(6, 37) {
		for _, k := range []int{1, 2, 5, 7, 10, 13} {
			for _, rows := range [][]int32{{2}, {0, 5}, AllRows(6)} {
				examShadow(t, m, k, rows, spoilt, atMost(fewRoundings))
			}
		}
	}
	for cols := 1; cols <= 50; cols++ {
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			m := packedOf(6, cols)[1]
			for i := range cols {
				m.floats[2*cols+i] = bad
			}
			for _, k := range []int{1, 2, 10, 12} {
				examShadow(t, m, k, []int32{1, 3, 0, 1, 4, 5}, digits, exact)
				examShadow(t, m, k, AllRows(6), digits, exact)
			}
		}
	}
}

// Weights beyond float32 become infinite; residuals so small that their products would be
// of less precision become 0.
func TestDenseShadowOfLargeAndSmall(t *testing.T) {
	m := NewBytes(1, 20, slices.Repeat([]uint8{2}, 20), 2)
	s := shadowOf(m, 1)
	w := slices.Repeat([]float64{1e39}, 21)
	z, g := make([]float64, 1), make([]float64, 21)
	s.Round(w)
	s.MulRows(z, []int32{0})
	if !math.IsInf(z[0], 1) {
		t.Errorf("the product of weights of 1e39 is %v", z[0])
	}
	s.AddMulRows([]float64{1e-40}, []int32{0})
	s.AddTo(g, 1)
	if g[0] != 0 || g[20] != 1e-40 {
		t.Errorf("a residual of 1e-40 comes to %v, and %v of the bias", g[0], g[20])
	}
}

// TestDenseShadowIsAsExactAsStated holds the errors against the bounds of the type's
// documentation, and against what they mostly are.
func TestDenseShadowIsAsExactAsStated(t *testing.T) {
	const n, cols, k, batch = 100, 3072, 10, 1000
	rng := rand.New(rand.NewPCG(73, 74))
	data := make([]uint8, n*cols)
	for i := range data {
		data[i] = uint8(rng.IntN(256))
	}
	m := NewBytes(n, cols, data, 255)
	w, d, rows := make([]float64, (cols+1)*k), make([]float64, batch*k), make([]int32, batch)
	normals(w, rng)
	normals(d, rng)
	for i := range rows {
		rows[i] = rng.Int32N(n)
	}
	var z, g [2][]float64
	size, sizes := make([]float64, batch*k), make([]float64, len(w))
	for i := range z {
		z[i], g[i] = make([]float64, batch*k), make([]float64, len(w))
	}
	m.MulRows(z[0], w, k, rows)
	m.AddMulRows(g[0], d, k, rows)
	m.MulRows(size, abs(w), k, rows)
	m.AddMulRows(sizes, abs(d), k, rows)
	s := shadowOf(m, k)
	s.Round(w)
	s.MulRows(z[1], rows)
	s.AddMulRows(d, rows)
	s.AddTo(g[1], 1)
	agree(t, "Z", z[1], z[0], size, 54*0x1p-24)
	agree(t, "G", g[1], g[0], sizes, 1026*0x1p-24)
	for _, e := range []struct {
		what            string
		got, want, size []float64
	}{{"Z", z[1], z[0], size}, {"G", g[1][:cols*k], g[0][:cols*k], sizes}} {
		sum := 0.0
		for i, w := range e.want {
			part := (e.got[i] - w) / e.size[i]
			sum += part * part
		}
		if rms := math.Sqrt(sum / float64(len(e.want))); rms > 0x1p-24 {
			t.Errorf("the errors of %s are %v, mostly, want less than 2^-24", e.what, rms)
		} else {
			t.Logf("the errors of %s are %.2f units", e.what, rms*0x1p24)
		}
	}
}

// A shadow of some rows is that of a matrix which has no others.
func TestDenseShadowOfSlices(t *testing.T) {
	for _, m := range packedOf(30, 23) {
		for lo := range 10 {
			examShadow(t, m.Slice(lo, lo+9).(*Packed), 10, someRows(m.Slice(lo, lo+9), 9), digits, exact)
		}
	}
}

func TestDenseShadowAllocatesNothing(t *testing.T) {
	m := packedOf(100, 90)[0]
	const k = 10
	w, z, g := make([]float64, 91*k), make([]float64, 100*k), make([]float64, 91*k)
	s, rows := shadowOf(m, k), AllRows(100)
	if n := testing.AllocsPerRun(10, func() {
		s.Round(w)
		s.MulRows(z, rows)
		s.AddMulRows(z, rows)
		s.AddTo(g, 1)
		s.AddMulRows(z, rows)
		s.Step(w, 1)
	}); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

// What a mini-batch is faster with depends on shapes alone.
func TestDenseShadowPays(t *testing.T) {
	for _, e := range []struct {
		cols, k, rows int
		want          bool
	}{
		{3072, 10, 64, true},
		{3072, 10, 16, true},
		{3072, 10, 8, false},
		{784, 100, 64, true},
		{784, 2, 8, true},
		{784, 2, 7, false},
		{784, 1, 16, false},
		{28, 1, 64, true},
		{28, 2, 8, true},
		{28, 10, 64, false},
		{20, 2, 64, false},
		{100, 100, 64, false},
	} {
		s := shadowOf(NewBytes(0, e.cols, nil, 1), e.k)
		if got, want := s.Pays(e.rows), e.want; got != want {
			t.Errorf("%d features, %d outputs, %d rows: it pays %v, want %v", e.cols, e.k, e.rows, got, want)
		}
	}
}

func TestDenseShadowPanics(t *testing.T) {
	m := packedOf(5, 7)[0]
	s := shadowOf(m, 2)
	for name, call := range map[string]func(){
		"weights":  func() { s.Round(make([]float64, 15)) },
		"products": func() { s.MulRows(make([]float64, 3), []int32{0}) },
		"no row":   func() { s.MulRows(make([]float64, 2), []int32{5}) },
		"negative": func() { s.AddMulRows(make([]float64, 2), []int32{-1}) },
		"gradient": func() { s.AddTo(make([]float64, 15), 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

// TestDenseShadowsOfSetsComputeTheSameBits is TestSetsComputeTheSameBits for shadows.
func TestDenseShadowsOfSetsComputeTheSameBits(t *testing.T) {
	if !Vectors512() {
		t.Skip("the kernels of 512 bits are not in use")
	}
	defer use(t, "avx512")
	for k := 1; k <= 129; k++ {
		for _, cols := range []int{11, 48, 70, 1601} {
			if cols > 1000 && k%20 != 10 {
				continue
			}
			for i, m := range packedOf(20, cols) {
				for _, n := range []int{1, 7, 70} {
					sameOfBoth(t, fmt.Sprintf("kind %d, %d features, %d rows, %d outputs", i, cols, n, k), func() []float64 { return denseShadowProducts(m, k, n) })
				}
			}
		}
	}
}

// denseShadowProducts are those of numbers that depend on the shape alone.
func denseShadowProducts(m *Packed, k, n int) []float64 {
	rng := rand.New(rand.NewPCG(uint64(k), 75))
	w, d, z := make([]float64, (m.cols+1)*k), make([]float64, n*k), make([]float64, n*k)
	normals(w, rng)
	normals(d, rng)
	s, rows := shadowOf(m, k), someRows(m, n)
	s.Round(w)
	s.MulRows(z, rows)
	for range 1 + 1100/n*(k%2) { // some so often that a part of the sum is in float64
		s.AddMulRows(d, rows)
	}
	s.AddTo(w, 0.3)
	s.AddMulRows(d, rows)
	s.Step(w, 0.7)
	after := make([]float64, n*k)
	s.MulRows(after, rows)
	return slices.Concat(z, after, w)
}

// FuzzDenseShadow takes the shape, the numbers and the list of rows from the input.
func FuzzDenseShadow(f *testing.F) {
	f.Add(uint8(3), uint8(5), []byte{1, 0, 2, 0, 3, 255}, []byte{0, 1})
	f.Fuzz(func(t *testing.T, features, outputs uint8, in, list []byte) {
		cols, k := 1+int(features)%150, 1+int(outputs)%70
		n := len(in) / cols
		if n == 0 {
			return
		}
		rows := make([]int32, min(len(list), 200))
		floats := make([]float32, n*cols)
		for i := range rows {
			rows[i] = int32(int(list[i]) % n)
		}
		for i := range floats {
			floats[i] = float32(int8(in[i]))
		}
		examShadow(t, NewBytes(n, cols, in[:n*cols], 1), k, rows, digits, exact)
		examShadow(t, NewFloats(n, cols, floats), k, rows, digits, exact)
	})
}

package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// wholes are whole numbers so small that sums in float32 of their products with bytes
// are exact: 131·255·32 < 2²⁴.
func wholes(v []float64, rng *rand.Rand) {
	for i := range v {
		v[i] = float64(rng.IntN(65) - 32)
	}
}

// shadowed are matrices with a shadow, and with rows of 0 to all columns.
func shadowed(divisor float64) map[string]Matrix { return map[string]Matrix{"sparse": ladder(divisor)} }

// shadowOf is the shadow over a matrix, where NewShadow has none too.
func shadowOf(m Matrix, k int) Shadow {
	if m, ok := m.(*CSR); ok {
		return newSparseShadow(m, k)
	}
	return newDenseShadow(m.(*Packed), k)
}

// guardShadow puts guard words behind what a sparse shadow keeps; behind what dense ones keep,
// TestDenseShadowKeepsToItself does. What it returns checks them.
func guardShadow(s Shadow, rows int) (check func(t *testing.T)) {
	var kept []*[]float32
	if s, ok := s.(*sparseShadow); ok {
		s.room(rows)
		kept = []*[]float32{&s.weights, &s.sum, &s.block}
	}
	for _, v := range kept {
		whole := aligned(len(*v) + 16)
		for i := copy(whole, *v); i < len(whole); i++ {
			whole[i] = float32(guardWord)
		}
		*v = whole[:len(*v)]
	}
	return func(t *testing.T) {
		t.Helper()
		for _, v := range kept {
			for _, x := range (*v)[len(*v) : len(*v)+16] {
				if x != float32(guardWord) {
					t.Fatalf("a guard word behind a shadow is %v", x)
				}
			}
		}
	}
}

// TestShadow compares the shadow with the kernels in float64: to the bit where all sums
// are exact, else to within the rounding of float32.
func TestShadow(t *testing.T) {
	lists := map[string][]int32{"none": {}, "one": {129}, "empty": {0}, "some": {5, 130, 5, 0, 17, 64, 129}, "all": AllRows(131)}
	for name, m := range shadowed(1) {
		for k := 5; k <= 129; k++ {
			for list, rows := range lists {
				if k > 20 && list != "some" && list != "all" {
					continue
				}
				t.Run(fmt.Sprintf("%s/k=%d/%s", name, k, list), func(t *testing.T) {
					examShadow(t, m, k, rows, wholes, exact)
					examShadow(t, m, k, rows, normals, roundings)
				})
			}
		}
	}
}

// A weight or a residual that is no number goes where it belongs and nowhere else.
func TestShadowOfNoNumbers(t *testing.T) {
	for name, m := range shadowed(255) {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
			for _, k := range []int{5, 10, 16, 17, 40} {
				const feature, row = 7, 90
				rows, w := AllRows(m.Rows()), make([]float64, (m.Cols()+1)*k)
				z, d, g := make([]float64, len(rows)*k), make([]float64, len(rows)*k), make([]float64, len(w))
				w[feature*k+k-1], d[row*k+k-1] = bad, bad
				s := shadowOf(m, k)
				s.Round(w)
				s.MulRows(z, rows)
				s.AddMulRows(d, rows)
				s.WriteTo(g, 1)
				has := make([]bool, m.Cols()+1) // what the row with the bad residual has
				has[m.Cols()] = true
				m.Row(row, func(col int, v float64) { has[col] = v != 0 })
				for i := range z {
					met := false
					m.Row(i/k, func(col int, v float64) { met = met || col == feature && v != 0 })
					checkSpread(t, name+": products", i, z[i], met && i%k == k-1)
				}
				for i := range g {
					checkSpread(t, name+": gradient", i, g[i], has[i/k] && i%k == k-1)
				}
			}
		}
	}
}

func checkSpread(t *testing.T, what string, i int, got float64, bad bool) {
	t.Helper()
	if bad != (got != 0) {
		t.Fatalf("%s: number %d is %v", what, i, got)
	}
}

// Rows that are not there are refused before a kernel reads them.
func TestShadowRefusesRows(t *testing.T) {
	for name, m := range shadowed(255) {
		for _, row := range []int32{-1, 131} {
			s := shadowOf(m, 10)
			s.Round(make([]float64, (m.Cols()+1)*10))
			for what, call := range map[string]func(){
				"MulRows":    func() { s.MulRows(make([]float64, 20), []int32{0, row}) },
				"AddMulRows": func() { s.AddMulRows(make([]float64, 20), []int32{0, row}) },
			} {
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s: %s takes row %d", name, what, row)
						}
					}()
					call()
				}()
			}
		}
	}
}

// There is a shadow where it is of use.
func TestNewShadow(t *testing.T) {
	small, wide := ladder(255), wideLadder()
	for k, want := range map[int]bool{1: false, 4: false, 5: true, 10: true, 129: true} {
		if got := NewShadow(small, k) != nil; got != (want && Accelerated()) {
			t.Errorf("bytes, %d outputs: a shadow %v, want %v", k, got, want)
		}
		if NewShadow(wide, k) != nil {
			t.Errorf("numbers, %d outputs: a shadow", k)
		}
	}
	for cols, least := range map[int]int{211: 48, 784: 50, 1600: 101} {
		s := newSparseShadow(NewBuilder(255, 0, 0).CSR(cols), 10)
		if s.Pays(least-1) || !s.Pays(least) {
			t.Errorf("%d features: %d rows pay %v, %d pay %v", cols, least-1, s.Pays(least-1), least, s.Pays(least))
		}
	}
}

// Without features there are the biases alone.
func TestShadowOfNothing(t *testing.T) {
	b := NewBuilder(255, 2, 0)
	b.AddBytes(nil)
	b.AddBytes(nil)
	s, z := newSparseShadow(b.CSR(0), 5), []float64{9, 9, 9, 9, 9, 9, 9, 9, 9, 9}
	s.AddMulRows(z, []int32{0, 1})
	g := make([]float64, 5)
	s.WriteTo(g, 0.5)
	s.Round([]float64{1, 2, 3, 4, 5})
	s.MulRows(z, []int32{0, 1})
	sameBits(t, "products", z, []float64{1, 2, 3, 4, 5, 1, 2, 3, 4, 5})
	sameBits(t, "gradient", g, []float64{9, 9, 9, 9, 9})
}

// FuzzShadow takes any rows, outputs and lists from the input.
func FuzzShadow(f *testing.F) {
	f.Add(uint8(10), []byte{0, 1, 2, 3, 0, 0, 255, 9}, []byte{0, 1, 1})
	f.Add(uint8(33), []byte{7}, []byte{0})
	f.Fuzz(func(t *testing.T, outputs uint8, entries, list []byte) {
		const cols = 37
		b := NewBuilder(255, 0, 0)
		for len(entries) > 0 {
			row := make([]byte, cols)
			entries = entries[copy(row, entries):]
			b.AddBytes(row)
		}
		m := b.CSR(cols)
		if m.Rows() == 0 {
			return
		}
		rows := make([]int32, min(len(list), 300))
		for i := range rows {
			rows[i] = int32(int(list[i]) % m.Rows())
		}
		examShadow(t, m, 5+int(outputs)%125, rows, normals, roundings)
	})
}

// shadowProducts are all that a shadow computes, with weights that depend on the shape alone.
func shadowProducts(m Matrix, k int, rows []int32) []float64 {
	rng := rand.New(rand.NewPCG(uint64(k), 75))
	w, d := make([]float64, (m.Cols()+1)*k), make([]float64, len(rows)*k)
	normals(w, rng)
	normals(d, rng)
	z, g, s := make([]float64, len(d)), make([]float64, len(w)), NewShadow(m, k)
	s.Round(w)
	s.MulRows(z, rows)
	s.AddMulRows(d, rows)
	s.WriteTo(g, 0.7)
	s.AddMulRows(d, rows)
	s.AddTo(g, 0.3)
	s.AddMulRows(d, rows)
	s.Step(w, 0.1)
	stepped := make([]float64, len(z))
	s.MulRows(stepped, rows)
	return slices.Concat(z, g, w, stepped)
}

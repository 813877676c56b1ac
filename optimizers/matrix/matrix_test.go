package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sample is a small matrix in each of the storages, beside the plain rows that
// they were built from.
type sample struct {
	name   string
	m      Matrix
	rows   [][]float64
	sparse bool // zeros are not stored, and so meet no weight; a dense kernel may skip them or not
}

const (
	sampleRows = 23
	sampleCols = 37
)

// level is the stored byte of an entry: row 3 is empty, row 5 is full, and in
// the others a share of the entries is there.
func level(i int, share float64, rng *rand.Rand) byte {
	stored := byte(1 + rng.IntN(255))
	if i == 3 || i != 5 && rng.Float64() > share {
		return 0
	}
	return stored
}

func samples() []sample {
	return []sample{compactSample(1), compactSample(255), wideSample(), denseSample(), bytesSample(1), bytesSample(255), floatsSample()}
}

func compactSample(divisor float64) sample {
	rng := rand.New(rand.NewPCG(1, uint64(divisor)))
	s := sample{name: fmt.Sprintf("compact/divisor=%g", divisor), sparse: true}
	b := NewBuilder(divisor, 0, 0)
	for i := range sampleRows {
		bytes, row := make([]byte, sampleCols), make([]float64, sampleCols)
		for j := range bytes {
			bytes[j] = level(i, 0.25, rng)
			row[j] = float64(bytes[j]) / divisor
		}
		b.AddBytes(bytes)
		s.rows = append(s.rows, row)
	}
	s.m = b.CSR(sampleCols)
	return s
}

func wideSample() sample {
	s := sample{name: "wide", rows: plainRows(2, 0.25), sparse: true}
	b := NewBuilder(1, 0, 0)
	for _, row := range s.rows {
		for j, v := range row {
			b.Add(j, v)
		}
		b.EndRow(sampleCols)
	}
	s.m = b.CSR(sampleCols)
	return s
}

func denseSample() sample {
	s := sample{name: "dense", rows: plainRows(3, 0.95)}
	var data []float64
	for _, row := range s.rows {
		data = append(data, row...)
	}
	s.m = NewDense(sampleRows, sampleCols, data)
	return s
}

func bytesSample(divisor float64) sample {
	s := compactSample(divisor)
	s.name, s.sparse = fmt.Sprintf("bytes/divisor=%g", divisor), false
	var data []uint8
	for _, row := range s.rows {
		for _, v := range row {
			data = append(data, uint8(math.Round(v*divisor)))
		}
	}
	s.m = NewBytes(sampleRows, sampleCols, data, divisor)
	return s
}

func floatsSample() sample {
	s := sample{name: "floats", rows: plainRows(4, 0.95)}
	var data []float32
	for _, row := range s.rows {
		for j, v := range row {
			data = append(data, float32(v))
			row[j] = float64(float32(v))
		}
	}
	s.m = NewFloats(sampleRows, sampleCols, data)
	return s
}

func plainRows(seed uint64, share float64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	rows := make([][]float64, sampleRows)
	for i := range rows {
		rows[i] = make([]float64, sampleCols)
		for j := range rows[i] {
			rows[i][j] = float64(level(i, share, rng)) * (rng.Float64() - 0.5)
		}
	}
	return rows
}

// sums are results beside the sums of the sizes of their terms, to which
// their rounding errors are in proportion.
type sums struct {
	value, size []float64
	free        []bool // depends on whether zeros are skipped
}

func newSums(n int) sums {
	return sums{value: make([]float64, n), size: make([]float64, n), free: make([]bool, n)}
}

func (s sums) add(i int, term float64) {
	s.value[i] += term
	s.size[i] += math.Abs(term)
}

// addEntry adds x times a weight. A zero adds nothing to a weight that is
// finite; whether it makes NaN of one that is not, is left to the kernel.
func (s sums) addEntry(i int, x, weight float64, sparse bool) {
	switch {
	case x != 0:
		s.add(i, x*weight)
	case !sparse && math.IsNaN(x*weight):
		s.free[i] = true
	}
}

// check compares to within rounding: no result has more than 1000 terms, and
// each operation on a term errs by half of 2⁻⁵² of it.
func (s sums) check(t *testing.T, got []float64) {
	t.Helper()
	for i, want := range s.value {
		if s.free[i] || math.IsNaN(want) && math.IsNaN(got[i]) || want == got[i] {
			continue
		}
		if !(math.Abs(got[i]-want) <= 1000*0x1p-52*s.size[i]) || math.IsInf(want, 0) {
			t.Fatalf("result %d: got %v, want %v", i, got[i], want)
		}
	}
}

// naiveMulRows is Z = X̃[rows]·W, entry by entry.
func naiveMulRows(s sample, w []float64, k int, rows []int32) sums {
	z := newSums(len(rows) * k)
	for i, r := range rows {
		for c := range k {
			z.add(i*k+c, w[sampleCols*k+c])
			for j, x := range s.rows[r] {
				z.addEntry(i*k+c, x, w[j*k+c], s.sparse)
			}
		}
	}
	return z
}

// naiveAddMulRows is G + X̃[rows]ᵀ·D, entry by entry.
func naiveAddMulRows(s sample, g, d []float64, k int, rows []int32) sums {
	out := newSums(len(g))
	for i, v := range g {
		out.add(i, v)
	}
	for i, r := range rows {
		for c := range k {
			out.add(sampleCols*k+c, d[i*k+c])
			for j, x := range s.rows[r] {
				out.addEntry(j*k+c, x, d[i*k+c], s.sparse)
			}
		}
	}
	return out
}

// gathered are the lists of rows that the kernels are tried on; 3 is empty, 5 is full.
var gathered = map[string][]int32{
	"none":     {},
	"one":      {7},
	"empty":    {3},
	"full":     {5},
	"repeated": {4, 4, 9, 4, 3, 3},
	"mixed":    {22, 0, 3, 5, 5, 13, 1},
	"all":      AllRows(sampleRows),
}

type mulRowsFunc func(m Matrix, z, w []float64, k int, rows []int32)

type addMulRowsFunc func(m Matrix, g, d []float64, k int, rows []int32)

func TestMulRows(t *testing.T)    { testMulRows(t, Matrix.MulRows) }
func TestAddMulRows(t *testing.T) { testAddMulRows(t, Matrix.AddMulRows) }

// everyShape calls test for every storage, number of outputs, list of rows,
// and once more with weights that are not finite.
func everyShape(t *testing.T, test func(t *testing.T, s sample, k int, rows []int32, spoil func([]float64))) {
	for _, s := range samples() {
		for _, k := range []int{1, 2, 3, 9, 10, 11, 17, 200} {
			for name, rows := range gathered {
				t.Run(fmt.Sprintf("%s/k=%d/%s", s.name, k, name), func(t *testing.T) {
					test(t, s, k, rows, func([]float64) {})
				})
				t.Run(fmt.Sprintf("%s/k=%d/%s/spoilt", s.name, k, name), func(t *testing.T) {
					test(t, s, k, rows, spoil)
				})
			}
		}
	}
}

// spoil makes some weights NaN and ±Inf.
func spoil(w []float64) {
	for i, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for p := 3*i + 1; p < len(w); p += 29 {
			w[p] = bad
		}
	}
}

func normals(v []float64, rng *rand.Rand) {
	for i := range v {
		v[i] = rng.NormFloat64()
	}
}

func testMulRows(t *testing.T, mulRows mulRowsFunc) {
	everyShape(t, func(t *testing.T, s sample, k int, rows []int32, spoil func([]float64)) {
		w, z := newGuarded((sampleCols+1)*k, 1), newOutput(len(rows)*k, 2)
		normals(w.v, rand.New(rand.NewPCG(4, uint64(k))))
		spoil(w.v)
		mulRows(s.m, z.v, w.v, k, rows)
		naiveMulRows(s, w.v, k, rows).check(t, z.v)
		z.check(t)
	})
}

func testAddMulRows(t *testing.T, addMulRows addMulRowsFunc) {
	everyShape(t, func(t *testing.T, s sample, k int, rows []int32, spoil func([]float64)) {
		g, d := newOutput((sampleCols+1)*k, 1), newGuarded(len(rows)*k, 2)
		rng := rand.New(rand.NewPCG(5, uint64(k)))
		normals(g.v, rng)
		normals(d.v, rng)
		spoil(d.v)
		want := naiveAddMulRows(s, g.v, d.v, k, rows)
		addMulRows(s.m, g.v, d.v, k, rows)
		want.check(t, g.v)
		g.check(t)
	})
}

// A divided row is Σv·w of the stored bytes, exact for whole weights, then one division and one addition: nothing is
// lost by storing bytes.
func TestMulRowsOfBytesRoundsOnce(t *testing.T) {
	for _, s := range []sample{compactSample(255), bytesSample(255)} {
		for _, k := range []int{1, 3, 10} {
			w, z := make([]float64, (sampleCols+1)*k), make([]float64, sampleRows*k)
			fill(w, rand.New(rand.NewPCG(6, 0)))
			s.m.MulRows(z, w, k, AllRows(sampleRows))
			for i, row := range s.rows {
				for c := range k {
					sum := 0.0
					for j, x := range row {
						sum += math.Round(x*255) * w[j*k+c]
					}
					if want := w[sampleCols*k+c] + sum/255; z[i*k+c] != want {
						t.Fatalf("%s k=%d row %d output %d: got %v, want %v", s.name, k, i, c, z[i*k+c], want)
					}
				}
			}
		}
	}
}

func TestKernelsRepeatToTheBit(t *testing.T) {
	rows := gathered["mixed"]
	for _, s := range samples() {
		for _, k := range []int{1, 10, 17} {
			rng := rand.New(rand.NewPCG(7, uint64(k)))
			w, d := make([]float64, (sampleCols+1)*k), make([]float64, len(rows)*k)
			normals(w, rng)
			normals(d, rng)
			once := func() []float64 {
				z, g := make([]float64, len(rows)*k), make([]float64, (sampleCols+1)*k)
				s.m.MulRows(z, w, k, rows)
				s.m.AddMulRows(g, d, k, rows)
				return append(z, g...)
			}
			first, second := once(), once()
			for i := range first {
				if math.Float64bits(first[i]) != math.Float64bits(second[i]) {
					t.Fatalf("%s k=%d number %d: got %v, then %v", s.name, k, i, first[i], second[i])
				}
			}
		}
	}
}

func TestKernelsAllocateNothing(t *testing.T) {
	rows := gathered["mixed"]
	for _, s := range samples() {
		for _, k := range []int{1, 3, 10} {
			z, w := make([]float64, len(rows)*k), make([]float64, (sampleCols+1)*k)
			if got := testing.AllocsPerRun(10, func() {
				s.m.MulRows(z, w, k, rows)
				s.m.AddMulRows(w, z, k, rows)
			}); got != 0 {
				t.Errorf("%s k=%d: got %v allocations, want 0", s.name, k, got)
			}
		}
	}
}

func TestRow(t *testing.T) {
	for _, s := range samples() {
		for i, row := range s.rows {
			checkRow(t, fmt.Sprintf("%s row %d", s.name, i), s.m, i, row)
		}
	}
}

// checkRow wants the entries of a row in the order of their columns, zeros left out or not.
func checkRow(t *testing.T, what string, m Matrix, i int, want []float64) {
	t.Helper()
	got, last, square := make([]float64, len(want)), -1, 1.0
	m.Row(i, func(col int, value float64) {
		if col <= last {
			t.Fatalf("%s: column %d after %d", what, col, last)
		}
		last, got[col] = col, value
	})
	for j := range want {
		if got[j] != want[j] {
			t.Fatalf("%s: column %d: got %v, want %v", what, j, got[j], want[j])
		}
		square += want[j] * want[j]
	}
	if norm := m.SquaredNorm(i); math.Abs(norm-square) > 1e-12*square {
		t.Errorf("%s: squared norm %v, want %v with its 1", what, norm, square)
	}
}

func TestSlice(t *testing.T) {
	const lo, hi, k = 4, 15, 3
	w := make([]float64, (sampleCols+1)*k)
	normals(w, rand.New(rand.NewPCG(8, 0)))
	for _, s := range samples() {
		part := s.m.Slice(lo, hi).Slice(1, hi-lo)
		if part.Rows() != hi-lo-1 || part.Cols() != sampleCols {
			t.Errorf("%s: got %d×%d, want %d×%d", s.name, part.Rows(), part.Cols(), hi-lo-1, sampleCols)
		}
		for i := range part.Rows() {
			checkRow(t, fmt.Sprintf("%s row %d", s.name, i), part, i, s.rows[lo+1+i])
		}
		got, want := make([]float64, part.Rows()*k), make([]float64, part.Rows()*k)
		part.MulRows(got, w, k, AllRows(part.Rows()))
		s.m.MulRows(want, w, k, AllRows(hi)[lo+1:])
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s product %d: got %v, want %v", s.name, i, got[i], want[i])
			}
		}
	}
}

// A row beyond a slice is another split's: reading it would leak validation rows into training.
func TestRowsOutsidePanic(t *testing.T) {
	for _, s := range samples() {
		part, z, w := s.m.Slice(4, 15), make([]float64, 1), make([]float64, sampleCols+1)
		for _, row := range []int32{-1, 11, sampleRows} {
			wantPanic(t, fmt.Sprintf("%s MulRows of row %d of 11", s.name, row), func() { part.MulRows(z, w, 1, []int32{row}) })
			wantPanic(t, fmt.Sprintf("%s AddMulRows of row %d of 11", s.name, row), func() { part.AddMulRows(w, z, 1, []int32{row}) })
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	rows := []int32{1, 2}
	for _, s := range samples() {
		for _, shape := range []struct{ z, w, k int }{
			{z: 5, w: (sampleCols + 1) * 3, k: 3},
			{z: 7, w: (sampleCols + 1) * 3, k: 3},
			{z: 6, w: (sampleCols+1)*3 - 1, k: 3},
			{z: 6, w: sampleCols * 3, k: 3},
			{z: 6, w: (sampleCols + 2) * 3, k: 3},
		} {
			z, w := make([]float64, shape.z), make([]float64, shape.w)
			wantPanic(t, fmt.Sprintf("%s MulRows of %+v", s.name, shape), func() { s.m.MulRows(z, w, shape.k, rows) })
			wantPanic(t, fmt.Sprintf("%s AddMulRows of %+v", s.name, shape), func() { s.m.AddMulRows(w, z, shape.k, rows) })
		}
	}
	wantPanic(t, "NewBytes", func() { NewBytes(2, 3, make([]uint8, 7), 1) })
	wantPanic(t, "NewFloats", func() { NewFloats(2, 3, make([]float32, 7)) })
	wantPanic(t, "NewDense", func() { NewDense(2, 3, make([]float64, 5)) })
}

func TestAllRows(t *testing.T) {
	rows := AllRows(5)
	if want := "[0 1 2 3 4]"; fmt.Sprint(rows) != want {
		t.Errorf("got %v, want %s", rows, want)
	}
}

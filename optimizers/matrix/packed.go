package matrix

import (
	"bytes"
	"math"
)

// Packed is a dense design matrix that keeps its numbers as they came: as bytes, which
// stand for v/divisor, or as float32, where every number is one. Row i is numbers
// i·cols … (i+1)·cols−1. A kernel takes the numbers of some rows and columns apart into
// a panel of float64, which stays in the nearest cache, and multiplies that.
type Packed struct {
	rows, cols int
	bytes      []uint8
	floats     []float32 // of which the divisor is 1; nil where there are bytes
	divisor    float64
}

var _ Matrix = (*Packed)(nil)

// NewBytes is the matrix of the given shape over bytes that are divided by divisor. It
// keeps data, which must not change any more.
func NewBytes(rows, cols int, data []uint8, divisor float64) *Packed {
	if len(data) != rows*cols {
		panic("matrix: dimension mismatch")
	}
	return &Packed{rows: rows, cols: cols, bytes: data, divisor: divisor}
}

// NewFloats is the matrix of the given shape over data, which it keeps and which must
// not change any more.
func NewFloats(rows, cols int, data []float32) *Packed {
	if len(data) != rows*cols {
		panic("matrix: dimension mismatch")
	}
	if data == nil { // which tells float32 from bytes
		data = []float32{}
	}
	return &Packed{rows: rows, cols: cols, floats: data, divisor: 1}
}

// Rows is n, the number of examples.
func (m *Packed) Rows() int { return m.rows }

// Cols is the number of features, without the column of ones.
func (m *Packed) Cols() int { return m.cols }

// Divisor is what stored bytes are divided by; 0 where values are no bytes.
func (m *Packed) Divisor() float64 {
	if m.floats != nil {
		return 0
	}
	return m.divisor
}

// Size is how many bytes a number takes.
func (m *Packed) Size() int64 {
	if m.floats != nil {
		return 4
	}
	return 1
}

// NonZeros is how many numbers are not 0.
func (m *Packed) NonZeros() int64 {
	if m.floats != nil {
		return nonZeros(m.floats)
	}
	return int64(len(m.bytes) - bytes.Count(m.bytes, []byte{0}))
}

// Slice is the matrix of rows lo to hi (exclusive). It shares storage.
func (m *Packed) Slice(lo, hi int) Matrix {
	s := *m
	s.rows = hi - lo
	if m.floats != nil {
		s.floats = m.floats[lo*m.cols : hi*m.cols : hi*m.cols]
	} else {
		s.bytes = m.bytes[lo*m.cols : hi*m.cols : hi*m.cols]
	}
	return &s
}

// Bytes are the stored bytes of a row, nil where values are no bytes. They must not be
// changed.
func (m *Packed) Bytes(i int) []uint8 {
	if m.floats != nil {
		return nil
	}
	return m.bytes[i*m.cols : (i+1)*m.cols]
}

func (m *Packed) floatRow(i int) []float32 { return m.floats[i*m.cols : (i+1)*m.cols] }

// Row calls visit with the column and value of every entry of a row, in order.
func (m *Packed) Row(i int, visit func(col int, value float64)) {
	if m.floats != nil {
		for j, v := range m.floatRow(i) {
			visit(j, float64(v))
		}
		return
	}
	for j, v := range m.Bytes(i) {
		visit(j, float64(v)/m.divisor)
	}
}

// SquaredNorm is ‖x̃ᵢ‖² of a row, the 1 included.
func (m *Packed) SquaredNorm(i int) float64 {
	if m.floats != nil {
		sum := 0.0
		for _, v := range m.floatRow(i) {
			sum += float64(v) * float64(v)
		}
		return 1 + sum
	}
	sum := uint64(0)
	for _, v := range m.Bytes(i) {
		sum += uint64(v) * uint64(v)
	}
	return 1 + float64(sum)/(m.divisor*m.divisor)
}

// Ahead is as many rows as kernels ask for ahead of the one at work.
func (m *Packed) Ahead() int { return ahead }

// Prefetch asks the memory for rows that are wanted soon.
func (m *Packed) Prefetch(rows []int32, _, _ int) {
	for _, r := range rows {
		if m.floats != nil {
			fetchRow(m.floatRow(int(r)))
		} else {
			fetchRow(m.Bytes(int(r)))
		}
	}
}

// MulRows writes Z = X̃[rows]·W.
func (m *Packed) MulRows(z, w []float64, k int, rows []int32) {
	checkShapes(z, w, k, rows, m.cols)
	m.mustHave(rows)
	if m.fastMulRowsOfFew(z, w, k, rows) {
		return
	}
	clear(z)
	m.addProduct(z, 1, w, k, rows)
	bias := w[len(w)-k:]
	for i := range rows {
		out := z[i*k : i*k+k]
		for c, b := range bias {
			out[c] = b + out[c]/m.divisor
		}
	}
}

// MulSumRows writes Z = X̃[rows]·(a·U + b·V).
func (m *Packed) MulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) {
	checkShapes(z, u, k, rows, m.cols)
	checkShapes(z, v, k, rows, m.cols)
	m.mustHave(rows)
	if m.fastMulSumRowsOfFew(z, a, u, b, v, k, rows) {
		return
	}
	clear(z)
	m.addProduct(z, a, u, k, rows)
	m.addProduct(z, b, v, k, rows)
	first, second := u[len(u)-k:], v[len(v)-k:]
	for i := range rows {
		out := z[i*k : i*k+k]
		for c := range out {
			out[c] = a*first[c] + b*second[c] + out[c]/m.divisor
		}
	}
}

// AddMulRows adds X̃[rows]ᵀ·D to G.
func (m *Packed) AddMulRows(g, d []float64, k int, rows []int32) {
	checkShapes(d, g, k, rows, m.cols)
	m.mustHave(rows)
	if m.fastAddMulRowsOfFew(g, d, k, rows) {
		return
	}
	bias := g[len(g)-k:]
	for i := range rows {
		for c, v := range d[i*k : i*k+k] {
			bias[c] += v
		}
	}
	switch {
	case k == 1:
		for i, r := range rows {
			m.axpyRow(g, d[i]/m.divisor, int(r))
		}
	case !m.fastAddTransposed(g, d, k, rows):
		m.addTransposed(g, d, k, rows)
	}
}

// mustHave panics unless the matrix has all of the listed rows.
func (m *Packed) mustHave(rows []int32) {
	for _, r := range rows {
		if r < 0 || int(r) >= m.rows {
			panic("matrix: row out of range")
		}
	}
}

// addProduct adds a·S[rows]·W to Z, of the stored numbers S and without the biases.
func (m *Packed) addProduct(z []float64, a float64, w []float64, k int, rows []int32) {
	switch {
	case k == 1:
		for i, r := range rows {
			z[i] += a * m.dotRow(int(r), w)
		}
	case !m.fastAddProduct(z, a, w, k, rows):
		m.addProductGeneric(z, a, w, k, rows)
	}
}

func (m *Packed) addProductGeneric(z []float64, a float64, w []float64, k int, rows []int32) {
	var part [partWidth]float64
	for i, r := range rows {
		for lo := 0; lo < m.cols; lo += partWidth {
			for j, v := range m.unpack(part[:], int(r), lo) {
				Axpy(z[i*k:i*k+k], a*v, w[(lo+j)*k:(lo+j+1)*k])
			}
		}
	}
}

// addTransposed is AddMulRows without the biases.
func (m *Packed) addTransposed(g, d []float64, k int, rows []int32) {
	var part [partWidth]float64
	for i, r := range rows {
		for lo := 0; lo < m.cols; lo += partWidth {
			for j, v := range m.unpack(part[:], int(r), lo) {
				Axpy(g[(lo+j)*k:(lo+j+1)*k], v/m.divisor, d[i*k:i*k+k])
			}
		}
	}
}

// partWidth is how many neighbouring numbers of a row are taken apart at once.
const partWidth = 128

// unpack writes the stored numbers of a row from a column on to dst, as many as there are and fit.
func (m *Packed) unpack(dst []float64, row, from int) []float64 {
	dst = dst[:min(len(dst), m.cols-from)]
	m.unpackRows(dst, []int32{int32(row)}, from, len(dst), len(dst))
	return dst
}

// unpackRows writes so many stored numbers of each of the listed rows from a column on to
// a panel, whose rows are stride apart.
func (m *Packed) unpackRows(panel []float64, rows []int32, from, width, stride int) {
	if m.floats != nil {
		unpackRows(panel, m.floats, rows, m.cols, from, width, stride, fastUnpackFloats(panel, m.floats, rows, m.cols, from, width, stride))
	} else {
		unpackRows(panel, m.bytes, rows, m.cols, from, width, stride, fastUnpackBytes(panel, m.bytes, rows, m.cols, from, width, stride))
	}
}

// unpackRows is Packed.unpackRows from some number of each row on.
func unpackRows[V uint8 | float32](panel []float64, data []V, rows []int32, cols, from, width, stride, first int) {
	if first == width {
		return
	}
	for i, r := range rows {
		for j, v := range data[int(r)*cols+from:][first:width] {
			panel[i*stride+first+j] = float64(v)
		}
	}
}

// dotRow is Σ s[j]·w[j] of the stored numbers of a row.
func (m *Packed) dotRow(row int, w []float64) float64 {
	if m.floats != nil {
		return dotStored(m.floatRow(row), w)
	}
	return dotStored(m.Bytes(row), w)
}

// axpyRow adds a·s[j] of the stored numbers of a row to g.
func (m *Packed) axpyRow(g []float64, a float64, row int) {
	if m.floats != nil {
		axpyStored(g, a, m.floatRow(row))
	} else {
		axpyStored(g, a, m.Bytes(row))
	}
}

// dotStored is Dot of stored numbers.
func dotStored[V uint8 | float32](x []V, w []float64) float64 {
	var s0, s1 float64
	i := 0
	for ; i+2 <= len(x); i += 2 {
		s0 += float64(x[i]) * w[i]
		s1 += float64(x[i+1]) * w[i+1]
	}
	if i < len(x) {
		s0 += float64(x[i]) * w[i]
	}
	return s0 + s1
}

// axpyStored is Axpy of stored numbers.
func axpyStored[V uint8 | float32](g []float64, a float64, x []V) {
	for i, v := range x {
		g[i] += a * float64(v)
	}
}

// asFloat32 is the float32 that a number is, if it is one.
func asFloat32(v float64) (float32, bool) {
	f := float32(v)
	return f, float64(f) == v && !math.IsInf(v, 0)
}

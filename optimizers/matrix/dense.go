package matrix

// Dense is a design matrix stored row by row: row i is data[i*cols … (i+1)*cols−1].
// Plain Go skips its zeros (half of a rectified layer is zeros), the kernels in
// assembly do not: a NaN in the weights comes through a 0 in some of them only.
type Dense struct {
	rows, cols int
	data       []float64
}

var _ Matrix = (*Dense)(nil)

// NewDense is the matrix of the given shape over data, which it keeps and
// which must not change any more.
func NewDense(rows, cols int, data []float64) *Dense {
	if len(data) != rows*cols {
		panic("matrix: dimension mismatch")
	}
	return &Dense{rows: rows, cols: cols, data: data}
}

// Rows is n, the number of examples.
func (m *Dense) Rows() int { return m.rows }

// Cols is the number of features, without the column of ones.
func (m *Dense) Cols() int { return m.cols }

// NonZeros is how many numbers are not 0.
func (m *Dense) NonZeros() int64 { return nonZeros(m.data) }

func nonZeros[V float32 | float64](v []V) int64 {
	n := int64(0)
	for _, x := range v {
		if x != 0 {
			n++
		}
	}
	return n
}

// Slice is the matrix of rows lo to hi (exclusive). It shares storage.
func (m *Dense) Slice(lo, hi int) Matrix {
	return NewDense(hi-lo, m.cols, m.data[lo*m.cols:hi*m.cols:hi*m.cols])
}

// Row calls visit with the column and value of every entry of a row, in order.
func (m *Dense) Row(i int, visit func(col int, value float64)) {
	for j, v := range m.row(i) {
		visit(j, v)
	}
}

// SquaredNorm is ‖x̃ᵢ‖² of a row, the 1 included.
func (m *Dense) SquaredNorm(i int) float64 { return 1 + Dot(m.row(i), m.row(i)) }

func (m *Dense) row(i int) []float64 { return m.data[i*m.cols : (i+1)*m.cols] }

// Ahead is as many rows as 16 kB hold, a part of the nearest cache: kernels ask for none,
// and a row of 28 numbers takes less time to compute than to come.
func (m *Dense) Ahead() int { return max(ahead, (16<<10)/(8*(m.cols+1))) }

// Prefetch asks the memory for rows that are wanted soon.
func (m *Dense) Prefetch(rows []int32, _, _ int) {
	for _, r := range rows {
		fetchRow(m.row(int(r)))
	}
}

// MulRows writes Z = X̃[rows]·W.
func (m *Dense) MulRows(z, w []float64, k int, rows []int32) {
	checkShapes(z, w, k, rows, m.cols)
	if !m.fastMulRows(z, w, k, rows) {
		m.mulRowsGeneric(z, w, k, rows)
	}
}

func (m *Dense) mulRowsGeneric(z, w []float64, k int, rows []int32) {
	bias := w[len(w)-k:]
	for i, r := range rows {
		out := z[i*k : i*k+k]
		if k == 1 {
			out[0] = bias[0] + Dot(m.row(int(r)), w)
			continue
		}
		copy(out, bias)
		for j, x := range m.row(int(r)) {
			if x != 0 {
				Axpy(out, x, w[j*k:j*k+k])
			}
		}
	}
}

// MulSumRows writes Z = X̃[rows]·(a·U + b·V).
func (m *Dense) MulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) {
	checkShapes(z, u, k, rows, m.cols)
	checkShapes(z, v, k, rows, m.cols)
	if k == 2 && m.fastMulSumRowsOf2(z, a, u, b, v, rows) {
		return
	}
	clear(z)
	for i, r := range rows {
		out, row := z[i*k:i*k+k], m.row(int(r))
		Axpy(out, a, u[len(u)-k:])
		Axpy(out, b, v[len(v)-k:])
		addScaledProduct(out, a, row, u, k)
		addScaledProduct(out, b, row, v, k)
	}
}

// addScaledProduct adds a·x·W of a row x to z, without the biases.
func addScaledProduct(z []float64, a float64, x, w []float64, k int) {
	switch {
	case k == 1:
		z[0] += a * Dot(x, w)
	case !fastAddScaledProduct(z, a, x, w, k):
		for j, v := range x {
			if v != 0 {
				Axpy(z, a*v, w[j*k:j*k+k])
			}
		}
	}
}

// AddMulRows adds X̃[rows]ᵀ·D to G.
func (m *Dense) AddMulRows(g, d []float64, k int, rows []int32) {
	checkShapes(d, g, k, rows, m.cols)
	if m.fastAddMulRowsOfFew(g, d, k, rows) {
		return
	}
	m.addMulRowsGeneric(g, d, k, rows, m.fastAddMulRows(g, d, k, rows))
}

// addMulRowsGeneric is AddMulRows for the features from a first one on, and for the biases.
func (m *Dense) addMulRowsGeneric(g, d []float64, k int, rows []int32, first int) {
	bias := g[len(g)-k:]
	for i, r := range rows {
		in := d[i*k : i*k+k]
		Axpy(bias, 1, in)
		if k == 1 {
			Axpy(g, in[0], m.row(int(r)))
			continue
		}
		for j, x := range m.row(int(r))[first:] {
			if x != 0 {
				j += first
				Axpy(g[j*k:j*k+k], x, in)
			}
		}
	}
}

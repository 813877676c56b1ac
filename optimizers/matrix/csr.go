package matrix

// CSR is a design matrix in compressed sparse rows: the entries of row i are
// ptr[i] … ptr[i+1]−1 of col and val. An entry takes three bytes where the
// columns fit 16 bits and the values 256 levels, as pixels do, else twelve.
type CSR struct {
	cols  int
	ptr   []int64
	small *entries[uint16, uint8]
	wide  *entries[int32, float64]

	octets *octetCopy // of the matrix that this is a slice of; nil where there are none
	from   int        // which of its rows comes first
}

// entries are the stored values of a CSR and their columns. A stored v stands
// for v/divisor.
type entries[C uint16 | int32, V uint8 | float64] struct {
	col     []C
	val     []V
	divisor float64
}

var _ Matrix = (*CSR)(nil)

// Rows is n, the number of examples.
func (m *CSR) Rows() int { return len(m.ptr) - 1 }

// Cols is the number of features, without the column of ones.
func (m *CSR) Cols() int { return m.cols }

// Stored is the number of stored entries.
func (m *CSR) Stored() int64 { return m.ptr[len(m.ptr)-1] - m.ptr[0] }

// Compact says whether values are stored as one byte each.
func (m *CSR) Compact() bool { return m.small != nil }

// Divisor is what stored bytes are divided by; 0 where values are no bytes.
func (m *CSR) Divisor() float64 {
	if m.small == nil {
		return 0
	}
	return m.small.divisor
}

// Slice is the matrix of rows lo to hi (exclusive). It shares storage.
func (m *CSR) Slice(lo, hi int) Matrix {
	s := *m
	s.ptr = m.ptr[lo : hi+1]
	s.from += lo
	return &s
}

// Row calls visit with the column and value of every stored entry of a row, in order.
func (m *CSR) Row(i int, visit func(col int, value float64)) {
	for p := m.ptr[i]; p < m.ptr[i+1]; p++ {
		if m.small != nil {
			visit(int(m.small.col[p]), float64(m.small.val[p])/m.small.divisor)
		} else {
			visit(int(m.wide.col[p]), m.wide.val[p])
		}
	}
}

// Bytes are the columns of the stored entries of a row of a compact matrix, in
// order, and their bytes. They must not be changed.
func (m *CSR) Bytes(i int) (cols []uint16, values []uint8) {
	lo, hi := m.ptr[i], m.ptr[i+1]
	return m.small.col[lo:hi], m.small.val[lo:hi]
}

// SquaredNorm is ‖x̃ᵢ‖² of a row, the 1 included.
func (m *CSR) SquaredNorm(i int) float64 {
	lo, hi := m.ptr[i], m.ptr[i+1]
	if m.small != nil {
		sum := uint64(0)
		for _, v := range m.small.val[lo:hi] {
			sum += uint64(v) * uint64(v)
		}
		return 1 + float64(sum)/(m.small.divisor*m.small.divisor)
	}
	return 1 + Dot(m.wide.val[lo:hi], m.wide.val[lo:hi])
}

// Ahead is as many rows as kernels ask for ahead of the one at work.
func (m *CSR) Ahead() int { return ahead }

// MulRows writes Z = X̃[rows]·W.
func (m *CSR) MulRows(z, w []float64, k int, rows []int32) {
	checkShapes(z, w, k, rows, m.cols)
	switch {
	case m.fastMulRows(z, w, k, rows):
	case m.small != nil:
		mulRows(z, w, k, rows, m.ptr, m.small)
	default:
		mulRows(z, w, k, rows, m.ptr, m.wide)
	}
}

// MulSumRows writes Z = X̃[rows]·(a·U + b·V).
func (m *CSR) MulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) {
	checkShapes(z, u, k, rows, m.cols)
	checkShapes(z, v, k, rows, m.cols)
	switch {
	case m.fastMulSumRows(z, a, u, b, v, k, rows):
	case m.small != nil:
		mulSumRows(z, a, u, b, v, k, rows, m.ptr, m.small)
	default:
		mulSumRows(z, a, u, b, v, k, rows, m.ptr, m.wide)
	}
}

// AddMulRows adds X̃[rows]ᵀ·D to G.
func (m *CSR) AddMulRows(g, d []float64, k int, rows []int32) {
	checkShapes(d, g, k, rows, m.cols)
	switch {
	case m.fastAddMulRows(g, d, k, rows):
	case m.small != nil:
		addMulRows(g, d, k, rows, m.ptr, m.small)
	default:
		addMulRows(g, d, k, rows, m.ptr, m.wide)
	}
}

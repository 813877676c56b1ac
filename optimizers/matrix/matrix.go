package matrix

// Matrix is an immutable design matrix.
type Matrix interface {
	// Rows is n, the number of examples.
	Rows() int
	// Cols is the number of features, without the column of ones.
	Cols() int
	// MulRows writes Z = X̃[rows]·W: z is [len(rows)][k], w is [Cols+1][k].
	MulRows(z, w []float64, k int, rows []int32)
	// MulSumRows writes Z = X̃[rows]·(a·U + b·V), without forming the sum.
	MulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32)
	// AddMulRows adds X̃[rows]ᵀ·D to G: g is [Cols+1][k], d is [len(rows)][k].
	AddMulRows(g, d []float64, k int, rows []int32)
	// Prefetch asks the memory for the first few rows of the next call, which will be of n
	// rows and k outputs, where that helps.
	Prefetch(rows []int32, k, n int)
	// Ahead is how many rows of the next call are to be asked for while one is at work.
	Ahead() int
	// Slice is the matrix of rows lo to hi (exclusive). It shares storage.
	Slice(lo, hi int) Matrix
	// SquaredNorm is ‖x̃ᵢ‖² of a row, the 1 included.
	SquaredNorm(i int) float64
	// Row calls visit with the column and value of every stored entry of a row, in order.
	Row(i int, visit func(col int, value float64))
}

// AtOnce is how many rows a kernel may take together, whose terms it then adds in another
// order than those of a row alone. Products of this many rows and more are the same to the
// bit whatever rows they are made with, where their number is a multiple of it.
const AtOnce = 4

// AllRows is the list of the rows 0 … n−1.
func AllRows(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// checkShapes panics unless z is [rows][k] and w is [cols+1][k].
func checkShapes(z, w []float64, k int, rows []int32, cols int) {
	if len(z) != len(rows)*k || len(w) != (cols+1)*k {
		panic("matrix: dimension mismatch")
	}
}

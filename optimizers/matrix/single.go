package matrix

import "math"

// Single is a matrix of float32, row by row. Its rows are padded with zeros to
// an odd number of vectors: rows of a power of two would all fall on the same few
// places of the nearest cache. There are as many rows at a time as a tile has, of
// which the last are of no meaning.
//
// The sums of float32 are half as exact as their numbers: of n products they
// differ by up to n·2⁻²⁴·Σ|aᵢbᵢ| from those of float64, and mostly by √n·2⁻²⁴ of that.
type Single struct {
	rows, cols int
	stride     int
	lanes      int // numbers of a vector
	data       []float32
}

// NewSingle is a matrix of zeros.
func NewSingle(rows, cols int) *Single {
	s := &Single{rows: rows, cols: cols, stride: strideOf(cols), lanes: lanes()}
	tiles := (max(rows, 1) + s.tile() - 1) / s.tile()
	s.data = make([]float32, tiles*s.tile()*s.stride)
	return s
}

// strideOf is how far the rows are apart of a matrix of so many columns.
func strideOf(cols int) int { return lanes() * (vectors(cols, lanes()) | 1) }

// tile is how many rows of a product are computed at once: four with vectors of
// eight, or eight with vectors of sixteen, of which there are twice as many.
func (s *Single) tile() int { return s.lanes / 2 }

// Row is a row.
func (s *Single) Row(i int) []float32 { return s.data[i*s.stride : i*s.stride+s.cols] }

// Narrow rounds the first n rows from z, which is row by row.
func (s *Single) Narrow(z []float64, n int) {
	for i := range n {
		narrow(s.Row(i), z[i*s.cols:(i+1)*s.cols])
	}
}

func narrow(x []float32, y []float64) {
	for i := fastNarrow(x, y); i < len(x); i++ {
		x[i] = float32(y[i])
	}
}

// least is the least that comes out of a layer.
func least(rectified bool) float32 {
	if rectified {
		return 0
	}
	return float32(math.Inf(-1))
}

// MulRectified writes C = max(0, Ã·W) for the first n rows, or C = Ã·W where it is
// not to be rectified: c is [n][k], a is [n][features], w is [features+1][k].
func (s *Single) MulRectified(a *Single, w *Panels, n int, rectified bool) {
	if n > s.rows || n > a.rows || w.rows != a.cols+1 || w.cols != s.cols || w.lanes != s.lanes || a.lanes != s.lanes {
		panic("matrix: dimension mismatch")
	}
	if !s.fastMul(a, w, n, least(rectified)) {
		s.mulGeneric(a, w, n, least(rectified))
	}
}

// MulGated writes C = D·W for the first n rows, and 0 where what is of the same
// row and column in another matrix is not above 0: c and open are [n][units], d is
// [n][k], w is [k][units].
func (s *Single) MulGated(d *Single, w *Panels, open *Single, n int) {
	if n > s.rows || n > d.rows || n > open.rows || w.rows != d.cols || w.cols != s.cols || open.cols != s.cols || w.lanes != s.lanes || d.lanes != s.lanes || open.lanes != s.lanes {
		panic("matrix: dimension mismatch")
	}
	if !s.fastMulGated(d, w, open, n) {
		s.mulGatedGeneric(d, w, open, n)
	}
}

// rectify is x = max(0, x) for the first n rows.
func (s *Single) rectify(n int) {
	all := s.data[:n*s.stride]
	for i := s.fastRectify(n); i < len(all); i++ {
		all[i] = max(all[i], 0)
	}
}

// AddOuter adds Ãᵀ·D to G for the first n rows of both: g is [features+1][k] of
// float64, to which the sums of the n rows are added as they are.
func (s *Single) AddOuter(g []float64, d *Single, n int) {
	if n > s.rows || n > d.rows || len(g) != (s.cols+1)*d.cols || d.lanes != s.lanes {
		panic("matrix: dimension mismatch")
	}
	if !s.fastAddOuter(g, d, n) {
		s.addOuterGeneric(g, d, n)
	}
	d.addSum(g[s.cols*d.cols:], n)
}

// addSum adds the sum of the first n rows.
func (s *Single) addSum(g []float64, n int) {
	if !s.fastAddSum(g, n) {
		s.addSumGeneric(g, n)
	}
}

// Wide writes the first n rows to z, row by row.
func (s *Single) Wide(z []float64, n int) {
	for i := range n {
		for j, v := range s.Row(i) {
			z[i*s.cols+j] = float64(v)
		}
	}
}

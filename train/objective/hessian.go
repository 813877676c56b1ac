package objective

import "optwatch/optimizers/matrix"

// A ShiftInvariant loss does not change when all outputs grow by the same amount,
// so that the rows of ∇²φ sum to 0.
type ShiftInvariant interface {
	Loss
	ShiftInvariant()
}

// Products is how many products of an entry, the 1 included, and an output a row has
// on average, of some rows all over the data.
func (p *Profile) Products() float64 {
	const surveyed = 1000
	l := p.linear
	rows, entries := min(l.Len(), surveyed), 0
	for i := range rows {
		l.x.Row(int(int64(i)*int64(l.Len())/int64(rows)), func(int, float64) { entries++ })
	}
	return float64(l.k) * (1 + float64(entries)/float64(rows))
}

// Hessian writes ∇²f at the θ of the latest Eval to h, [dim][dim] in the order of
// θ. It goes through all rows once, and multiplies the entries of each with each
// other.
func (p *Profile) Hessian(h []float64, pass func() error) error {
	l, k := p.linear, p.linear.k
	d := l.x.Cols() + 1
	outputs := k
	if _, ok := l.loss.(ShiftInvariant); ok {
		outputs = k - 1
	}
	dense := keepsZeros(l.x)
	s := hessianSum{k: k, d: d, outputs: outputs, blocks: make([]float64, outputs*outputs*d*d)}
	_, err := p.sum(s.blocks, pass, func(w *summer, blocks []float64, lo, hi int) float64 {
		part := &w.hessian
		part.hessianSum = hessianSum{k: k, d: d, outputs: outputs, blocks: blocks}
		if part.curvature == nil {
			part.curvature = make([]float64, linearBlock*k*k)
		}
		buf := w.z[:k]
		clear(part.curvature)
		for i := lo; i < hi; i++ {
			copy(buf, p.z[i*k:i*k+k])
			l.loss.AddCurvature(part.curvature[(i-lo)*k*k:][:k*k], buf, l.y[i])
		}
		if dense {
			part.addDense(l.x, p.rows[lo:hi])
		} else {
			part.addSparse(l.x, p.rows[lo:hi])
		}
		return 0
	})
	delete(p.sums.spare, len(s.blocks)) // large, and seldom wanted
	matrix.Scal(s.blocks, 1/float64(l.Len()))
	s.write(h)
	for j := range l.Dim() - k {
		h[j*d*k+j] += p.l2.Lambda
	}
	return err
}

// hessianSum is Σ x̃ᵢx̃ᵢᵀ·cᵢ for each pair of outputs a ≤ b, cᵢ of ∇²φ, of which
// the upper triangle is kept. Those of the last output follow from the others
// where the rows of ∇²φ sum to 0.
type hessianSum struct {
	k, d, outputs int
	blocks        []float64 // [outputs][outputs][d][d]
}

func (s *hessianSum) block(a, b int) []float64 {
	if a > b {
		a, b = b, a
	}
	n := s.d * s.d
	return s.blocks[(a*s.outputs+b)*n:][:n]
}

// keepsZeros says whether a matrix visits every entry of a row.
func keepsZeros(x matrix.Matrix) bool {
	switch x.(type) {
	case *matrix.Dense, *matrix.Packed:
		return true
	}
	return false
}

// hessianPart adds blocks of rows to such sums.
type hessianPart struct {
	hessianSum
	curvature []float64 // ∇²φ of the rows, [linearBlock][k][k]
	cols      []int     // of the entries of a row, the 1 included
	values    []float64 // of the same, or of dense rows one after another
	scaled    []float64 // values times cᵢ
}

func (s *hessianPart) entry(col int, value float64) {
	s.cols, s.values = append(s.cols, col), append(s.values, value)
}

// addSparse takes rows one by one, and their entries that are set.
func (s *hessianPart) addSparse(x matrix.Matrix, rows []int32) {
	for i, row := range rows {
		s.cols, s.values = s.cols[:0], s.values[:0]
		x.Row(int(row), s.entry)
		s.entry(s.d-1, 1) // of the biases
		for a := range s.outputs {
			for b := a; b < s.outputs; b++ {
				s.addRow(s.block(a, b), s.curvature[(i*s.k+a)*s.k+b])
			}
		}
	}
}

func (s *hessianPart) addRow(block []float64, c float64) {
	if c == 0 {
		return
	}
	for i, row := range s.cols {
		v, to := c*s.values[i], block[row*s.d:(row+1)*s.d]
		if len(s.cols) == s.d { // every entry is set, and they lie as in the block
			matrix.Axpy(to[i:], v, s.values[i:])
			continue
		}
		for j := i; j < len(s.cols); j++ {
			to[s.cols[j]] += v * s.values[j]
		}
	}
}

// addDense multiplies the rows by themselves, each times its cᵢ, as the matrix
// multiplies any: both triangles so take less time than one row by row.
func (s *hessianPart) addDense(x matrix.Matrix, rows []int32) {
	s.cols, s.values = s.cols[:0], s.values[:0]
	for _, row := range rows {
		x.Row(int(row), s.entry)
		s.entry(s.d-1, 1)
	}
	s.scaled = append(s.scaled[:0], s.values...)
	for a := range s.outputs {
		for b := a; b < s.outputs; b++ {
			for i := range rows {
				c := s.curvature[(i*s.k+a)*s.k+b]
				for j, v := range s.values[i*s.d : (i+1)*s.d] {
					s.scaled[i*s.d+j] = c * v
				}
			}
			x.AddMulRows(s.block(a, b), s.scaled, s.d, rows)
		}
	}
}

// at is the sum for the entries of two columns and two outputs.
func (s *hessianSum) at(i, a, j, b int) float64 {
	if i > j {
		i, j = j, i
	}
	sum := 0.0
	switch last := s.outputs; {
	case a < last && b < last:
		return s.block(a, b)[i*s.d+j]
	case a < last:
		for c := range last {
			sum -= s.block(a, c)[i*s.d+j]
		}
	case b < last:
		return s.at(i, b, j, a)
	default:
		for c := range last {
			sum -= s.at(i, last, j, c)
		}
	}
	return sum
}

// write fills h, in the order of θ.
func (s *hessianSum) write(h []float64) {
	n := s.d * s.k
	for i := range s.d {
		for a := range s.k {
			for j := range s.d {
				for b := range s.k {
					h[(i*s.k+a)*n+j*s.k+b] = s.at(i, a, j, b)
				}
			}
		}
	}
}

package objective

import (
	"math"

	"optwatch/optimizers/matrix"
)

// Linear is the objective of a linear model: fᵢ(θ) = φ(Wᵀx̃ᵢ, yᵢ). Its
// gradient is the outer product of x̃ᵢ and the residual ∇φ.
type Linear struct {
	x    matrix.Matrix
	cols *matrix.Columns // of x, for passes over all rows
	y    []float64
	k    int
	loss Loss
	mini matrix.Shadow // of mini-batches in float32; nil where all is in float64
	z    []float64     // scratch, [block][k]
	u    []float64     // scratch, [block][k]
}

var _ Objective = (*Linear)(nil)

// linearBlock rows of pixels and ten classes take about a quarter of a millisecond.
const linearBlock = 128

// NewLinear is the objective of k outputs over the rows of x with targets y.
func NewLinear(x matrix.Matrix, y []float64, k int, loss Loss) *Linear {
	if x.Rows() != len(y) {
		panic("objective: rows and targets differ in number")
	}
	matrix.Prepare(x, k)
	return newLinear(x, matrix.NewColumns(x, linearBlock), y, k, loss)
}

func newLinear(x matrix.Matrix, cols *matrix.Columns, y []float64, k int, loss Loss) *Linear {
	return &Linear{x: x, cols: cols, y: y, k: k, loss: loss, z: make([]float64, linearBlock*k), u: make([]float64, linearBlock*k)}
}

// Len is n.
func (l *Linear) Len() int { return len(l.y) }

// Dim is (features+1)·k.
func (l *Linear) Dim() int { return (l.x.Cols() + 1) * l.k }

// Width is k, the number of outputs.
func (l *Linear) Width() int { return l.k }

// Weights are all but the last feature row, the biases.
func (l *Linear) Weights() []matrix.Span { return []matrix.Span{{Lo: 0, Hi: l.Dim() - l.k}} }

// Start is zero.
func (l *Linear) Start(uint64) []float64 { return make([]float64, l.Dim()) }

// Block is the number of rows computed at once.
func (l *Linear) Block() int { return linearBlock }

// ByRows is the same objective, which takes all rows as it takes some: without the
// copy by columns, which rounds otherwise. It is for examples that are some of
// others', whose gradients are to be the same to the bit.
func (l *Linear) ByRows() *Linear { return l.likewise(newLinear(l.x, nil, l.y, l.k, l.loss)) }

// Sweep gives up what of the copy by columns no pass over all rows has used since it was
// last called. It is made again when it is wanted.
func (l *Linear) Sweep() { l.cols.Sweep() }

// Worker is the same objective with scratch space of its own.
func (l *Linear) Worker() Objective { return l.likewise(newLinear(l.x, l.cols, l.y, l.k, l.loss)) }

// AddGrad adds scale·Σ ∇fᵢ(θ).
func (l *Linear) AddGrad(g, theta []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z := l.z[:len(block)*l.k]
		sum += l.Residuals(z, theta, block)
		matrix.Scal(z, scale)
		l.addMulBlock(g, z, block)
		rows = rows[len(block):]
	}
	return sum
}

// AddGradDiff adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)): one outer product a row.
func (l *Linear) AddGradDiff(g, theta1, theta2 []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z, u := l.z[:len(block)*l.k], l.u[:len(block)*l.k]
		sum += l.Residuals(z, theta1, block)
		l.Residuals(u, theta2, block)
		matrix.Axpy(z, -1, u)
		matrix.Scal(z, scale)
		l.addMulBlock(g, z, block)
		rows = rows[len(block):]
	}
	return sum
}

// AddClippedGrad adds Σ ∇fᵢ(θ)·min(1, clip/‖∇fᵢ(θ)‖), where ‖∇fᵢ‖ = ‖∇φᵢ‖·‖x̃ᵢ‖.
func (l *Linear) AddClippedGrad(g, theta []float64, rows []int32, clip float64) (sum float64, clipped int) {
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z := l.z[:len(block)*l.k]
		sum += l.Residuals(z, theta, block)
		for i, row := range block {
			r := z[i*l.k : i*l.k+l.k]
			square := 1.0
			l.x.Row(int(row), func(_ int, v float64) { square += v * v })
			if norm := matrix.Nrm2(r) * math.Sqrt(square); norm > clip {
				matrix.Scal(r, clip/norm)
				clipped++
			}
		}
		l.addMulBlock(g, z, block)
		rows = rows[len(block):]
	}
	return sum, clipped
}

// Residuals writes ∇φ of the rows to r, [len(rows)][k], and returns Σ fᵢ(θ).
func (l *Linear) Residuals(r, theta []float64, rows []int32) float64 {
	l.x.MulRows(r, theta, l.k, rows)
	return l.ProductResiduals(r, rows)
}

// Products writes Wᵀx̃ᵢ of the rows to z, for a W of any number of outputs.
func (l *Linear) Products(z, w []float64, rows []int32) {
	l.x.MulRows(z, w, len(w)/(l.x.Cols()+1), rows)
}

// ProductResiduals overwrites the products z = Wᵀx̃ᵢ with ∇φ of the rows and returns Σ fᵢ.
func (l *Linear) ProductResiduals(z []float64, rows []int32) float64 {
	return residuals(l.loss, z, l.y, rows)
}

// Ahead is how many rows of the next mini-batch are to be asked for while one is at work.
func (l *Linear) Ahead() int { return l.x.Ahead() }

// Prefetch asks the memory for rows that are wanted soon, so many at once, and for their targets.
func (l *Linear) Prefetch(rows []int32, batch int) {
	l.x.Prefetch(rows, l.k, batch)
	for _, r := range rows {
		matrix.Prefetch(l.y[r : r+1])
	}
}

// SumResiduals is Residuals at θ = a·u + b·v, without forming it. v may be nil, for 0.
func (l *Linear) SumResiduals(r []float64, a float64, u []float64, b float64, v []float64, rows []int32) float64 {
	if v == nil {
		l.x.MulRows(r, u, l.k, rows)
		matrix.Scal(r, a)
	} else {
		l.x.MulSumRows(r, a, u, b, v, l.k, rows)
	}
	return residuals(l.loss, r, l.y, rows)
}

// residuals overwrites z, [len(rows)][k], with ∇φ and returns Σ φ.
func residuals(loss Loss, z, y []float64, rows []int32) float64 {
	if b, ok := loss.(BlockLoss); ok {
		return b.Residuals(z, y, rows)
	}
	if len(rows) == 0 {
		return 0
	}
	sum, k := 0.0, len(z)/len(rows)
	for i, row := range rows {
		sum += loss.Residual(z[i*k:i*k+k], y[row])
	}
	return sum
}

// values is Σ φ and the number of rows classified rightly. It may overwrite z.
func values(loss Loss, z, y []float64, rows []int32) (sum float64, correct int) {
	if b, ok := loss.(BlockLoss); ok {
		return b.Values(z, y, rows)
	}
	k := len(z) / len(rows)
	for i, row := range rows {
		v, right := loss.Value(z[i*k:i*k+k], y[row])
		sum += v
		if right {
			correct++
		}
	}
	return sum, correct
}

// addMulBlock adds Σ x̃ᵢ ⊗ dᵢ to g: by columns in a pass over all rows, where that is faster.
func (l *Linear) addMulBlock(g, d []float64, block []int32) {
	if !l.cols.AddMulRows(g, d, l.k, block) {
		l.x.AddMulRows(g, d, l.k, block)
	}
}

// AddOuter adds scale·Σ x̃ᵢ ⊗ rᵢ to g.
func (l *Linear) AddOuter(g, r []float64, rows []int32, scale float64) {
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z := l.z[:len(block)*l.k]
		copy(z, r[:len(z)])
		matrix.Scal(z, scale)
		l.addMulBlock(g, z, block)
		r, rows = r[len(z):], rows[len(block):]
	}
}

// Loss is Σ fᵢ(θ) and the number of examples classified rightly.
func (l *Linear) Loss(theta []float64, rows []int32) (sum float64, correct int) {
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z := l.z[:len(block)*l.k]
		l.x.MulRows(z, theta, l.k, block)
		s, c := values(l.loss, z, l.y, block)
		sum += s
		correct += c
		rows = rows[len(block):]
	}
	return sum, correct
}

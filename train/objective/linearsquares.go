package objective

import "optwatch/optimizers/matrix"

// The gradient of an example of a linear model is the outer product of x̃ᵢ and
// a residual, so that its squared norm is ‖x̃ᵢ‖² times the residual's.

// AddGradSquares adds scale·Σ ∇fᵢ(θ), and writes ‖∇fᵢ(θ)‖² to squares.
func (l *Linear) AddGradSquares(g, squares, theta []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z := l.z[:len(block)*l.k]
		sum += l.Residuals(z, theta, block)
		l.OuterSquares(squares, z, block)
		matrix.Scal(z, scale)
		l.x.AddMulRows(g, z, l.k, block)
		rows, squares = rows[len(block):], squares[len(block):]
	}
	return sum
}

// AddGradDiffSquares adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)), and writes ‖∇fᵢ(θ1) − ∇fᵢ(θ2)‖² to squares.
func (l *Linear) AddGradDiffSquares(g, squares, theta1, theta2 []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), linearBlock)]
		z, u := l.z[:len(block)*l.k], l.u[:len(block)*l.k]
		sum += l.Residuals(z, theta1, block)
		l.Residuals(u, theta2, block)
		matrix.Axpy(z, -1, u)
		l.OuterSquares(squares, z, block)
		matrix.Scal(z, scale)
		l.x.AddMulRows(g, z, l.k, block)
		rows, squares = rows[len(block):], squares[len(block):]
	}
	return sum
}

// OuterSquares writes ‖x̃ᵢ ⊗ rᵢ‖² of the rows to squares; r is [len(rows)][k].
func (l *Linear) OuterSquares(squares, r []float64, rows []int32) {
	for i, row := range rows {
		square := 1.0
		l.x.Row(int(row), func(_ int, v float64) { square += v * v })
		ri := r[i*l.k : i*l.k+l.k]
		squares[i] = square * matrix.Dot(ri, ri)
	}
}

package objective

import "optwatch/optimizers/matrix"

// AddGradSquares adds scale·Σ ∇fᵢ(θ), and writes ‖∇fᵢ(θ)‖² to squares.
func (n *Net) AddGradSquares(g, squares, theta []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), len(n.rows))]
		sum += n.propagated(theta, block, scale)
		for i, row := range block {
			squares[i] = n.squaredNorm(i, row) / (scale * scale)
		}
		n.accumulate(g, block)
		rows, squares = rows[len(block):], squares[len(block):]
	}
	return sum
}

// AddGradDiffSquares adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)), and writes
// ‖∇fᵢ(θ1) − ∇fᵢ(θ2)‖² to squares.
func (n *Net) AddGradDiffSquares(g, squares, theta1, theta2 []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	if n.second == nil {
		n.second = NewNet(n.x, n.y, n.hidden(), n.k)
	}
	for len(rows) > 0 {
		block := rows[:min(len(rows), len(n.rows))]
		sum += n.propagated(theta1, block, scale)
		n.second.propagated(theta2, block, scale)
		for i, row := range block {
			squares[i] = n.squaredDistance(i, row) / (scale * scale)
		}
		n.accumulate(g, block)
		for l := range n.layers {
			matrix.Scal(n.second.gain(l, len(block)), -1)
		}
		n.second.accumulate(g, block)
		rows, squares = rows[len(block):], squares[len(block):]
	}
	return sum
}

// propagated leaves activations, and scale times what the loss gains by every
// unit, in the scratch space, and returns Σ fᵢ(θ).
func (n *Net) propagated(theta []float64, block []int32, scale float64) float64 {
	n.forward(theta, block)
	sum := Softmax{}.Residuals(n.z[:len(block)*n.k], n.y, block)
	matrix.Scal(n.z[:len(block)*n.k], scale)
	n.backpropagate(theta, len(block))
	return sum
}

// squaredDistance is the squared distance of the i-th row's gradient from that
// of the second scratch space. A layer's part is, without the difference of
// large numbers,
//
//	‖a₁⊗δ₁ − a₂⊗δ₂‖² = ‖a₁‖²‖Δδ‖² + ‖Δa‖²‖δ₂‖² + 2(a₁·Δa)(δ₂·Δδ)    with Δa = a₁ − a₂, Δδ = δ₁ − δ₂
func (n *Net) squaredDistance(i int, row int32) float64 {
	sum := 0.0
	for l := range n.layers {
		moved, across := 0.0, 0.0 // ‖Δa‖², a₁·Δa; the first layer's input does not move
		if l > 0 {
			a, a2 := n.intoOf(l, i), n.second.intoOf(l, i)
			moved, across = differences(a, a2, a)
		}
		gain, gain2 := n.gainOf(l, i), n.second.gainOf(l, i)
		turned, along := differences(gain, gain2, gain2) // ‖Δδ‖², δ₂·Δδ
		sum += n.squaredInput(l, i, row)*turned + moved*matrix.Dot(gain2, gain2) + 2*across*along
	}
	return max(0, sum)
}

// differences are ‖a − b‖² and w·(a − b).
func differences(a, b, w []float64) (square, along float64) {
	for j := range a {
		d := a[j] - b[j]
		square += d * d
		along += w[j] * d
	}
	return square, along
}

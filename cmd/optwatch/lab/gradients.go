package lab

import (
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/objective"
)

// gradients is what the gradients of all examples are like at some θ.
type gradients struct {
	trace  float64 // tr Σ = (1/n) Σ ‖∇fᵢ − ∇f‖²
	square float64 // ‖∇f‖², regulariser included
	loss   float64 // f, regulariser included
	mean   []float64
}

// simple is B_simple = tr Σ/‖∇f‖².
//
// Reference: McCandlish, Kaplan, Amodei and the OpenAI Dota team, "An empirical model of large-batch training", 2018.
func (g gradients) simple() float64 { return g.trace / g.square }

// gradientsAt reads all examples, in a slot of the bench. No evaluation is counted.
func gradientsAt(b *train.Bench, theta []float64) gradients {
	o, l2 := b.Objective(), b.L2()
	n := float64(o.Len())
	var out gradients
	mean, squares, meanSquare := make([]float64, o.Dim()), make([]float64, o.Block()), 0.0
	b.Compute(func(yield func()) {
		blocks(o, func(rows []int32) {
			out.loss += o.AddGradSquares(mean, squares, theta, rows, 1/n) / n
			for i := range rows {
				meanSquare += squares[i] / n
			}
			yield()
		})
	})
	out.trace = meanSquare - matrix.Dot(mean, mean)
	out.mean = append(out.mean, mean...)
	l2.AddGrad(mean, theta)
	out.square = matrix.Dot(mean, mean)
	out.loss += l2.Value(theta)
	return out
}

// blocks calls visit with all rows, a block at a time.
func blocks(o objective.Objective, visit func(rows []int32)) {
	all, size := matrix.AllRows(o.Len()), o.Block()
	for lo := 0; lo < len(all); lo += size {
		visit(all[lo:min(lo+size, len(all))])
	}
}

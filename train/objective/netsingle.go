package objective

import (
	"optwatch/optimizers/matrix"
)

// How a net computes in float32. θ, its gradient and losses stay float64: weights
// are rounded once a call, outputs become float64 before the softmax, and what a
// block of rows adds to the gradient is summed in float32 and added as float64.

// single is what a net computes with in float32. It is there once it is needed.
type single struct {
	block int
	picks matrix.Picks     // the rows of a block
	w, wt []*matrix.Panels // Wˡ, and without its biases transposed; of the first not
	act   []*matrix.Single // a¹ … aᴸ⁻¹, and the outputs
	gain  []*matrix.Single // what the loss gains by each of them
	z     []float64        // outputs, then residuals
}

// leastSingle is how many rows a call needs to be computed in float32: with fewer
// the weights, which are rounded first, cost more than what is saved.
const leastSingle = 8

// singleBlock is a number of rows that takes half a millisecond and more through so
// many weights. Of a wide net it is as many as pay for a pass over its weights and
// its gradient, though they take longer.
func singleBlock(weights int) int { return max(64, 3*netBlock(weights)) }

// Single makes the net compute in float32 what is of eight rows and more at one
// point: gradients and losses. Norms of single gradients, gradients that are
// clipped and differences between two points stay float64.
//
// Its gradients differ from those of float64 by some 1e-6 of their length.
func (n *Net) Single() *Net {
	weights := 0
	for l := range n.layers {
		weights += n.widths[l] * n.widths[l+1]
	}
	n.single = &single{block: singleBlock(weights)}
	return n
}

// Exact is an objective that computes in float64 throughout: the same, or a
// worker of a net that does not.
func Exact(o Objective) Objective {
	if n, ok := o.(*Net); ok && n.single != nil {
		return NewNet(n.x, n.y, n.hidden(), n.k)
	}
	return o
}

func (n *Net) takesSingle(rows []int32) bool { return n.single != nil && len(rows) >= leastSingle }

// round makes the weights of θ float32.
func (s *single) round(n *Net, theta []float64) {
	if s.w == nil {
		s.z = make([]float64, s.block*n.k)
		for l, out := range n.widths[1:] {
			s.w = append(s.w, nil)
			if l > 0 {
				s.w[l] = matrix.NewPanels(n.widths[l]+1, out)
			}
			s.act = append(s.act, matrix.NewSingle(s.block, out))
		}
	}
	for l, w := range s.w {
		if l > 0 {
			w.Narrow(layer(theta, n.layers[l]))
		}
	}
}

// turn makes the transposed weights.
func (s *single) turn(n *Net) {
	if s.wt == nil {
		for l, out := range n.widths[1:] {
			s.gain = append(s.gain, matrix.NewSingle(s.block, out))
			s.wt = append(s.wt, nil)
			if l > 0 {
				s.wt[l] = matrix.NewPanels(out, n.widths[l])
			}
		}
	}
	for l, wt := range s.wt {
		if l > 0 {
			wt.Turn(s.w[l])
		}
	}
}

// addGradSingle is AddGrad in float32.
func (n *Net) addGradSingle(g, theta []float64, rows []int32, scale float64) float64 {
	s, sum := n.single, 0.0
	s.round(n, theta)
	s.turn(n)
	for len(rows) > 0 {
		block := rows[:min(len(rows), s.block)]
		b := len(block)
		z := s.forward(n, theta, block)
		sum += Softmax{}.Residuals(z, n.y, block)
		matrix.Scal(z, scale)
		s.gain[len(n.act)].Narrow(z, b)
		for l := len(n.act); l > 0; l-- {
			s.gain[l-1].MulGated(s.gain[l], s.wt[l], s.act[l-1], b)
			s.act[l-1].AddOuter(layer(g, n.layers[l]), s.gain[l], b)
		}
		s.picks.AddOuter(layer(g, n.layers[0]), s.gain[0])
		rows = rows[b:]
	}
	return sum
}

// lossSingle is Loss in float32.
func (n *Net) lossSingle(theta []float64, rows []int32) (sum float64, correct int) {
	s := n.single
	s.round(n, theta)
	for len(rows) > 0 {
		block := rows[:min(len(rows), s.block)]
		v, c := Softmax{}.Values(s.forward(n, theta, block), n.y, block)
		sum += v
		correct += c
		rows = rows[len(block):]
	}
	return sum, correct
}

// forward leaves the activations of a block in the scratch space, and returns its outputs.
func (s *single) forward(n *Net, theta []float64, block []int32) []float64 {
	b, last := len(block), len(n.act)
	s.picks.Gather(n.x, block, n.widths[1])
	s.picks.MulRectified(s.act[0], layer(theta, n.layers[0]))
	for l := 1; l <= last; l++ {
		s.act[l].MulRectified(s.act[l-1], s.w[l], b, l < last)
	}
	z := s.z[:b*n.k]
	s.act[last].Wide(z, b)
	return z
}

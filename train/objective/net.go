package objective

import (
	"math"
	"math/rand/v2"
	"slices"

	"optwatch/optimizers/matrix"
)

// Net is a network of hidden layers of rectified linear units with the
// cross-entropy of a softmax on top. With two layers of 200 units it is the "2NN"
// of federated learning:
//
//	a⁰ = x        aˡ = max(0, Wˡᵀãˡ⁻¹)        fᵢ = φ(Wᴸᵀãᴸ⁻¹, yᵢ)
//
// Its parameters are the L layers one after the other, each feature-major with
// the bias as its last row.
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
// decentralized data", AISTATS 2017.
type Net struct {
	x      matrix.Matrix
	y      []float64
	widths []int         // what goes through: features, units of the hidden layers, outputs
	layers []matrix.Span // the parameters of each layer
	k      int           // outputs

	rows  []int32     // 0 … block−1
	act   [][]float64 // a¹ … aᴸ⁻¹, [block][units]
	delta [][]float64 // what the loss gains by each of them, [block][units]
	z     []float64   // outputs, then residuals, [block][k]

	second *Net    // scratch for gradients at two points; nil until it is needed
	single *single // scratch in float32; nil where all is in float64
}

var _ Objective = (*Net)(nil)

// netBlock is a number of rows that takes about half a millisecond through so
// many weights, with kernels in assembly or in plain Go.
func netBlock(weights int) int {
	const measured = 784*200 + 200*200 + 200*10 // weights of the net that was timed
	block := 8
	if matrix.Accelerated() {
		block = 32
	}
	return max(1, min(block, block*measured/weights))
}

// NewNet is the network over the rows of x with classes y < k and hidden layers
// of so many units, at least one.
func NewNet(x matrix.Matrix, y []float64, hidden []int, k int) *Net {
	n := &Net{x: x, y: y, widths: slices.Concat([]int{x.Cols()}, hidden, []int{k}), k: k}
	weights, at := 0, 0
	for l := range len(n.widths) - 1 {
		in, out := n.widths[l], n.widths[l+1]
		n.layers = append(n.layers, matrix.Span{Lo: at, Hi: at + (in+1)*out})
		at += (in + 1) * out
		weights += in * out
	}
	block := netBlock(weights)
	n.rows, n.z = matrix.AllRows(block), make([]float64, block*k)
	for _, units := range hidden {
		n.act = append(n.act, make([]float64, block*units))
		n.delta = append(n.delta, make([]float64, block*units))
	}
	return n
}

// Len is n.
func (n *Net) Len() int { return len(n.y) }

// Dim is the number of parameters of all layers.
func (n *Net) Dim() int { return n.layers[len(n.layers)-1].Hi }

// Layers are the parameters of each layer.
func (n *Net) Layers() []matrix.Span { return slices.Clone(n.layers) }

// Widths are the features, the units of each hidden layer, and the outputs: the
// inputs of each layer and after them the outputs of the last.
func (n *Net) Widths() []int { return slices.Clone(n.widths) }

// hidden are the units of the hidden layers.
func (n *Net) hidden() []int { return n.widths[1 : len(n.widths)-1] }

// Weights are all but the last row of each layer, its biases.
func (n *Net) Weights() []matrix.Span {
	spans := make([]matrix.Span, 0, len(n.layers))
	for l, s := range n.layers {
		spans = append(spans, matrix.Span{Lo: s.Lo, Hi: s.Hi - n.widths[l+1]})
	}
	return spans
}

// Start is U(±1/√inputs) in each layer.
func (n *Net) Start(seed uint64) []float64 {
	theta := make([]float64, n.Dim())
	rng := rand.New(rand.NewPCG(seed, 0x6e6574)) // "net"
	for l, s := range n.layers {
		bound := 1 / math.Sqrt(float64(n.widths[l]))
		for p := s.Lo; p < s.Hi; p++ {
			theta[p] = bound * (2*rng.Float64() - 1)
		}
	}
	return theta
}

// Block is the number of rows computed at once.
func (n *Net) Block() int {
	if n.single != nil {
		return n.single.block
	}
	return len(n.rows)
}

// Worker is the same objective with scratch space of its own.
func (n *Net) Worker() Objective {
	w := NewNet(n.x, n.y, n.hidden(), n.k)
	if n.single != nil {
		return w.Single()
	}
	return w
}

// AddGrad adds scale·Σ ∇fᵢ(θ).
func (n *Net) AddGrad(g, theta []float64, rows []int32, scale float64) float64 {
	if n.takesSingle(rows) {
		return n.addGradSingle(g, theta, rows, scale)
	}
	return n.addGrad(g, theta, rows, scale)
}

// addGrad is AddGrad in float64.
func (n *Net) addGrad(g, theta []float64, rows []int32, scale float64) float64 {
	sum := 0.0
	for len(rows) > 0 {
		block := rows[:min(len(rows), len(n.rows))]
		n.forward(theta, block)
		sum += Softmax{}.Residuals(n.z[:len(block)*n.k], n.y, block)
		matrix.Scal(n.z[:len(block)*n.k], scale)
		n.backward(g, theta, block)
		rows = rows[len(block):]
	}
	return sum
}

// AddGradDiff adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)), in float64 throughout: the closer
// the points, the less of the difference would be left of gradients in float32.
func (n *Net) AddGradDiff(g, theta1, theta2 []float64, rows []int32, scale float64) float64 {
	sum := n.addGrad(g, theta1, rows, scale)
	n.addGrad(g, theta2, rows, -scale)
	return sum
}

// Loss is Σ fᵢ(θ) and the number of examples classified rightly.
func (n *Net) Loss(theta []float64, rows []int32) (sum float64, correct int) {
	if n.takesSingle(rows) {
		return n.lossSingle(theta, rows)
	}
	for len(rows) > 0 {
		block := rows[:min(len(rows), len(n.rows))]
		n.forward(theta, block)
		s, c := Softmax{}.Values(n.z[:len(block)*n.k], n.y, block)
		sum += s
		correct += c
		rows = rows[len(block):]
	}
	return sum, correct
}

// forward leaves the activations and the outputs of a block in the scratch space.
func (n *Net) forward(theta []float64, block []int32) {
	b, last := len(block), len(n.act)
	n.x.MulRows(n.out(0, b), layer(theta, n.layers[0]), n.widths[1], block)
	for l := 1; l <= last; l++ {
		rectify(n.out(l-1, b))
		n.into(l, b).MulRows(n.out(l, b), layer(theta, n.layers[l]), n.widths[l+1], n.rows[:b])
	}
}

// backward adds the gradient of a block whose residuals are in z.
func (n *Net) backward(g, theta []float64, block []int32) {
	n.backpropagate(theta, len(block))
	n.accumulate(g, block)
}

// backpropagate leaves in the scratch space what the loss gains by each unit of
// a block of b rows whose residuals are in z.
func (n *Net) backpropagate(theta []float64, b int) {
	for l := len(n.act); l > 0; l-- {
		propagate(n.gain(l-1, b), n.act[l-1], n.gain(l, b), layer(theta, n.layers[l]), n.widths[l+1])
	}
}

// accumulate adds the outer products of what goes into each layer and what the
// loss gains by what comes out.
func (n *Net) accumulate(g []float64, block []int32) {
	b := len(block)
	for l := len(n.act); l > 0; l-- {
		n.into(l, b).AddMulRows(layer(g, n.layers[l]), n.gain(l, b), n.widths[l+1], n.rows[:b])
	}
	n.x.AddMulRows(layer(g, n.layers[0]), n.gain(0, b), n.widths[1], block)
}

// out is what comes out of a layer, for b rows: activations, or outputs.
func (n *Net) out(l, b int) []float64 {
	if l < len(n.act) {
		return n.act[l][:b*n.widths[l+1]]
	}
	return n.z[:b*n.k]
}

// gain is what the loss gains by what comes out of a layer, for b rows.
func (n *Net) gain(l, b int) []float64 {
	if l < len(n.delta) {
		return n.delta[l][:b*n.widths[l+1]]
	}
	return n.z[:b*n.k]
}

// into is what goes into a layer but the first, as a matrix of b rows.
func (n *Net) into(l, b int) *matrix.Dense {
	return matrix.NewDense(b, n.widths[l], n.act[l-1][:b*n.widths[l]])
}

// AddClippedGrad adds Σ ∇fᵢ(θ)·min(1, clip/‖∇fᵢ(θ)‖). A layer's part of ‖∇fᵢ‖² is
// the product of two squared norms, since the part is an outer product.
func (n *Net) AddClippedGrad(g, theta []float64, rows []int32, clip float64) (sum float64, clipped int) {
	for len(rows) > 0 {
		block := rows[:min(len(rows), len(n.rows))]
		n.forward(theta, block)
		sum += Softmax{}.Residuals(n.z[:len(block)*n.k], n.y, block)
		n.backpropagate(theta, len(block))
		for i, row := range block {
			if norm := math.Sqrt(n.squaredNorm(i, row)); norm > clip {
				for l := range n.layers {
					matrix.Scal(n.gainOf(l, i), clip/norm)
				}
				clipped++
			}
		}
		n.accumulate(g, block)
		rows = rows[len(block):]
	}
	return sum, clipped
}

// gainOf is what the loss gains by the outputs of a layer, for the i-th row of a block.
func (n *Net) gainOf(l, i int) []float64 { return n.gain(l, i+1)[i*n.widths[l+1]:] }

// intoOf is what goes into a layer but the first, for the i-th row of a block.
func (n *Net) intoOf(l, i int) []float64 { return n.out(l-1, i+1)[i*n.widths[l]:] }

// squaredNorm is ‖∇fᵢ‖² of the i-th row of a block.
func (n *Net) squaredNorm(i int, row int32) float64 {
	sum := 0.0
	for l := range n.layers {
		gain := n.gainOf(l, i)
		sum += n.squaredInput(l, i, row) * matrix.Dot(gain, gain)
	}
	return sum
}

// squaredInput is the squared norm of what goes into a layer, with its 1.
func (n *Net) squaredInput(l, i int, row int32) float64 {
	if l > 0 {
		a := n.intoOf(l, i)
		return 1 + matrix.Dot(a, a)
	}
	sum := 1.0
	n.x.Row(int(row), func(_ int, v float64) { sum += v * v })
	return sum
}

func layer(v []float64, s matrix.Span) []float64 { return v[s.Lo:s.Hi] }

func rectify(a []float64) {
	for i, v := range a {
		a[i] = max(v, 0)
	}
}

// propagate writes what the loss gains by each active unit, delta = D·Wᵀ; an
// inactive unit gains nothing. It is
//
//	delta[i][j] = act[i][j] > 0 ? Σ_c d[i][c]·w[j][c] : 0
func propagate(delta, act, d, w []float64, k int) {
	matrix.MulTransposed(delta, d, w[:len(w)-k], k)
	matrix.Gate(delta, act)
}

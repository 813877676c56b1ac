package objective

import (
	"math"
	"math/rand/v2"

	"optwatch/optimizers/matrix"
)

// Net is a network of two hidden layers of rectified linear units with the
// cross-entropy of a softmax on top, the "2NN" of federated learning with 200
// units a layer:
//
//	a¹ = max(0, W¹ᵀx̃)        a² = max(0, W²ᵀã¹)        fᵢ = φ(W³ᵀã², yᵢ)
//
// Its parameters are the three layers one after the other, each feature-major
// with the bias as its last row.
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
// decentralized data", AISTATS 2017.
type Net struct {
	x      matrix.Matrix
	y      []float64
	hidden int
	k      int

	rows  []int32      // 0 … block−1
	act   [2][]float64 // a¹, a², [block][hidden]
	delta [2][]float64 // ∂/∂a¹, ∂/∂a², [block][hidden]
	z     []float64    // outputs, then residuals, [block][k]

	second *Net // scratch for gradients at two points; nil until it is needed
}

var _ Objective = (*Net)(nil)

// netBlock is a number of rows that takes about half a millisecond through
// 784-200-200-10, with kernels in assembly or in plain Go.
func netBlock() int {
	if matrix.Accelerated() {
		return 32
	}
	return 8
}

// NewNet is the network over the rows of x with classes y < k.
func NewNet(x matrix.Matrix, y []float64, hidden, k int) *Net {
	block := netBlock()
	n := &Net{x: x, y: y, hidden: hidden, k: k, rows: matrix.AllRows(block), z: make([]float64, block*k)}
	for l := range n.act {
		n.act[l] = make([]float64, block*hidden)
		n.delta[l] = make([]float64, block*hidden)
	}
	return n
}

// Len is n.
func (n *Net) Len() int { return len(n.y) }

// Dim is the number of parameters of the three layers.
func (n *Net) Dim() int { return n.Layers()[2].Hi }

// Layers are the parameters of each layer.
func (n *Net) Layers() [3]matrix.Span {
	a := (n.x.Cols() + 1) * n.hidden
	b := a + (n.hidden+1)*n.hidden
	return [3]matrix.Span{{Lo: 0, Hi: a}, {Lo: a, Hi: b}, {Lo: b, Hi: b + (n.hidden+1)*n.k}}
}

// Widths are the inputs and outputs of each layer.
func (n *Net) Widths() [3][2]int {
	return [3][2]int{{n.x.Cols(), n.hidden}, {n.hidden, n.hidden}, {n.hidden, n.k}}
}

// Weights are all but the last row of each layer, its biases.
func (n *Net) Weights() []matrix.Span {
	spans := make([]matrix.Span, 0, 3)
	for i, l := range n.Layers() {
		spans = append(spans, matrix.Span{Lo: l.Lo, Hi: l.Hi - n.Widths()[i][1]})
	}
	return spans
}

// Start is U(±1/√inputs) in each layer.
func (n *Net) Start(seed uint64) []float64 {
	theta := make([]float64, n.Dim())
	rng := rand.New(rand.NewPCG(seed, 0x6e6574)) // "net"
	for i, l := range n.Layers() {
		bound := 1 / math.Sqrt(float64(n.Widths()[i][0]))
		for p := l.Lo; p < l.Hi; p++ {
			theta[p] = bound * (2*rng.Float64() - 1)
		}
	}
	return theta
}

// Block is the number of rows computed at once.
func (n *Net) Block() int { return len(n.rows) }

// Worker is the same objective with scratch space of its own.
func (n *Net) Worker() Objective { return NewNet(n.x, n.y, n.hidden, n.k) }

// AddGrad adds scale·Σ ∇fᵢ(θ).
func (n *Net) AddGrad(g, theta []float64, rows []int32, scale float64) float64 {
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

// AddGradDiff adds scale·Σ (∇fᵢ(θ1) − ∇fᵢ(θ2)).
func (n *Net) AddGradDiff(g, theta1, theta2 []float64, rows []int32, scale float64) float64 {
	sum := n.AddGrad(g, theta1, rows, scale)
	n.AddGrad(g, theta2, rows, -scale)
	return sum
}

// Loss is Σ fᵢ(θ) and the number of examples classified rightly.
func (n *Net) Loss(theta []float64, rows []int32) (sum float64, correct int) {
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
	b, layers := len(block), n.Layers()
	n.x.MulRows(n.act[0][:b*n.hidden], layer(theta, layers[0]), n.hidden, block)
	rectify(n.act[0][:b*n.hidden])
	n.hiddenLayer(0, b).MulRows(n.act[1][:b*n.hidden], layer(theta, layers[1]), n.hidden, n.rows[:b])
	rectify(n.act[1][:b*n.hidden])
	n.hiddenLayer(1, b).MulRows(n.z[:b*n.k], layer(theta, layers[2]), n.k, n.rows[:b])
}

// backward adds the gradient of a block whose residuals are in z.
func (n *Net) backward(g, theta []float64, block []int32) {
	n.backpropagate(theta, len(block))
	n.accumulate(g, block)
}

// backpropagate leaves in the scratch space what the loss gains by each unit of
// a block of b rows whose residuals are in z.
func (n *Net) backpropagate(theta []float64, b int) {
	layers := n.Layers()
	propagate(n.delta[1][:b*n.hidden], n.act[1], n.z[:b*n.k], layer(theta, layers[2]), n.k)
	propagate(n.delta[0][:b*n.hidden], n.act[0], n.delta[1][:b*n.hidden], layer(theta, layers[1]), n.hidden)
}

// accumulate adds the outer products of what goes into each layer and what the
// loss gains by what comes out.
func (n *Net) accumulate(g []float64, block []int32) {
	b, layers := len(block), n.Layers()
	n.hiddenLayer(1, b).AddMulRows(layer(g, layers[2]), n.z[:b*n.k], n.k, n.rows[:b])
	n.hiddenLayer(0, b).AddMulRows(layer(g, layers[1]), n.delta[1][:b*n.hidden], n.hidden, n.rows[:b])
	n.x.AddMulRows(layer(g, layers[0]), n.delta[0][:b*n.hidden], n.hidden, block)
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
				for _, gain := range n.gains(i) {
					matrix.Scal(gain, clip/norm)
				}
				clipped++
			}
		}
		n.accumulate(g, block)
		rows = rows[len(block):]
	}
	return sum, clipped
}

// gains are what the loss gains by the outputs of each layer, for the i-th row of a block.
func (n *Net) gains(i int) [3][]float64 {
	h := n.hidden
	return [3][]float64{n.delta[0][i*h : i*h+h], n.delta[1][i*h : i*h+h], n.z[i*n.k : i*n.k+n.k]}
}

// squaredNorm is ‖∇fᵢ‖² of the i-th row of a block.
func (n *Net) squaredNorm(i int, row int32) float64 {
	sum, into := 0.0, n.squaredInputs(i, row)
	for l, gain := range n.gains(i) {
		sum += into[l] * matrix.Dot(gain, gain)
	}
	return sum
}

// squaredInputs are the squared norms of what goes into each layer, with its 1.
func (n *Net) squaredInputs(i int, row int32) [3]float64 {
	h := n.hidden
	into := [3]float64{1, 1, 1}
	n.x.Row(int(row), func(_ int, v float64) { into[0] += v * v })
	for l := range n.act {
		a := n.act[l][i*h : i*h+h]
		into[l+1] += matrix.Dot(a, a)
	}
	return into
}

// hiddenLayer is the activations of a layer as a matrix of b rows.
func (n *Net) hiddenLayer(l, b int) *matrix.Dense {
	return matrix.NewDense(b, n.hidden, n.act[l][:b*n.hidden])
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

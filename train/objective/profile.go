package objective

import (
	"math"

	"optwatch/optimizers/matrix"
)

// Profile evaluates a linear model's objective with the biases minimised out,
//
//	p(W) = min over b of (1/n) Σ φ(Wᵀxᵢ + b, yᵢ) + (λ/2)‖W‖²
//
// which is λ-strongly convex in W, so that p(W) − p* ≤ ‖∇p(W)‖²/(2λ). The
// biases are found by Newton's method from where they were.
type Profile struct {
	linear *Linear
	l2     L2
	rows   []int32
	z      []float64 // Wᵀxᵢ + b for the b of the call, [n][k]
	grad   []float64 // ∂/∂b
	hess   []float64
	step   []float64
	buf    []float64 // an example's outputs
	passes int
}

// Passes is how often all rows have been gone through: twice and more an
// evaluation, since the biases take some.
func (p *Profile) Passes() int { return p.passes }

// NewProfile prepares for a linear objective.
func NewProfile(l *Linear, l2 L2) *Profile {
	k, n := l.k, l.Len()
	return &Profile{
		linear: l, l2: l2, rows: matrix.AllRows(n), z: make([]float64, n*k),
		grad: make([]float64, k), hess: make([]float64, k*k), step: make([]float64, k), buf: make([]float64, k),
	}
}

// Eval sets the biases of theta to their minimiser, writes the gradient with
// respect to all parameters to g and returns the value. Between blocks of rows
// it calls pass, and ends with its error.
func (p *Profile) Eval(g, theta []float64, pass func() error) (float64, error) {
	l, k := p.linear, p.linear.k
	bias := theta[len(theta)-k:]
	err := p.blocks(pass, func(lo, hi int) {
		l.x.MulRows(p.z[lo*k:hi*k], theta, k, p.rows[lo:hi])
	})
	if err != nil {
		return 0, err
	}
	if err := p.minimiseBias(bias, pass); err != nil {
		return 0, err
	}
	clear(g)
	loss, scale := 0.0, 1/float64(l.Len())
	err = p.blocks(pass, func(lo, hi int) {
		r := l.z[:(hi-lo)*k]
		copy(r, p.z[lo*k:hi*k])
		for i := lo; i < hi; i++ {
			loss += l.loss.Residual(r[(i-lo)*k:(i-lo+1)*k], l.y[i])
		}
		matrix.Scal(r, scale)
		l.addMulBlock(g, r, p.rows[lo:hi])
	})
	p.l2.AddGrad(g, theta)
	return loss*scale + p.l2.Value(theta), err
}

// minimiseBias moves the biases, and with them z, to the minimum. Where a step
// promises less than rounding hides, its value says nothing: such steps are taken
// as long as each halves the gradient.
func (p *Profile) minimiseBias(bias []float64, pass func() error) error {
	const small, most = 1e-13, 50
	value, err := p.biasDerivatives(pass)
	for it := 0; err == nil && it < most; it++ {
		norm := matrix.Nrm2(p.grad)
		if !(norm > small) {
			return nil
		}
		solve(p.step, p.hess, p.grad)
		if matrix.Dot(p.step, p.grad)/2 > rounding*math.Abs(value) {
			value, err = p.search(bias, value, pass)
			continue
		}
		p.shift(bias, -1)
		if value, err = p.biasDerivatives(pass); matrix.Nrm2(p.grad) > norm/2 {
			return err
		}
	}
	return err
}

// rounding is the share of a mean over all rows that rounding may hide.
const rounding = 1e-12

// search takes the Newton step, halved until the value does not rise by more
// than rounding can explain.
func (p *Profile) search(bias []float64, before float64, pass func() error) (float64, error) {
	p.shift(bias, -1)
	for scale := 0.5; ; scale /= 2 {
		value, err := p.biasDerivatives(pass)
		if err != nil || value <= before+rounding*math.Abs(before) || scale < 1e-9 {
			return value, err
		}
		p.shift(bias, scale)
	}
}

// shift adds scale·step to the biases and to every z.
func (p *Profile) shift(bias []float64, scale float64) {
	k := len(bias)
	matrix.Axpy(bias, scale, p.step)
	for i := 0; i < len(p.z); i += k {
		matrix.Axpy(p.z[i:i+k], scale, p.step)
	}
}

// biasDerivatives computes the mean loss and its first two derivatives with
// respect to the biases at z.
func (p *Profile) biasDerivatives(pass func() error) (float64, error) {
	l, k := p.linear, p.linear.k
	clear(p.grad)
	clear(p.hess)
	sum := 0.0
	err := p.blocks(pass, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(p.buf, p.z[i*k:i*k+k])
			l.loss.AddCurvature(p.hess, p.buf, l.y[i])
			copy(p.buf, p.z[i*k:i*k+k])
			sum += l.loss.Residual(p.buf, l.y[i])
			matrix.Axpy(p.grad, 1, p.buf)
		}
	})
	scale := 1 / float64(l.Len())
	matrix.Scal(p.grad, scale)
	matrix.Scal(p.hess, scale)
	return sum * scale, err
}

func (p *Profile) blocks(pass func() error, do func(lo, hi int)) error {
	p.passes++
	for lo := 0; lo < p.linear.Len(); lo += linearBlock {
		if err := pass(); err != nil {
			return err
		}
		do(lo, min(lo+linearBlock, p.linear.Len()))
	}
	return nil
}

// solve writes H⁻¹g to x for a positive semidefinite H, which it destroys. A
// small multiple of I makes it definite: softmax does not see a common shift
// of all biases.
func solve(x, h, g []float64) {
	k := len(g)
	for c := range k {
		h[c*k+c] += 1e-9*h[c*k+c] + 1e-14
	}
	copy(x, g)
	for c := range k { // elimination: H is small and its pivots are positive
		for r := c + 1; r < k; r++ {
			f := h[r*k+c] / h[c*k+c]
			matrix.Axpy(h[r*k+c:r*k+k], -f, h[c*k+c:c*k+k])
			x[r] -= f * x[c]
		}
	}
	for c := k - 1; c >= 0; c-- {
		x[c] = (x[c] - matrix.Dot(h[c*k+c+1:c*k+k], x[c+1:])) / h[c*k+c]
	}
}

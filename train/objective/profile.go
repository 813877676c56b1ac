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
	// Divide, if it is not nil, makes the n calls of a pass, by as many hands as it
	// likes.
	Divide func(n int, do func(i int, hand Hand) error) error

	linear *Linear
	l2     L2
	rows   []int32
	z      []float64 // Wᵀxᵢ + b for the b of the call, [n][k]
	slopes []float64 // hess and grad
	grad   []float64 // ∂/∂b
	hess   []float64
	step   []float64
	sums   sums
	passes int
}

// Passes is how often all rows have been gone through: twice and more an
// evaluation, since the biases take some.
func (p *Profile) Passes() int { return p.passes }

// NewProfile prepares for a linear objective.
func NewProfile(l *Linear, l2 L2) *Profile {
	k, n := l.k, l.Len()
	slopes := make([]float64, k*k+k)
	return &Profile{
		linear: l, l2: l2, rows: matrix.AllRows(n), z: make([]float64, n*k),
		slopes: slopes, hess: slopes[:k*k], grad: slopes[k*k:], step: make([]float64, k),
	}
}

// Eval sets the biases of theta to their minimiser, writes the gradient with
// respect to all parameters to g and returns the value. Between blocks of rows
// it calls pass, and ends with its error.
func (p *Profile) Eval(g, theta []float64, pass func() error) (float64, error) {
	l, k := p.linear, p.linear.k
	bias := theta[len(theta)-k:]
	_, err := p.sum(nil, pass, func(_ *summer, _ []float64, lo, hi int) float64 {
		l.x.MulRows(p.z[lo*k:hi*k], theta, k, p.rows[lo:hi])
		return 0
	})
	if err != nil {
		return 0, err
	}
	if err := p.minimiseBias(bias, pass); err != nil {
		return 0, err
	}
	scale := 1 / float64(l.Len())
	loss, err := p.sum(g, pass, func(w *summer, g []float64, lo, hi int) float64 {
		r := w.z[:(hi-lo)*k]
		copy(r, p.z[lo*k:hi*k])
		loss := 0.0
		for i := lo; i < hi; i++ {
			loss += l.loss.Residual(r[(i-lo)*k:(i-lo+1)*k], l.y[i])
		}
		matrix.Scal(r, scale)
		l.addMulBlock(g, r, p.rows[lo:hi])
		return loss
	})
	p.l2.AddGrad(g, theta)
	return loss*scale + p.l2.Value(theta), err
}

// minimiseBias moves the biases, and with them z, to the minimum. Where a step
// promises less than rounding hides, its value says nothing: such steps are taken
// as long as each halves the gradient.
func (p *Profile) minimiseBias(bias []float64, pass func() error) error {
	const small, most = 1e-13, 50
	value, err := p.shift(bias, 0, pass)
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
		if value, err = p.shift(bias, -1, pass); matrix.Nrm2(p.grad) > norm/2 {
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
	value, err := p.shift(bias, -1, pass)
	for scale := 0.5; ; scale /= 2 {
		if err != nil || value <= before+rounding*math.Abs(before) || scale < 1e-9 {
			return value, err
		}
		value, err = p.shift(bias, scale, pass)
	}
}

// shift adds scale·step to the biases and to every z, and computes there the mean
// loss and its first two derivatives with respect to the biases.
func (p *Profile) shift(bias []float64, scale float64, pass func() error) (float64, error) {
	l, k := p.linear, p.linear.k
	matrix.Axpy(bias, scale, p.step)
	sum, err := p.sum(p.slopes, pass, func(w *summer, slopes []float64, lo, hi int) float64 {
		hess, grad, buf, sum := slopes[:k*k], slopes[k*k:], w.z[:k], 0.0
		for i := lo; i < hi; i++ {
			z := p.z[i*k : i*k+k]
			if scale != 0 {
				matrix.Axpy(z, scale, p.step)
			}
			copy(buf, z)
			l.loss.AddCurvature(hess, buf, l.y[i])
			copy(buf, z)
			sum += l.loss.Residual(buf, l.y[i])
			matrix.Axpy(grad, 1, buf)
		}
		return sum
	})
	n := 1 / float64(l.Len())
	matrix.Scal(p.slopes, n)
	return sum * n, err
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

package train

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"optwatch/optimizers/matrix"
)

// Newton's method is tried for so many parameters at most, whose Hessian takes 8 MB, and
// as much again for each slot that sums up a part of it, and for rows that have so many products of an entry and an output at most: to sum up
// a Hessian costs about half as many gradients as that.
const newtonParameters, newtonProducts = 1000, 128

// newton goes on from θ = 0 by Newton's method, which is at the minimum after some
// ten passes where L-BFGS takes hundreds, until the bound is small enough or it
// falls no more. Biases are minimised out at every point, and the Hessian is that
// of all parameters: with ∂f/∂b = 0 its step is that of p. A Hessian is kept for as
// long as its steps bring the bound down a hundredfold each.
func (s *solver) newton() error {
	dim := len(s.theta)
	if dim > newtonParameters || s.profile.Products() > newtonProducts {
		return nil
	}
	scale := s.scale // its steps do not depend on units
	s.scale = nil
	defer func() {
		s.scale, s.at = scale, nil
		s.mark, s.since = s.bound, s.profile.Passes() // what comes next has a patience of its own
	}()
	w := make([]float64, s.weights)
	var factor *hessian
	s.visit(w)
	for s.err == nil && s.bound > certified {
		fresh := factor == nil
		if fresh {
			if factor = s.factorize(); factor == nil {
				break
			}
		}
		step, ok := factor.solve(s.grad)
		if !ok {
			break
		}
		bound, value := s.bound, s.value
		descended := s.descend(w, step[:s.weights])
		if fresh && (!descended || s.bound >= bound && s.value > value-rounding*math.Abs(value)) {
			break // rounding, or a loss with corners
		}
		if !descended || s.bound > bound/100 {
			factor = nil
		}
	}
	if errors.Is(s.err, errStalled) {
		s.err = nil
	}
	return s.err
}

// hessian is one in factors, of parameters in units in which its diagonal is 1:
// columns of other scales would make it look singular.
type hessian struct {
	factors mat.Cholesky
	units   []float64
}

// factorize is the Hessian at the present point; nil where it has no factors.
func (s *solver) factorize() *hessian {
	dim := len(s.theta)
	a := make([]float64, dim*dim)
	if s.err = s.profile.Hessian(a, s.pass); s.err != nil {
		return nil
	}
	s.hessians++
	h := &hessian{units: make([]float64, dim)}
	for j := range dim {
		h.units[j] = math.Sqrt(a[j*dim+j] + math.SmallestNonzeroFloat64)
	}
	for i := range dim {
		for j := range dim {
			a[i*dim+j] /= h.units[i] * h.units[j]
		}
	}
	for j := s.weights; j < dim; j++ { // softmax does not see a common shift of all biases
		a[j*dim+j] += 1e-9
	}
	if !h.factors.Factorize(mat.NewSymDense(dim, a)) {
		return nil
	}
	return h
}

// solve is H⁻¹g.
func (h *hessian) solve(g []float64) (step []float64, ok bool) {
	v := mat.NewVecDense(len(g), nil)
	for i, unit := range h.units {
		v.SetVec(i, g[i]/unit)
	}
	if h.factors.SolveVecTo(v, v) != nil {
		return nil, false
	}
	step = v.RawVector().Data
	for i, unit := range h.units {
		step[i] /= unit
	}
	return step, true
}

// descend takes a step down from w, halved until the value falls as far as a
// hundredth of what the slope promises, or rounding hides whether it does. It says
// whether there is such a step.
func (s *solver) descend(w, step []float64) bool {
	const sufficient, unseen, most = 0.01, 1e-12, 30
	before, slope := s.value, matrix.Dot(s.grad[:s.weights], step)
	from := append([]float64(nil), w...)
	for scale := 1.0; scale > math.Pow(2, -most); scale /= 2 {
		copy(w, from)
		matrix.Axpy(w, -scale, step)
		s.visit(w)
		if s.err != nil {
			return false
		}
		if s.value <= before-sufficient*scale*slope || scale*slope <= unseen*math.Abs(before) {
			return true
		}
	}
	return false
}

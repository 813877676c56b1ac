package objective

import (
	"math"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestProfile checks that the biases are at their minimum, whatever they were,
// and that value and gradient are those of the objective there.
func TestProfile(t *testing.T) {
	pass := func() error { return nil }
	exam(t, func(t *testing.T, o Objective) {
		l, ok := o.(*Linear)
		if !ok {
			return // only linear models have a profile
		}
		l2 := L2{Lambda: 0.01, Spans: l.Weights()}
		theta := randomVector(l.Dim(), 5)
		g, want := make([]float64, l.Dim()), make([]float64, l.Dim())
		value, err := NewProfile(l, l2).Eval(g, theta, pass)
		if err != nil {
			t.Fatal(err)
		}
		rows := matrix.AllRows(l.Len())
		scale := 1 / float64(l.Len())
		loss := l.AddGrad(want, theta, rows, scale)*scale + l2.Value(theta)
		l2.AddGrad(want, theta)
		if math.Abs(value-loss) > 1e-12*math.Abs(loss) {
			t.Errorf("value %v, want %v", value, loss)
		}
		for i := range want {
			if math.Abs(g[i]-want[i]) > 1e-12 {
				t.Fatalf("gradient %d: %v, want %v", i, g[i], want[i])
			}
		}
		if norm := matrix.Nrm2(want[l.Dim()-l.Width():]); norm > 1e-12 {
			t.Errorf("‖∂f/∂b‖ = %g, want 0", norm)
		}
	})
}

// The Hessian is the derivative of the gradient: what it makes of a direction is
// what the gradient changes by along it, of a central difference, whose error goes
// with the square of its width.
func TestHessian(t *testing.T) {
	pass := func() error { return nil }
	exam(t, func(t *testing.T, o Objective) {
		l, ok := o.(*Linear)
		if !ok {
			return
		}
		if _, corners := l.loss.(SquaredHinge); corners {
			return // its second derivative jumps
		}
		l2 := L2{Lambda: 0.01, Spans: l.Weights()}
		dim := l.Dim()
		theta := randomVector(dim, 5)
		g, h := make([]float64, dim), make([]float64, dim*dim)
		p := NewProfile(l, l2)
		if _, err := p.Eval(g, theta, pass); err != nil {
			t.Fatal(err)
		}
		if err := p.Hessian(h, pass); err != nil {
			t.Fatal(err)
		}
		gradient := func(theta []float64) []float64 {
			g := make([]float64, dim)
			l.AddGrad(g, theta, matrix.AllRows(l.Len()), 1/float64(l.Len()))
			l2.AddGrad(g, theta)
			return g
		}
		const width = 1e-4
		for seed := range 3 {
			v := randomVector(dim, uint64(seed))
			up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
			matrix.Axpy(up, width, v)
			matrix.Axpy(down, -width, v)
			want := gradient(up)
			matrix.Axpy(want, -1, gradient(down))
			matrix.Scal(want, 1/(2*width))
			for i := range dim {
				if got := matrix.Dot(h[i*dim:(i+1)*dim], v); math.Abs(got-want[i]) > 1e-5*(1+math.Abs(want[i])) {
					t.Fatalf("row %d: %v, want %v", i, got, want[i])
				}
			}
		}
	})
}

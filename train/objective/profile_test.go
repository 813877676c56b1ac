package objective

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

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

// Whoever makes the calls of a pass, and in whatever order they end, value, gradient
// and Hessian are the same to the bit. The rows are of both layouts, which have Hessians
// of their own.
func TestProfileDivided(t *testing.T) {
	const n, cols, k = 10 * leastBlocks * linearBlock / 3, 7, 3
	r := rand.New(rand.NewPCG(3, 4))
	values, y := make([]float64, n*cols), make([]float64, n)
	b := matrix.NewBuilder(0, n, n*cols)
	for i := range n {
		y[i] = float64(r.IntN(k))
		for j := range cols {
			values[i*cols+j] = r.NormFloat64()
			b.Add(j, values[i*cols+j])
		}
		b.EndRow(cols)
	}
	backwards := func(n int, do func(i int, hand Hand) error) error {
		var group errgroup.Group
		var hand crowd
		for i := range n {
			group.Go(func() error { return do(n-1-i, &hand) })
		}
		return group.Wait()
	}
	pass := func() error { return nil }
	var hessians [][]float64
	for _, x := range []matrix.Matrix{matrix.NewDense(n, cols, values), b.CSR(cols)} {
		l := NewLinear(x, y, k, Softmax{})
		l2 := L2{Lambda: 0.01, Spans: l.Weights()}
		dim := l.Dim()
		alone, divided := NewProfile(l, l2), NewProfile(l, l2)
		divided.Divide = backwards
		for seed := range uint64(3) {
			theta := randomVector(dim, seed)
			g, h := evaluated(t, alone, theta, pass)
			gotG, gotH := evaluated(t, divided, theta, pass)
			if !slices.Equal(gotG, g) || !slices.Equal(gotH, h) {
				t.Errorf("%T: divided, the derivatives are others", x)
			}
			if seed == 0 {
				hessians = append(hessians, h)
			}
		}
	}
	for i, want := range hessians[0] {
		if got := hessians[1][i]; math.Abs(got-want) > 1e-12 {
			t.Fatalf("Hessian %d: %v of sparse rows, %v of dense ones", i, got, want)
		}
	}
}

// crowd is as many hands as there are.
type crowd struct{ mu sync.Mutex }

func (c *crowd) Yield() { runtime.Gosched() }

func (c *crowd) Alone(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

// evaluated is the value behind the gradient, and the Hessian.
func evaluated(t *testing.T, p *Profile, theta []float64, pass func() error) (g, h []float64) {
	t.Helper()
	g, h = make([]float64, len(theta)), make([]float64, len(theta)*len(theta))
	value, err := p.Eval(g, slices.Clone(theta), pass)
	if err == nil {
		err = p.Hessian(h, pass)
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(g, value), h
}

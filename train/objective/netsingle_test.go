package objective

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// netOf is a net over the examples of the other tests, or over rows like MNIST's.
func netOf(hidden []int, likeMNIST bool) *Net {
	e := examples(3)
	if likeMNIST {
		e = pixels(300)
	}
	return NewNet(e.X, e.classes(), hidden, e.Classes)
}

// unitRoundoff is that of float32.
const unitRoundoff = 1.0 / (1 << 24)

// gamma bounds what n roundings do to a number: γₙ = nu/(1−nu), where u is the unit
// roundoff (Higham, "Accuracy and stability of numerical algorithms", lemma 3.1).
func gamma(n int) float64 {
	return float64(n) * unitRoundoff / (1 - float64(n)*unitRoundoff)
}

// roundings follow what float32 may do to the numbers of one row.
type roundings struct {
	n          *Net
	theta      []float64
	into, from [][]float64 // what goes into each layer, and by how much it may be off
	doubtful   [][]bool    // whether a unit may be on one side of 0 or on the other
	loss       float64     // by how much the loss may be off
}

// product is what comes of v at a layer, with the errors e of v, and by how much it
// may be off: a sum of m products of rounded numbers is off by γ₍ₘ₊₂₎·Σ|v||w|.
func (r *roundings) product(v, e []float64, m int, weight func(j, c int) float64, outs int) (sums, off []float64) {
	sums, off = make([]float64, outs), make([]float64, outs)
	for c := range outs {
		size := 0.0
		for j := range v {
			w := weight(j, c)
			sums[c] += v[j] * w
			off[c] += e[j] * math.Abs(w)
			size += (math.Abs(v[j]) + e[j]) * math.Abs(w)
		}
		off[c] += gamma(m+2) * size
	}
	return sums, off
}

// follow is the gradient of a row and by how much each coordinate may be off
// before the rows are summed: what goes into a layer and what comes back to it.
func (r *roundings) follow(row int, scale float64) (gains, off [][]float64) {
	n := r.n
	x := make([]float64, n.x.Cols())
	n.x.Row(row, func(j int, v float64) { x[j] = v })
	r.into, r.from, r.doubtful = [][]float64{append(x, 1)}, [][]float64{make([]float64, len(x)+1)}, nil
	var z, e []float64
	for l, s := range n.layers {
		w, k := layer(r.theta, s), n.widths[l+1]
		z, e = r.product(r.into[l], r.from[l], len(r.into[l]), func(j, c int) float64 { return w[j*k+c] }, k)
		if l == len(n.act) {
			break
		}
		doubtful := make([]bool, k)
		for c := range z {
			doubtful[c] = math.Abs(z[c]) <= e[c]
			z[c] = max(0, z[c])
		}
		r.doubtful = append(r.doubtful, doubtful)
		r.into, r.from = append(r.into, append(z, 1)), append(r.from, append(e, 0))
	}
	off = [][]float64{make([]float64, n.k)}
	worst := slices.Max(e)
	r.loss += 2 * worst
	Softmax{}.Residuals(z, n.y, []int32{int32(row)})
	for c := range z { // p·e^{±2·worst}
		p := z[c]
		if c == int(n.y[row]) {
			p++
		}
		off[0][c] = math.Abs(scale) * (p*math.Expm1(2*worst) + unitRoundoff)
		z[c] *= scale
	}
	gains = [][]float64{z}
	for l := len(n.act); l > 0; l-- {
		w, k := layer(r.theta, n.layers[l]), n.widths[l+1]
		d, e := r.product(gains[0], off[0], k, func(c, j int) float64 { return w[j*k+c] }, n.widths[l])
		for j := range d {
			switch {
			case r.doubtful[l-1][j]:
				e[j] += math.Abs(d[j])
			case r.into[l][j] == 0:
				e[j] = 0
			}
			if r.into[l][j] == 0 {
				d[j] = 0
			}
		}
		gains, off = append([][]float64{d}, gains...), append([][]float64{e}, off...)
	}
	return gains, off
}

// bound is by how much each coordinate of the gradient over rows may be off, and
// by how much their loss.
func (r *roundings) bound(rows []int32, scale float64) (g []float64, loss float64) {
	g = make([]float64, r.n.Dim())
	for _, row := range rows {
		gains, off := r.follow(int(row), scale)
		for l, s := range r.n.layers {
			out := g[s.Lo:s.Hi]
			for j, a := range r.into[l] {
				for c, d := range gains[l] {
					e, f := r.from[l][j], off[l][c]
					a, d := math.Abs(a), math.Abs(d)
					out[j*len(gains[l])+c] += a*f + e*d + e*f + gamma(len(rows)+2)*(a+e)*(d+f)
				}
			}
		}
	}
	return g, r.loss
}

// TestSingleGradient compares gradients and losses in float32 with those in
// float64: none is further off than roundings can put it, and all together they
// are off by 2e-6 of the gradient's length.
func TestSingleGradient(t *testing.T) {
	for _, c := range []struct {
		hidden    []int
		likeMNIST bool
		rows      int
		rough     float64 // the bound, as a share of the gradient: it would be of no use near 1
	}{
		{[]int{200, 200}, true, 70, 0.4},
		{[]int{5}, false, 40, 0.002},
		{[]int{13, 1, 33}, false, 40, 0.002},
		{[]int{64, 24, 16, 8}, false, 9, 0.002},
	} {
		t.Run(fmt.Sprint(c.hidden), func(t *testing.T) {
			n := netOf(c.hidden, c.likeMNIST)
			rows, scale := matrix.AllRows(c.rows), 1/float64(c.rows)
			theta := n.Start(3)
			matrix.Axpy(theta, 0.1, randomVector(n.Dim(), 4))
			want := randomVector(n.Dim(), 5) // what is there already stays
			got := slices.Clone(want)
			wantLoss := n.AddGrad(want, theta, rows, scale)
			_, wantRight := n.Loss(theta, rows)
			s := n.Worker().(*Net).Single()
			gotLoss := s.AddGrad(got, theta, rows, scale)
			r := &roundings{n: n, theta: theta}
			bound, most := r.bound(rows, scale)
			there := randomVector(n.Dim(), 5)
			for i := range got {
				if !(math.Abs(got[i]-want[i]) <= bound[i]+1e-15*math.Abs(want[i])) {
					t.Fatalf("coordinate %d: %v, want %v: off by %.3g, and roundings come to %.3g", i, got[i], want[i], got[i]-want[i], bound[i])
				}
			}
			matrix.Axpy(got, -1, want)
			matrix.Axpy(want, -1, there)
			if off := matrix.Nrm2(got) / matrix.Nrm2(want); off > 2e-6 || off == 0 {
				t.Errorf("off by %.3g of the gradient's length; want some, and 2e-6 at most", off)
			}
			if rough := matrix.Nrm2(bound) / matrix.Nrm2(want); rough > c.rough {
				t.Errorf("the bound is %.3g of the gradient's length", rough)
			}
			if math.Abs(gotLoss-wantLoss) > most || math.Abs(gotLoss-wantLoss) > 1e-6*wantLoss {
				t.Errorf("the loss is %v, want %v, within %.3g", gotLoss, wantLoss, most)
			}
			if sum, right := s.Loss(theta, rows); sum != gotLoss || right != wantRight {
				t.Errorf("Loss is %v with %d right, want %v with %d", sum, right, gotLoss, wantRight)
			}
		})
	}
}

// Few rows, clipped gradients and norms of single gradients are those of float64 to
// the bit.
func TestSingleLeavesTheRest(t *testing.T) {
	n := netOf([]int{13, 9}, false)
	s := n.Worker().(*Net).Single()
	theta, rows := n.Start(1), matrix.AllRows(40)
	a, b := make([]float64, n.Dim()), make([]float64, n.Dim())
	n.AddGrad(a, theta, rows[:leastSingle-1], 1)
	s.AddGrad(b, theta, rows[:leastSingle-1], 1)
	n.AddClippedGrad(a, theta, rows, 0.1)
	s.AddClippedGrad(b, theta, rows, 0.1)
	squares := make([]float64, 80)
	n.AddGradSquares(a, squares[:40], theta, rows, 1)
	s.AddGradSquares(b, squares[40:], theta, rows, 1)
	Exact(s).AddGrad(b, theta, rows, 1)
	n.AddGrad(a, theta, rows, 1)
	if !slices.Equal(a, b) || !slices.Equal(squares[:40], squares[40:]) {
		t.Error("gradients that are to be in float64 are not")
	}
	if Exact(n) != Objective(n) || Exact(s) == Objective(s) {
		t.Error("of a net in float32 there is another in float64, and of one in float64 there is not")
	}
}

// TestSingleKeepsDifferences compares the difference between two points, as SVRG
// and SARAH take it, with that between two gradients in float32: the closer the
// points the less is left of the latter, and nothing is lost of the former.
func TestSingleKeepsDifferences(t *testing.T) {
	n := netOf([]int{200, 200}, true)
	s := n.Worker().(*Net).Single()
	theta, rows := n.Start(1), matrix.AllRows(64)
	for _, apart := range []float64{1e-2, 1e-5, 1e-8} {
		other := slices.Clone(theta)
		matrix.Axpy(other, apart/matrix.Nrm2(theta), randomVector(n.Dim(), 2))
		want, got, rounded := make([]float64, n.Dim()), make([]float64, n.Dim()), make([]float64, n.Dim())
		n.AddGradDiff(want, theta, other, rows, 1)
		s.AddGradDiff(got, theta, other, rows, 1)
		if !slices.Equal(got, want) {
			t.Errorf("points %g apart: the difference is not that of float64", apart)
		}
		s.AddGrad(rounded, theta, rows, 1)
		s.AddGrad(rounded, other, rows, -1)
		matrix.Axpy(rounded, -1, want)
		if lost := matrix.Nrm2(rounded) / matrix.Nrm2(want); apart <= 1e-8 && lost < 1 {
			t.Errorf("points %g apart: gradients in float32 lose only %.3g: they would do", apart, lost)
		}
	}
}

// A gradient in float32 and a loss allocate nothing, once there has been one.
func TestSingleAllocatesNothing(t *testing.T) {
	n := netOf([]int{33, 200, 17}, true).Single()
	theta, g, rows := n.Start(1), make([]float64, n.Dim()), matrix.AllRows(300)
	got := testing.AllocsPerRun(3, func() {
		n.AddGrad(g, theta, rows, 1)
		n.Loss(theta, rows)
	})
	if matrix.Accelerated() && got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}

// The same rows give the same gradient to the bit whatever was computed before, of
// a worker that is new or not.
func TestSingleIsRepeatable(t *testing.T) {
	n := netOf([]int{33, 200}, true).Single()
	theta, rng := n.Start(1), rand.New(rand.NewPCG(1, 2))
	used := n.Worker()
	for range 20 {
		rows := make([]int32, leastSingle+rng.IntN(150))
		for i := range rows {
			rows[i] = rng.Int32N(300)
		}
		a, b := make([]float64, n.Dim()), make([]float64, n.Dim())
		if used.AddGrad(a, theta, rows, 0.3) != n.Worker().AddGrad(b, theta, rows, 0.3) || !slices.Equal(a, b) {
			t.Fatalf("%d rows: two gradients of the same rows differ", len(rows))
		}
	}
}

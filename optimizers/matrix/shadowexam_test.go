package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// digits are whole numbers so small that no sum of their products with bytes is rounded,
// in float32 either and in whatever order.
func digits(v []float64, rng *rand.Rand) {
	for i := range v {
		v[i] = float64(rng.IntN(15) - 7)
	}
}

// examShadow compares a shadow with the kernels in float64: the product, and the gradient
// of two parts of a mini-batch, added, written and as a step. Numbers of which the products
// need no rounding agree to the bit; others to within so much of what the sum's terms are
// in size.
func examShadow(t *testing.T, m *Packed, k int, rows []int32, numbers func([]float64, *rand.Rand), within float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(k), uint64(len(rows))))
	offset := k % 4
	w, d := newGuarded((m.cols+1)*k, offset), newGuarded(len(rows)*k, 3-offset)
	z, g := newOutput(len(rows)*k, offset), newOutput((m.cols+1)*k, 3-offset)
	written, stepped := newOutput(len(g.v), offset), newOutput(len(g.v), offset)
	numbers(w.v, rng)
	numbers(d.v, rng)
	digits(g.v, rng)
	copy(stepped.v, w.v)
	added := slices.Clone(g.v)

	s := shadowOf(m, k)
	s.Round(w.v)
	s.MulRows(z.v, rows)
	sum := func() {
		half := len(rows) / 2
		s.AddMulRows(d.v[:half*k], rows[:half])
		s.AddMulRows(d.v[half*k:], rows[half:])
	}
	sum()
	s.AddTo(g.v, -2)
	s.AddTo(g.v, 1) // of nothing
	sum()
	s.WriteTo(written.v, 1)
	sum()
	s.Step(stepped.v, 0.5)
	for _, g := range []guarded{w, d, z, g, written, stepped} {
		g.check(t)
	}
	sameProducts(t, s, m, k, rows, stepped.v)

	// Of one output at a time, by dot products and sums of rows.
	sizes := absolute(m)
	for c := range k {
		one := func(v []float64) []float64 { return column(v, k, c) }
		what := func(of string) string {
			return fmt.Sprintf("%s of %d features, %d rows, output %d of %d", of, m.cols, len(rows), c, k)
		}
		in, out, size := one(w.v), make([]float64, len(rows)), make([]float64, len(rows))
		m.MulRows(out, in, 1, rows)
		sizes.MulRows(size, abs(in), 1, rows)
		agree(t, what("Z"), one(z.v), out, size, within)
		for _, e := range []struct {
			name       string
			got, begin []float64
			scale      float64
		}{{"the gradient added", g.v, added, -2}, {"written", written.v, make([]float64, len(g.v)), 1}, {"the step", stepped.v, w.v, 0.5}} {
			grad, size, delta := one(e.begin), abs(one(e.begin)), one(d.v)
			Scal(delta, e.scale)
			m.AddMulRows(grad, delta, 1, rows)
			sizes.AddMulRows(size, abs(delta), 1, rows)
			agree(t, what(e.name), one(e.got), grad, size, within)
		}
	}
}

// sameProducts wants a shadow to be at weights.
func sameProducts(t *testing.T, s Shadow, m *Packed, k int, rows []int32, w []float64) {
	t.Helper()
	got, want, at := make([]float64, len(rows)*k), make([]float64, len(rows)*k), shadowOf(m, k)
	at.Round(w)
	at.MulRows(want, rows)
	s.MulRows(got, rows)
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) {
			t.Fatalf("product %d of %d features, %d rows, %d outputs after a step is %v, want %v", i, m.cols, len(rows), k, got[i], w)
		}
	}
}

// agree wants numbers to differ by no more than a part of their sizes.
func agree(t *testing.T, what string, got, want, size []float64, within float64) {
	t.Helper()
	for i, w := range want {
		near := !math.IsInf(w, 0) && math.Abs(got[i]-w) <= within*size[i]
		if g := got[i]; g != w && !(math.IsNaN(g) && math.IsNaN(w)) && !near {
			t.Fatalf("%s: number %d is %v, want %v", what, i, g, w)
		}
	}
}

// column is one of a matrix with rows of k.
func column(v []float64, k, c int) []float64 {
	out := make([]float64, len(v)/k)
	for i := range out {
		out[i] = v[i*k+c]
	}
	return out
}

func abs(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Abs(x)
	}
	return out
}

// absolute is a matrix of the sizes of another's numbers.
func absolute(m *Packed) *Packed {
	if m.floats == nil {
		return m
	}
	out := make([]float32, len(m.floats))
	for i, v := range m.floats {
		out[i] = float32(math.Abs(float64(v)))
	}
	return NewFloats(m.rows, m.cols, out)
}

// someRows are n rows of a matrix, the last and the first among them if there is room.
func someRows(m Matrix, n int) []int32 {
	rng := rand.New(rand.NewPCG(71, uint64(n)))
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = rng.Int32N(int32(m.Rows()))
	}
	if n > 0 {
		rows[0] = 0
		rows[n-1] = int32(m.Rows() - 1)
	}
	return rows
}

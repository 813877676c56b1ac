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

// share is what part of the sizes of a sum's terms float32 may lose of so many of them.
type share func(terms int) float64

// exact is nothing, of numbers whose products and sums need no rounding.
func exact(int) float64 { return 0 }

// atMost is the same of however many terms.
func atMost(part float64) share { return func(int) float64 { return part } }

// roundings is half a unit each time something is rounded: a number, a term as it is added,
// and the sum.
func roundings(terms int) float64 { return float64(terms+3) * 0x1p-24 }

// examShadow compares a shadow with the kernels in float64: the product, and the gradient
// of two parts of a mini-batch, added, written and as a step, after which it is at the weights
// that a step in float64 comes to and its sum is empty; so too where a step is in parts.
func examShadow(t *testing.T, m Matrix, k int, rows []int32, numbers func([]float64, *rand.Rand), within share) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(k), uint64(len(rows))))
	offset := k % 4
	w, d := newGuarded((m.Cols()+1)*k, offset), newGuarded(len(rows)*k, 3-offset)
	z, g := newOutput(len(rows)*k, offset), newOutput((m.Cols()+1)*k, 3-offset)
	written, stepped, parted := newOutput(len(g.v), offset), newOutput(len(g.v), offset), newOutput(len(g.v), 3-offset)
	numbers(w.v, rng)
	numbers(d.v, rng)
	numbers(g.v, rng)
	for i, v := range g.v { // a gradient that is added to is one of numbers, whatever is added
		if v-v != 0 {
			g.v[i] = 3
		}
	}
	copy(stepped.v, w.v)
	added := slices.Clone(g.v)

	s := shadowOf(m, k)
	s.Round(w.v)
	check := guardShadow(s, len(rows))
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
	sameProducts(t, s, m, k, rows, stepped.v)
	empty, start := make([]float64, len(g.v)), slices.Clone(w.v)
	s.WriteTo(empty, 1)
	sameBits(t, "the sum after a step", empty, make([]float64, len(empty)))
	sum()
	s.AddTo(start, 0.5)
	sameBits(t, "Step and AddTo", stepped.v, start)
	sum()
	copy(parted.v, w.v)
	parts := slices.Clone(w.v)
	s.StepParts(parted.v, 1, func(g []float64, lo int) {
		copy(parts[lo:], g)
		Axpy(parted.v[lo:lo+len(g)], 0.25, g)
	})
	sameBits(t, "StepParts and WriteTo", parts, written.v)
	sameProducts(t, s, m, k, rows, parted.v)
	s.WriteTo(empty, 1)
	sameBits(t, "the sum after a step in parts", empty, make([]float64, len(empty)))
	again := make([]float64, len(z.v))
	s.Round(w.v)
	s.MulRows(again, rows)
	sameBits(t, "products of the same weights", again, z.v)
	for _, v := range []guarded{w, d, z, g, written, stepped, parted} {
		v.check(t)
	}
	check(t)

	// Of one output at a time, by dot products and sums of rows.
	sizes := absolute(m)
	for c := range k {
		one := func(v []float64) []float64 { return column(v, k, c) }
		what := func(of string) string {
			return fmt.Sprintf("%s of %d features, %d rows, output %d of %d", of, m.Cols(), len(rows), c, k)
		}
		in, out, size := one(w.v), make([]float64, len(rows)), make([]float64, len(rows))
		m.MulRows(out, in, 1, rows)
		sizes.MulRows(size, abs(in), 1, rows)
		agree(t, what("Z"), one(z.v), out, size, within(m.Cols()))
		delta, grad, terms := one(d.v), make([]float64, m.Cols()+1), make([]float64, m.Cols()+1)
		m.AddMulRows(grad, delta, 1, rows)
		sizes.AddMulRows(terms, abs(delta), 1, rows)
		for _, e := range []struct {
			name       string
			got, begin []float64
			scale      float64
		}{{"the gradient added", g.v, added, -2}, {"written", written.v, make([]float64, len(g.v)), 1}, {"the step", stepped.v, w.v, 0.5}} {
			want, size := one(e.begin), abs(one(e.begin))
			Axpy(want, e.scale, grad)
			Axpy(size, math.Abs(e.scale), terms)
			agree(t, what(e.name), one(e.got), want, size, within(len(rows)))
		}
	}
}

// sameProducts wants a shadow to be at weights.
func sameProducts(t *testing.T, s Shadow, m Matrix, k int, rows []int32, w []float64) {
	t.Helper()
	got, want, at := make([]float64, len(rows)*k), make([]float64, len(rows)*k), shadowOf(m, k)
	at.Round(w)
	at.MulRows(want, rows)
	s.MulRows(got, rows)
	sameBits(t, fmt.Sprintf("products of %d features, %d rows, %d outputs after a step", m.Cols(), len(rows), k), got, want)
}

// sameBits wants the same bits of all numbers.
func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, v := range want {
		if math.Float64bits(got[i]) != math.Float64bits(v) {
			t.Fatalf("%s: number %d is %v, not %v", what, i, got[i], v)
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

// absolute is a matrix of the sizes of another's numbers. Bytes are never negative.
func absolute(m Matrix) Matrix {
	p, ok := m.(*Packed)
	if !ok || p.floats == nil {
		return m
	}
	out := make([]float32, len(p.floats))
	for i, v := range p.floats {
		out[i] = float32(math.Abs(float64(v)))
	}
	return NewFloats(p.rows, p.cols, out)
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

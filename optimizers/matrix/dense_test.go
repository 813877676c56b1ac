package matrix

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// denseKernel is a kernel over dense rows beside plain Go: both change out.
type denseKernel struct {
	name        string
	fast, plain func(m *Dense, out, in []float64, k int, rows []int32)
	outLen      func(cols, k, rows int) int
	inLen       func(cols, k, rows int) int
}

var denseKernels = []denseKernel{
	{
		name:   "MulRows",
		fast:   func(m *Dense, out, in []float64, k int, rows []int32) { m.MulRows(out, in, k, rows) },
		plain:  func(m *Dense, out, in []float64, k int, rows []int32) { m.mulRowsGeneric(out, in, k, rows) },
		outLen: func(_, k, rows int) int { return rows * k },
		inLen:  func(cols, k, _ int) int { return (cols + 1) * k },
	},
	{
		name:   "MulSumRows",
		fast:   func(m *Dense, out, in []float64, k int, rows []int32) { m.MulSumRows(out, 3, in, -2, in, k, rows) },
		plain:  func(m *Dense, out, in []float64, k int, rows []int32) { m.mulRowsGeneric(out, in, k, rows) },
		outLen: func(_, k, rows int) int { return rows * k },
		inLen:  func(cols, k, _ int) int { return (cols + 1) * k },
	},
	{
		name:   "AddMulRows",
		fast:   func(m *Dense, out, in []float64, k int, rows []int32) { m.AddMulRows(out, in, k, rows) },
		plain:  func(m *Dense, out, in []float64, k int, rows []int32) { m.addMulRowsGeneric(out, in, k, rows, 0) },
		outLen: func(cols, k, _ int) int { return (cols + 1) * k },
		inLen:  func(_, k, rows int) int { return rows * k },
	},
}

// TestDenseKernelsOfEveryLength tries every number of features, on lists of several lengths, between guard words.
func TestDenseKernelsOfEveryLength(t *testing.T) {
	const n = 7
	for cols := range 130 {
		data := newGuarded(n*cols, cols%4)
		rng := rand.New(rand.NewPCG(41, uint64(cols)))
		fill(data.v, rng)
		for i := range data.v {
			if rng.IntN(2) == 0 {
				data.v[i] = 0
			}
		}
		m := NewDense(n, cols, data.v)
		for _, k := range []int{1, 2, 4, 5, 8, 10, 12, 13, 20, 33} {
			for _, rows := range [][]int32{nil, {3}, {5, 0}, {6, 6, 1}, AllRows(n)} {
				for _, c := range denseKernels {
					compareDense(t, c, m, k, rows, cols%4, fill, 0)
					compareDense(t, c, m, k, rows, cols%4, normals, 1e-7)
				}
			}
		}
		data.check(t)
	}
}

// compareDense runs both kernels on the same numbers. The sums of whole ones
// are exact, so that these results are the same to the bit.
func compareDense(t *testing.T, c denseKernel, m *Dense, k int, rows []int32, offset int, numbers func([]float64, *rand.Rand), within float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(42, uint64(k)))
	out, in := newOutput(c.outLen(m.cols, k, len(rows)), offset), newGuarded(c.inLen(m.cols, k, len(rows)), 3-offset)
	numbers(out.v, rng)
	numbers(in.v, rng)
	want := slices.Clone(out.v)
	c.fast(m, out.v, in.v, k, rows)
	c.plain(m, want, in.v, k, rows)
	for i, w := range want {
		if got := out.v[i]; got != w && !(math.Abs(got-w) <= within) {
			t.Fatalf("%s of %d features, k=%d, rows %v: number %d is %v, want %v", c.name, m.cols, k, rows, i, got, w)
		}
	}
	out.check(t)
	in.check(t)
}

// The products of a row are the same to the bit whatever rows are beside it: those that are
// drawn soon are multiplied together, and how many they are depends on when a run is looked at.
func TestDenseRowsAlone(t *testing.T) {
	const n = 9
	for cols := 1; cols < 70; cols++ {
		rng := rand.New(rand.NewPCG(48, uint64(cols)))
		data := make([]float64, n*cols)
		normals(data, rng)
		m := NewDense(n, cols, data)
		for _, k := range []int{1, 2, 3, 10} {
			w, z, alone := make([]float64, (cols+1)*k), make([]float64, n*k), make([]float64, k)
			normals(w, rng)
			m.MulRows(z, w, k, AllRows(n))
			for i, row := range AllRows(n) {
				m.MulRows(alone, w, k, []int32{row})
				if !slices.Equal(alone, z[i*k:i*k+k]) {
					t.Fatalf("%d features, k=%d: row %d alone is %v, beside others %v", cols, k, i, alone, z[i*k:i*k+k])
				}
			}
		}
	}
}

// NaN and infinities reach the results that they are part of, and no others.
func TestDenseKernelsOfOddNumbers(t *testing.T) {
	const n, cols = 4, 9
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		data := make([]float64, n*cols)
		normals(data, rand.New(rand.NewPCG(43, 44)))
		data[2*cols+3] = bad
		m := NewDense(n, cols, data)
		for _, k := range []int{1, 2, 23} {
			for _, c := range denseKernels {
				out, in := make([]float64, c.outLen(cols, k, n)), make([]float64, c.inLen(cols, k, n))
				normals(in, rand.New(rand.NewPCG(45, 46)))
				want := slices.Clone(out)
				c.fast(m, out, in, k, AllRows(n))
				c.plain(m, want, in, k, AllRows(n))
				for i, w := range want {
					if finite := math.Abs(w) < math.MaxFloat64; finite != (math.Abs(out[i]) < math.MaxFloat64) || finite && math.Abs(out[i]-w) > 1e-12 {
						t.Fatalf("%s, k=%d: number %d is %v, want %v", c.name, k, i, out[i], w)
					}
				}
			}
		}
	}
}

func TestMulTransposed(t *testing.T) {
	for k := 1; k < 130; k++ {
		for _, n := range []int{0, 1, 2, 5} {
			for _, units := range []int{0, 1, 4, 7} {
				offset := k % 4
				d, w, z := newGuarded(n*k, offset), newGuarded(units*k, 3-offset), newOutput(n*units, offset)
				rng := rand.New(rand.NewPCG(47, uint64(k)))
				fill(d.v, rng)
				fill(w.v, rng)
				MulTransposed(z.v, d.v, w.v, k)
				for i := range n {
					for u := range units {
						want := 0.0
						for c := range k {
							want += d.v[i*k+c] * w.v[u*k+c]
						}
						if got := z.v[i*units+u]; got != want {
							t.Fatalf("k=%d, %d rows, %d units: z[%d][%d] is %v, want %v", k, n, units, i, u, got, want)
						}
					}
				}
				for _, g := range []guarded{d, w, z} {
					g.check(t)
				}
			}
		}
	}
	wantPanic(t, "MulTransposed", func() { MulTransposed(make([]float64, 3), make([]float64, 4), make([]float64, 4), 2) })
}

func TestMulTransposedOfOddNumbers(t *testing.T) {
	const k, n, units = 11, 3, 6
	for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
		d, w, z := slices.Repeat([]float64{1}, n*k), slices.Repeat([]float64{2}, units*k), make([]float64, n*units)
		w[4*k+10] = bad
		MulTransposed(z, d, w, k)
		for i, got := range z {
			if i%units == 4 && math.Abs(got) < math.MaxFloat64 || i%units != 4 && got != 2*k {
				t.Fatalf("z[%d] is %v", i, got)
			}
		}
	}
}

func TestGate(t *testing.T) {
	open := []float64{1, 0, -1, 5e-324, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1)}
	for n := range 130 {
		x, gate, want := newOutput(n, n%4), newGuarded(n, 1), make([]float64, n)
		for i := range n {
			gate.v[i], x.v[i] = open[(i*5+n)%len(open)], float64(i+1)
			if i%7 == 3 {
				x.v[i] = math.NaN()
			}
			if gate.v[i] > 0 {
				want[i] = x.v[i]
			}
		}
		Gate(x.v, gate.v)
		for i, w := range want {
			if x.v[i] != w && !(math.IsNaN(w) && math.IsNaN(x.v[i])) {
				t.Fatalf("n=%d: number %d is %v, want %v", n, i, x.v[i], w)
			}
		}
		x.check(t)
		gate.check(t)
	}
}

// FuzzDense takes the shape and the numbers from the input.
func FuzzDense(f *testing.F) {
	f.Add(uint8(3), uint8(5), []byte{1, 0, 2, 0, 3, 255})
	f.Fuzz(func(t *testing.T, cols, outputs uint8, in []byte) {
		c, k := 1+int(cols)%70, 1+int(outputs)%70
		rows := len(in) / c
		data := make([]float64, rows*c)
		for i := range data {
			data[i] = float64(int8(in[i]))
		}
		m := NewDense(rows, c, data)
		for _, kernel := range denseKernels {
			compareDense(t, kernel, m, k, AllRows(rows), int(cols)%4, fill, 0)
		}
	})
}

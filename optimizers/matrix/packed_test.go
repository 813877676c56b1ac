package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// packedKernel is a kernel over packed rows beside plain Go, as rowKernel is one over
// compressed rows.
type packedKernel struct {
	name        string
	fast, plain func(m *Packed, out []float64, in [2][]float64, k int, rows []int32)
	added       bool // out is [cols+1][k] and in[0] is [rows][k], else the other way round
}

var packedKernels = []packedKernel{
	{
		name: "MulRows",
		fast: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) { m.MulRows(out, in[0], k, rows) },
		plain: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) {
			plainMulSumRows(m, out, 1, in[0], 0, in[0], k, rows)
		},
	},
	{
		name: "MulSumRows",
		fast: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) {
			m.MulSumRows(out, 3, in[0], -0.5, in[1], k, rows)
		},
		plain: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) {
			plainMulSumRows(m, out, 3, in[0], -0.5, in[1], k, rows)
		},
	},
	{
		name: "AddMulRows",
		fast: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) {
			m.AddMulRows(out, in[0], k, rows)
		},
		plain: func(m *Packed, out []float64, in [2][]float64, k int, rows []int32) {
			for i := range rows {
				Axpy(out[len(out)-k:], 1, in[0][i*k:i*k+k])
			}
			m.addTransposed(out, in[0], k, rows)
		},
		added: true,
	},
}

// plainMulSumRows is Z = X̃[rows]·(a·U + b·V), entry by entry; without V where b is 0.
func plainMulSumRows(m *Packed, z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) {
	clear(z)
	add := func(a float64, w []float64) {
		m.addProductGeneric(z, a, w, k, rows)
	}
	if add(a, u); b != 0 {
		add(b, v)
	}
	for i := range z {
		z[i] = z[i]/m.divisor + a*u[len(u)-k+i%k]
		if b != 0 {
			z[i] += b * v[len(v)-k+i%k]
		}
	}
}

// compare runs both kernels on the same numbers. Whole numbers leave no room for
// rounding: results are the same to the bit. Other numbers agree to within it.
func (r packedKernel) compare(t *testing.T, m *Packed, k, offset int, rows []int32, numbers func([]float64, *rand.Rand), within float64) {
	t.Helper()
	long, short := (m.cols+1)*k, len(rows)*k
	if r.added {
		long, short = short, long
	}
	rng := rand.New(rand.NewPCG(61, uint64(k)))
	out, in := newOutput(short, offset), [2]guarded{newGuarded(long, 3-offset), newGuarded(long, offset)}
	numbers(out.v, rng)
	numbers(in[0].v, rng)
	numbers(in[1].v, rng)
	want := slices.Clone(out.v)
	vectors := [2][]float64{in[0].v, in[1].v}
	r.fast(m, out.v, vectors, k, rows)
	r.plain(m, want, vectors, k, rows)
	for i, w := range want {
		if got := out.v[i]; got != w && !(math.IsNaN(got) && math.IsNaN(w)) && !(math.Abs(got-w) <= within) {
			t.Fatalf("%s of %d features, k=%d, rows %v: number %d is %v, want %v", r.name, m.cols, k, rows, i, got, w)
		}
	}
	for _, g := range []guarded{out, in[0], in[1]} {
		g.check(t)
	}
}

// packedOf are both kinds of packed matrices: bytes of which some are 0, divided by 4,
// which leaves whole numbers exact, and float32. Row 0 is of zeros and row 1 is full of
// the largest.
func packedOf(n, cols int) []*Packed {
	rng := rand.New(rand.NewPCG(62, uint64(cols)))
	bytes, floats := make([]uint8, n*cols), make([]float32, n*cols)
	for i := range bytes {
		switch {
		case i >= cols && i < 2*cols:
			bytes[i] = 255
		case i >= cols:
			bytes[i] = uint8(max(0, rng.IntN(300)-44))
		}
		floats[i] = float32(bytes[i]) - 7
	}
	return []*Packed{NewBytes(n, cols, bytes, 4), NewFloats(n, cols, floats)}
}

// TestPackedKernelsOfEveryLength tries every number of features, on lists of several
// lengths, between guard words.
func TestPackedKernelsOfEveryLength(t *testing.T) {
	const n = 9
	for cols := range 130 {
		for _, m := range packedOf(n, cols) {
			for _, k := range []int{1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 22, 47} {
				for _, rows := range [][]int32{nil, {3}, {5, 0}, {6, 6, 1}, {1, 2, 3, 4}, AllRows(n)} {
					for _, r := range packedKernels {
						r.compare(t, m, k, cols%4, rows, fill, 0)
						r.compare(t, m, k, cols%4, rows, normals, 1e-7)
					}
				}
			}
		}
	}
}

// Shapes that need more than one panel: more rows and features than one holds.
func TestPackedKernelsOfManyPanels(t *testing.T) {
	for _, m := range packedOf(150, 300) {
		for _, k := range []int{1, 2, 10, 100} {
			for _, n := range []int{1, 15, 16, 17, 63, 64, 65, 150} {
				rng := rand.New(rand.NewPCG(63, uint64(n)))
				rows := make([]int32, n)
				for i := range rows {
					rows[i] = rng.Int32N(150)
				}
				for _, r := range packedKernels {
					r.compare(t, m, k, n%4, rows, fill, 0)
				}
			}
		}
	}
}

// NaN and infinities in weights reach the results that they are part of, and no others.
func TestPackedKernelsOfOddNumbers(t *testing.T) {
	for _, m := range packedOf(6, 37) {
		for _, k := range []int{1, 2, 7, 10, 13} {
			for _, rows := range [][]int32{{2}, AllRows(6)} {
				for _, r := range packedKernels {
					r.compare(t, m, k, 1, rows, spoilt, 1e-7)
				}
			}
		}
	}
}

// Numbers of float32 that are not finite reach the results of their row and column.
func TestPackedOfOddNumbers(t *testing.T) {
	const n, cols = 5, 19
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
		data := slices.Repeat([]float32{1}, n*cols)
		data[2*cols+17] = bad
		m := NewFloats(n, cols, data)
		for _, k := range []int{1, 2, 10, 12} {
			z, w, g := make([]float64, n*k), slices.Repeat([]float64{1}, (cols+1)*k), make([]float64, (cols+1)*k)
			m.MulRows(z, w, k, AllRows(n))
			m.AddMulRows(g, slices.Repeat([]float64{1}, n*k), k, AllRows(n))
			for i, v := range z {
				if odd := math.IsNaN(v) || math.IsInf(v, 0); odd != (i/k == 2) || !odd && v != cols+1 {
					t.Fatalf("k=%d: z[%d] is %v", k, i, v)
				}
			}
			for i, v := range g {
				if odd := math.IsNaN(v) || math.IsInf(v, 0); odd != (i/k == 17) || !odd && v != n {
					t.Fatalf("k=%d: g[%d] is %v", k, i, v)
				}
			}
		}
	}
}

// A list of rows gives the sums of its parts to rounding, however long it is, and the
// same numbers as float32 and as bytes the same bits.
func TestPackedKindsAgree(t *testing.T) {
	const n, cols, k = 40, 130, 10
	rng := rand.New(rand.NewPCG(64, 65))
	bytes, floats := make([]uint8, n*cols), make([]float32, n*cols)
	for i := range bytes {
		bytes[i] = uint8(rng.IntN(256))
		floats[i] = float32(bytes[i])
	}
	w := make([]float64, (cols+1)*k)
	normals(w, rng)
	var z, g [2][]float64
	for i, m := range []*Packed{NewBytes(n, cols, bytes, 1), NewFloats(n, cols, floats)} {
		z[i], g[i] = make([]float64, n*k), make([]float64, len(w))
		m.MulRows(z[i], w, k, AllRows(n))
		m.AddMulRows(g[i], z[i], k, AllRows(n))
	}
	if !slices.Equal(z[0], z[1]) || !slices.Equal(g[0], g[1]) {
		t.Error("bytes and float32 of the same numbers differ")
	}
}

// FuzzPacked takes the shape, the numbers and the list of rows from the input.
func FuzzPacked(f *testing.F) {
	f.Add(uint8(3), uint8(5), []byte{1, 0, 2, 0, 3, 255}, []byte{0, 1})
	f.Fuzz(func(t *testing.T, features, outputs uint8, in, list []byte) {
		cols, k := 1+int(features)%150, 1+int(outputs)%70
		n := len(in) / cols
		if n == 0 {
			return
		}
		rows := make([]int32, len(list))
		for i, v := range list {
			rows[i] = int32(int(v) % n)
		}
		for _, r := range packedKernels {
			r.compare(t, NewBytes(n, cols, in[:n*cols], 1), k, int(features)%4, rows, fill, 0)
		}
	})
}

// BenchmarkLayouts is a mini-batch's product and gradient, of 64 of 4,096 rows of 1,024
// bytes, kept sparse and dense: where they cross is what Builder.Matrix goes by.
func BenchmarkLayouts(b *testing.B) {
	const n, cols = 4096, 1024
	for _, k := range []int{1, 2, 10, 47, 100} {
		for _, percent := range []int{1, 5, 10, 20, 30, 50, 75, 100} {
			rng := rand.New(rand.NewPCG(uint64(k), uint64(percent)))
			data, build := make([]uint8, n*cols), NewBuilder(255, n, 0)
			for i := range data {
				if rng.IntN(100) < percent {
					data[i] = uint8(1 + rng.IntN(255))
				}
			}
			for i := range n {
				build.AddBytes(data[i*cols : (i+1)*cols])
			}
			for _, layout := range []struct {
				name string
				m    Matrix
			}{{"sparse", build.CSR(cols)}, {"dense", NewBytes(n, cols, data, 255)}} {
				w, g, z := filled((cols+1)*k), make([]float64, (cols+1)*k), make([]float64, 64*k)
				rows := make([]int32, 64)
				for i := range rows {
					rows[i] = rng.Int32N(n)
				}
				b.Run(fmt.Sprintf("k=%d/%d%%/%s", k, percent, layout.name), func(b *testing.B) {
					from := spent(b)
					for range b.N {
						layout.m.MulRows(z, w, k, rows)
						layout.m.AddMulRows(g, z, k, rows)
						for i := range rows {
							rows[i] = (rows[i]*5 + 1) % n
						}
					}
					b.ReportMetric(float64(spent(b)-from)/float64(b.N)/64, "cpu-ns/row")
				})
			}
		}
	}
}

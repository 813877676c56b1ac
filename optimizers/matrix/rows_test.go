package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The kernels in assembly beside those in plain Go, which are always there.
// Where there is none, both are the same.

const ladderCols = 211

// ladder is a matrix of bytes whose row i has i entries, 0 … 129, and one more that is full.
func ladder(divisor float64) *CSR {
	rng := rand.New(rand.NewPCG(21, 22))
	b := NewBuilder(divisor, 131, 0)
	for n := range 130 {
		row := make([]byte, ladderCols)
		for _, j := range rng.Perm(ladderCols)[:n] {
			row[j] = byte(1 + rng.IntN(255))
		}
		b.AddBytes(row)
	}
	full := make([]byte, ladderCols)
	for j := range full {
		full[j] = 255
	}
	b.AddBytes(full)
	return b.CSR(ladderCols)
}

// wideLadder is such a matrix of numbers that are no bytes.
func wideLadder() *CSR {
	rng := rand.New(rand.NewPCG(28, 29))
	b := NewWideBuilder(131, 0)
	for n := range 131 {
		columns := rng.Perm(ladderCols)[:n]
		if n == 130 {
			columns = rng.Perm(ladderCols)
		}
		slices.Sort(columns)
		for _, j := range columns {
			b.Add(j, -float64(1+rng.IntN(255))/8)
		}
		b.EndRow(ladderCols)
	}
	return b.CSR(ladderCols)
}

// rowKernel is a kernel as a function of one vector that it writes to, and the plain one.
type rowKernel struct {
	name        string
	fast, plain func(m *CSR, out []float64, in [2][]float64, k int, rows []int32)
	added       bool // out is [cols+1][k] and in[0] is [rows][k], else the other way round
}

var rowKernels = []rowKernel{
	{
		name: "MulRows",
		fast: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) { m.MulRows(out, in[0], k, rows) },
		plain: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
			if m.small != nil {
				mulRows(out, in[0], k, rows, m.ptr, m.small)
			} else {
				mulRows(out, in[0], k, rows, m.ptr, m.wide)
			}
		},
	},
	{
		name: "MulSumRows",
		fast: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
			m.MulSumRows(out, 3, in[0], -0.5, in[1], k, rows)
		},
		plain: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
			if m.small != nil {
				mulSumRows(out, 3, in[0], -0.5, in[1], k, rows, m.ptr, m.small)
			} else {
				mulSumRows(out, 3, in[0], -0.5, in[1], k, rows, m.ptr, m.wide)
			}
		},
	},
	{
		name: "AddMulRows",
		fast: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) { m.AddMulRows(out, in[0], k, rows) },
		plain: func(m *CSR, out []float64, in [2][]float64, k int, rows []int32) {
			if m.small != nil {
				addMulRows(out, in[0], k, rows, m.ptr, m.small)
			} else {
				addMulRows(out, in[0], k, rows, m.ptr, m.wide)
			}
		},
		added: true,
	},
}

// shape makes the vectors that a kernel works on, between guard words.
func (r rowKernel) shape(m *CSR, k, n, offset int) (fast, plain guarded, in [2]guarded) {
	long, short := (m.Cols()+1)*k, n*k
	if r.added {
		long, short = short, long
	}
	return newOutput(short, offset), newOutput(short, offset), [2]guarded{newGuarded(long, 3-offset), newGuarded(long, offset)}
}

// compare runs both kernels on the same numbers. Whole numbers leave no room
// for rounding: results are the same to the bit. Other numbers agree to within
// it.
func (r rowKernel) compare(t *testing.T, m *CSR, k, offset int, rows []int32, rng *rand.Rand, numbers func([]float64, *rand.Rand), within float64) {
	t.Helper()
	fast, plain, in := r.shape(m, k, len(rows), offset)
	numbers(in[0].v, rng)
	numbers(in[1].v, rng)
	numbers(fast.v, rng)
	copy(plain.v, fast.v)
	vectors := [2][]float64{in[0].v, in[1].v}
	r.fast(m, fast.v, vectors, k, rows)
	r.plain(m, plain.v, vectors, k, rows)
	for i, want := range plain.v {
		if got := fast.v[i]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) && !(math.Abs(got-want) <= within) {
			t.Fatalf("%s k=%d offset %d: number %d is %v, want %v", r.name, k, offset, i, got, want)
		}
	}
	fast.check(t)
	in[0].check(t)
	in[1].check(t)
}

// ladders are all of them, and those whose values are eighths of whole numbers, which leave no room for rounding either.
func ladders() (all, whole []*CSR) {
	bytes, wide := ladder(1), wideLadder()
	return []*CSR{bytes, wide, ladder(255)}, []*CSR{bytes, wide}
}

func TestRowKernelsOfEveryLength(t *testing.T) {
	all, whole := ladders()
	for _, m := range all {
		for _, k := range []int{1, 2, 3, 4, 5, 10, 11, 16, 20, 21, 39, 41, 200} {
			for _, r := range rowKernels {
				rng := rand.New(rand.NewPCG(23, uint64(k)))
				for n := range m.Rows() {
					offset := n % 4
					rows := []int32{int32(n)}
					if slices.Contains(whole, m) {
						r.compare(t, m, k, offset, rows, rng, fill, 0)
					}
					r.compare(t, m, k, offset, rows, rng, normals, 1e-10)
					r.compare(t, m, k, offset, rows, rng, spoilt, 1e-10)
				}
				r.compare(t, m, k, 1, AllRows(m.Rows()), rng, normals, 1e-10)
				r.compare(t, m, k, 2, nil, rng, normals, 0)
			}
		}
	}
}

// Outputs of every number: those with a kernel of their own, and those that take several.
func TestRowKernelsOfEveryWidth(t *testing.T) {
	_, whole := ladders()
	for _, m := range whole {
		for k := 1; k <= 130; k++ {
			for _, r := range rowKernels {
				rng := rand.New(rand.NewPCG(30, uint64(k)))
				r.compare(t, m, k, k%4, []int32{0, 7, 130, 64, 7}, rng, fill, 0)
			}
		}
	}
}

// spoilt is normal numbers with NaN and ±Inf among them.
func spoilt(v []float64, rng *rand.Rand) {
	normals(v, rng)
	spoil(v)
}

// A list of rows of every length makes the fetching ahead end everywhere.
func TestRowKernelsOfListsOfEveryLength(t *testing.T) {
	all, _ := ladders()
	for n := range 40 {
		for _, r := range rowKernels {
			rng := rand.New(rand.NewPCG(24, uint64(n)))
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = rng.Int32N(int32(all[0].Rows()))
			}
			for _, m := range all {
				for _, k := range []int{1, 10, 12} {
					r.compare(t, m, k, n%4, rows, rng, normals, 1e-10)
				}
			}
		}
	}
}

// FuzzRowKernels takes the entries, the list of rows and the outputs from the input.
func FuzzRowKernels(f *testing.F) {
	f.Add(uint8(10), []byte{0, 1, 2, 3, 0, 0, 255, 9}, []byte{0, 1, 1})
	f.Add(uint8(1), []byte{7}, []byte{0})
	f.Add(uint8(2), []byte{0, 1, 2, 3, 0, 0, 255, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5}, []byte{0, 1, 1})
	f.Fuzz(func(t *testing.T, outputs uint8, entries, list []byte) {
		const cols = 19
		b, wide := NewBuilder(255, 0, 0), NewWideBuilder(0, 0)
		for len(entries) > 0 {
			row := make([]byte, cols)
			entries = entries[copy(row, entries):]
			b.AddBytes(row)
			wide.AddBytes(row)
		}
		m := b.CSR(cols)
		if m.Rows() == 0 {
			return
		}
		rows := make([]int32, len(list))
		for i, v := range list {
			rows[i] = int32(int(v) % m.Rows())
		}
		k := 1 + int(outputs)%64
		for _, r := range rowKernels {
			r.compare(t, m, k, int(outputs)%4, rows, rand.New(rand.NewPCG(25, 26)), normals, 1e-9)
			r.compare(t, wide.CSR(cols), k, int(outputs)%4, rows, rand.New(rand.NewPCG(25, 26)), normals, 1e-9)
		}
	})
}

// MulSumRows is the product with the sum, whatever the storage.
func TestMulSumRows(t *testing.T) {
	for _, s := range samples() {
		for _, k := range []int{1, 2, 3, 10} {
			t.Run(fmt.Sprintf("%s/k=%d", s.name, k), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(27, uint64(k)))
				u, v := make([]float64, (sampleCols+1)*k), make([]float64, (sampleCols+1)*k)
				normals(u, rng)
				normals(v, rng)
				w := make([]float64, len(u))
				for i := range w {
					w[i] = 0.75*u[i] - 2*v[i]
				}
				rows := slices.Repeat(gathered["mixed"], 20)
				z := make([]float64, len(rows)*k)
				s.m.MulSumRows(z, 0.75, u, -2, v, k, rows)
				want := naiveMulRows(s, w, k, rows)
				for i := range want.size {
					want.size[i] += 100 // a·u and b·v may be larger than their sum
				}
				want.check(t, z)
			})
		}
	}
}

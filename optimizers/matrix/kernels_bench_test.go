//go:build unix

package matrix

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// pixels is a matrix like MNIST: 784 bytes a row, 19 % of them not zero.
func pixels(rows int) *CSR {
	rng := rand.New(rand.NewPCG(1, 2))
	b := NewBuilder(255, rows, rows*150)
	row := make([]byte, 784)
	for range rows {
		for j := range row {
			row[j] = 0
			if rng.Float64() < 0.19 {
				row[j] = byte(1 + rng.IntN(255))
			}
		}
		b.AddBytes(row)
	}
	return b.CSR(784)
}

// BenchmarkScale is what an entry costs in every kernel over k outputs of 128
// rows of MNIST's shape, as bytes and as numbers, in CPU time: in all, and for
// each output. Nothing may be dearer for each output than 1.5 times what it is at
// k = 10, but where to decode the entry is all that is left to do.
func BenchmarkScale(b *testing.B) {
	const block, n = 128, 2048
	small := pixels(n)
	wide := NewWideBuilder(n, int(small.Stored()))
	for i := range n {
		small.Row(i, wide.Add)
		wide.EndRow(784)
	}
	all, cols := AllRows(n), NewColumns(small, block)
	for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 15, 16, 20, 21, 26, 40, 41, 47, 100} {
		w, v, d := filled(785*k), filled(785*k), filled(block*k)
		for _, m := range []struct {
			name string
			*CSR
		}{{"bytes", small}, {"numbers", wide.CSR(784)}} {
			each := func(kernel string, do func(rows []int32)) {
				floor(b, fmt.Sprintf("%s/%s/k=%d", kernel, m.name, k), int(small.Stored()), func() {
					for lo := 0; lo < n; lo += block {
						do(all[lo : lo+block])
					}
				})
			}
			each("MulRows", func(rows []int32) { m.MulRows(d, w, k, rows) })
			each("MulSumRows", func(rows []int32) { m.MulSumRows(d, 0.5, w, 0.5, v, k, rows) })
			clear(d)
			each("AddMulRows", func(rows []int32) { m.AddMulRows(w, d, k, rows) })
			if m.name == "bytes" {
				each("Columns", func(rows []int32) { cols.AddMulRows(w, d, k, rows) })
			}
		}
	}
}

// BenchmarkFetch is the product with rows of MNIST's size and number in the
// order of memory and shuffled, in mini-batches: the difference is what it costs
// to fetch them. As in a run, the first rows of the next batch are asked for
// while one is at work.
func BenchmarkFetch(b *testing.B) {
	const n, k, batch = 60000, 10, 64
	m := pixels(n)
	w, z := filled(785*k), make([]float64, batch*k)
	for _, order := range []string{"memory", "shuffled"} {
		b.Run(order, func(b *testing.B) {
			rows, at := AllRows(n), 0
			if order == "shuffled" {
				rand.New(rand.NewPCG(5, 6)).Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			}
			from, entries := spent(b), int64(0)
			for range b.N {
				if at+2*batch > n {
					at = 0
				}
				m.Prefetch(rows[at+batch:][:8], k, batch)
				m.MulRows(z, w, k, rows[at:at+batch])
				for _, r := range rows[at : at+batch] {
					entries += m.ptr[r+1] - m.ptr[r]
				}
				at += batch
			}
			b.ReportMetric(float64(spent(b)-from)/float64(entries), "cpu-ns/entry")
		})
	}
}

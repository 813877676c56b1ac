package matrix

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkShadow is what a mini-batch of digits-like rows takes, in float64 and with
// weights of float32.
func BenchmarkShadow(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, cols = 10000, 784
	build := NewBuilder(255, n, n*cols)
	for range n {
		row := make([]byte, cols)
		for range 190 {
			row[rng.IntN(cols)] = byte(1 + rng.IntN(255))
		}
		build.AddBytes(row)
	}
	x := build.CSR(cols)
	for _, k := range []int{5, 10, 26, 100} {
		for _, size := range []int{8, 64, 256} {
			w, g, z := make([]float64, (cols+1)*k), make([]float64, (cols+1)*k), make([]float64, size*k)
			rows := make([]int32, size)
			name := fmt.Sprintf("k=%d/B=%d/", k, size)
			draw := func() {
				for i := range rows {
					rows[i] = rng.Int32N(n)
				}
			}
			b.Run(name+"float64", func(b *testing.B) {
				for b.Loop() {
					draw()
					clear(g)
					x.MulRows(z, w, k, rows)
					x.AddMulRows(g, z, k, rows)
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
			})
			b.Run(name+"float32", func(b *testing.B) {
				s := newSparseShadow(x, k)
				for b.Loop() {
					draw()
					clear(g)
					s.Round(w)
					s.MulRows(z, rows)
					s.AddMulRows(z, rows)
					s.WriteTo(g, 1)
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

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

func BenchmarkMulRows(b *testing.B) { benchmarkKernel(b, (*CSR).MulRows) }
func BenchmarkAddMulRows(b *testing.B) {
	benchmarkKernel(b, func(m *CSR, d, g []float64, k int, rows []int32) { m.AddMulRows(g, d, k, rows) })
}

func benchmarkKernel(b *testing.B, kernel func(m *CSR, z, w []float64, k int, rows []int32)) {
	m := pixels(20000)
	for _, k := range []int{1, 10, 200} {
		b.Run(fmt.Sprintf("outputs=%d", k), func(b *testing.B) {
			w := make([]float64, 785*k)
			for i := range w {
				w[i] = float64(i%7) * 0.01
			}
			z := make([]float64, 64*k)
			rows := make([]int32, 64)
			rng := rand.New(rand.NewPCG(3, 4))
			for b.Loop() {
				for i := range rows {
					rows[i] = rng.Int32N(20000)
				}
				kernel(m, z, w, k, rows)
			}
			b.ReportMetric(64*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

package objective

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers/matrix"
)

// pixels are n examples like MNIST: 784 bytes a row, 19 % of them not zero.
func pixels(n int) Examples {
	rng := rand.New(rand.NewPCG(1, 2))
	b := matrix.NewBuilder(255, n, n*150)
	row := make([]byte, 784)
	e := Examples{Classes: 10}
	for range n {
		for j := range row {
			row[j] = 0
			if rng.Float64() < 0.19 {
				row[j] = byte(1 + rng.IntN(255))
			}
		}
		b.AddBytes(row)
		e.Labels = append(e.Labels, rng.Int32N(10))
	}
	e.X = b.CSR(784)
	return e
}

// BenchmarkGradient is the gradient of a mini-batch, and of all 20,000 rows.
func BenchmarkGradient(b *testing.B) {
	const n = 20000
	data := pixels(n)
	for _, name := range []string{"softmax", "net"} {
		m, err := FindModel(name)
		if err != nil {
			b.Fatal(err)
		}
		o, err := m.New(data, Settings{})
		if err != nil {
			b.Fatal(err)
		}
		for _, batch := range []int{1, 8, 16, 64, 256, n} {
			b.Run(fmt.Sprintf("model=%s/batch=%d", name, batch), func(b *testing.B) { benchmarkGradient(b, o, batch) })
		}
		if net, ok := o.(*Net); ok {
			for _, batch := range []int{8, 16, 64, 256, n} {
				b.Run(fmt.Sprintf("model=%s/float32/batch=%d", name, batch), func(b *testing.B) { benchmarkGradient(b, net.Single(), batch) })
			}
		}
	}
}

func benchmarkGradient(b *testing.B, o Objective, batch int) {
	theta, g := o.Start(1), make([]float64, o.Dim())
	rows := matrix.AllRows(batch)
	rng := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		if batch < o.Len() {
			for i := range rows {
				rows[i] = rng.Int32N(int32(o.Len()))
			}
		}
		o.AddGrad(g, theta, rows, 1/float64(batch))
	}
	b.ReportMetric(float64(batch)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}

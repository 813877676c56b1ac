//go:build unix

package matrix

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkDenseShadow is what a row of a mini-batch costs, product and gradient, with
// weights in float64 and as a shadow, which is rounded and whose sum is taken each time:
// denseShadow.Pays goes by where the latter is cheaper. The shadow's four parts are
// there one by one too. Rows are in no order, and come from memory where they are long.
func BenchmarkDenseShadow(b *testing.B) {
	const n = 8192
	rng := rand.New(rand.NewPCG(7, 8))
	for _, cols := range []int{28, 784, 3072} {
		data, floats := make([]uint8, n*cols), make([]float32, n*cols)
		for i := range data {
			data[i] = uint8(rng.IntN(256))
			floats[i] = float32(data[i]) / 255
		}
		order := AllRows(n)
		rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, m := range []*Packed{NewBytes(n, cols, data, 255), NewFloats(n, cols, floats)} {
			for _, k := range []int{1, 2, 10, 100} {
				for _, batch := range []int{8, 64, 256} {
					benchDenseShadow(b, m, k, order, batch)
				}
			}
		}
	}
}

func benchDenseShadow(b *testing.B, m *Packed, k int, order []int32, batch int) {
	kind := "bytes"
	if m.floats != nil {
		kind = "floats"
	}
	w, g, z, d := filled((m.cols+1)*k), make([]float64, (m.cols+1)*k), make([]float64, batch*k), filled(batch*k)
	s := shadowOf(m, k)
	for _, part := range []struct {
		name string
		do   func(rows []int32)
	}{
		{"float64", func(rows []int32) { m.MulRows(z, w, k, rows); m.AddMulRows(g, z, k, rows) }},
		{"shadow", func(rows []int32) { s.Round(w); s.MulRows(z, rows); s.AddMulRows(z, rows); s.AddTo(g, 1) }},
		{"step", func(rows []int32) { s.MulRows(z, rows); s.AddMulRows(d, rows); s.Step(w, 1e-12) }},
		{"Round", func([]int32) { s.Round(w) }},
		{"MulRows", func(rows []int32) { s.MulRows(z, rows) }},
		{"AddMulRows", func(rows []int32) { s.AddMulRows(d, rows) }},
		{"AddTo", func([]int32) { s.AddMulRows(d[:k], order[:1]); s.AddTo(g, 1) }},
	} {
		b.Run(fmt.Sprintf("%s/cols=%d/k=%d/B=%d/%s", kind, m.cols, k, batch, part.name), func(b *testing.B) {
			at, from := 0, spent(b)
			for range b.N {
				if at+2*batch > len(order) {
					at = 0
				}
				m.Prefetch(order[at+batch:][:8], k, batch)
				part.do(order[at : at+batch])
				at += batch
			}
			b.ReportMetric(float64(spent(b)-from)/float64(b.N)/float64(batch), "cpu-ns/row")
		})
	}
}

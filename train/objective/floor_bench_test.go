//go:build unix

package objective

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"optwatch/optimizers/matrix"
)

// BenchmarkFloor is the softmax of a block of outputs, and the logistic loss of one and of
// rows one by one, in CPU time for a row.
func BenchmarkFloor(b *testing.B) {
	const rows = 128
	for _, k := range []int{2, 3, 4, 9, 10, 11, 26, 100} {
		benchmarkLoss(b, fmt.Sprintf("softmax/k=%d/row", k), rows, k, func(z []float64) { softmaxRows(z, k) })
	}
	y, all := make([]float64, rows), matrix.AllRows(rows)
	for i := range y {
		y[i] = float64(2*(i%2) - 1)
	}
	benchmarkLoss(b, "logistic/row", rows, 1, func(z []float64) { logisticRows(z, y, all) })
	benchmarkLoss(b, "logistic/alone", rows, 1, func(z []float64) {
		for i := range z {
			logisticRows(z[i:i+1], y, all[i:i+1])
		}
	})
}

func benchmarkLoss(b *testing.B, name string, rows, k int, loss func(z []float64)) {
	z, outputs := make([]float64, k*rows), make([]float64, k*rows)
	for i := range outputs {
		outputs[i] = float64(i%17) / 4
	}
	b.Run(name, func(b *testing.B) {
		from := spent(b)
		for range b.N {
			copy(z, outputs)
			loss(z)
		}
		b.ReportMetric(float64(spent(b)-from)/float64(b.N)/float64(rows), "cpu-ns/unit")
	})
}

// BenchmarkScale is the gradient of mini-batches of 64 of 20,000 rows of MNIST's
// shape in k classes, in CPU time for an output of a row: nothing may be dearer
// than 1.5 times what it is at k = 10, but where a row's entries must be decoded
// for too few outputs.
func BenchmarkScale(b *testing.B) {
	const n, batch = 20000, 64
	data := pixels(n)
	m, err := FindModel("softmax")
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range []int{2, 3, 4, 5, 7, 9, 10, 11, 15, 26, 47, 100} {
		data.Classes = k
		for i := range data.Labels {
			data.Labels[i] = int32(i*7) % int32(k)
		}
		o, err := m.New(data, Settings{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("classes=%d", k), func(b *testing.B) {
			theta, g, rows := o.Start(1), make([]float64, o.Dim()), matrix.AllRows(batch)
			rng := rand.New(rand.NewPCG(3, 4))
			from := spent(b)
			for range b.N {
				for i := range rows {
					rows[i] = rng.Int32N(n)
				}
				o.AddGrad(g, theta, rows, 1.0/batch)
			}
			row := float64(spent(b)-from) / float64(b.N) / batch
			b.ReportMetric(row, "cpu-ns/row")
			b.ReportMetric(row/float64(k), "cpu-ns/output")
		})
	}
}

// spent is the CPU time of this process.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

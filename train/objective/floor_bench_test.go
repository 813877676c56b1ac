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

// BenchmarkFloor is the softmax of a block of outputs, in CPU time for a row.
func BenchmarkFloor(b *testing.B) {
	for _, k := range []int{2, 3, 4, 9, 10, 11, 26, 100} {
		benchmarkSoftmax(b, k)
	}
}

func benchmarkSoftmax(b *testing.B, k int) {
	const rows = 128
	z, outputs := make([]float64, k*rows), make([]float64, k*rows)
	for i := range outputs {
		outputs[i] = float64(i%17) / 4
	}
	b.Run(fmt.Sprintf("softmax/k=%d/row", k), func(b *testing.B) {
		from := spent(b)
		for range b.N {
			copy(z, outputs)
			softmaxRows(z, k)
		}
		b.ReportMetric(float64(spent(b)-from)/float64(b.N)/rows, "cpu-ns/unit")
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

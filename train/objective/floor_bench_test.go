//go:build unix

package objective

import (
	"syscall"
	"testing"
	"time"
)

// BenchmarkFloor is the softmax of a block of outputs, in CPU time for a row.
func BenchmarkFloor(b *testing.B) {
	const rows = 128
	z, outputs := make([]float64, 10*rows), make([]float64, 10*rows)
	for i := range outputs {
		outputs[i] = float64(i%17) / 4
	}
	b.Run("softmax10/row", func(b *testing.B) {
		from := spent(b)
		for range b.N {
			copy(z, outputs)
			softmaxRows(z, 10)
		}
		b.ReportMetric(float64(spent(b)-from)/float64(b.N)/rows, "cpu-ns/unit")
	})
}

// spent is the CPU time of this process.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

//go:build unix

package train_test

import (
	"testing"
	"time"

	"optwatch/optimizers/matrix"
	"optwatch/train"
)

// work is what an evaluation cannot do without, whatever the method.
type work struct {
	row, rows float64 // bytes of a row, and rows in all: they lie in one of the caches or in memory
	fmas      float64 // multiply-adds in float64
}

// machine is what this machine does at most, measured.
type machine struct {
	fmas  float64 // multiply-adds in float64 a nanosecond
	reads map[int]float64
}

// measureMachine measures how many multiply-adds it does. The products of nets in float32
// reach 94 % of what the processor can, and half as many numbers of float64 fit a vector.
func measureMachine(tb testing.TB) *machine {
	const rows, width = 64, 200
	number := make([]float64, (width+1)*width)
	for i := range number {
		number[i] = 0.01
	}
	a, c, w := matrix.NewSingle(rows, width), matrix.NewSingle(rows, width), matrix.NewPanels(width+1, width)
	a.Narrow(number, rows)
	w.Narrow(number)
	ns := quickest(tb, func() { c.MulRectified(a, w, rows, true) })
	return &machine{fmas: rows * width * width / ns / 2, reads: map[int]float64{}}
}

// read is the bytes a nanosecond that can be read of so many, again and again in order.
func (m *machine) read(tb testing.TB, bytes int) float64 {
	n := min(max(bytes/16, 256), 1<<24)
	if m.reads[n] == 0 {
		x, y, sum := make([]float64, n), make([]float64, n), 0.0
		for i := range x {
			x[i], y[i] = 1, 1
		}
		m.reads[n] = float64(16*n) / quickest(tb, func() { sum += matrix.Dot(x, y) })
	}
	return m.reads[n]
}

// floors are the nanoseconds that the bytes and the multiply-adds of a piece of work take.
func (m *machine) floors(tb testing.TB, w work) (reading, multiplying float64) {
	return w.row / m.read(tb, int(w.row*w.rows)), w.fmas / m.fmas
}

// quickest is the CPU time of a call in nanoseconds, the least of seven tries.
func quickest(tb testing.TB, do func()) float64 {
	do()
	calls := 1
	for {
		from := train.CPUTime(tb)
		for range calls {
			do()
		}
		if train.CPUTime(tb)-from > 3*time.Millisecond {
			break
		}
		calls *= 2
	}
	best := 0.0
	for range 7 {
		from := train.CPUTime(tb)
		for range calls {
			do()
		}
		if ns := float64(train.CPUTime(tb)-from) / float64(calls); best == 0 || ns < best {
			best = ns
		}
	}
	return best
}

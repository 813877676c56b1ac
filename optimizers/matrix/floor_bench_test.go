//go:build unix

package matrix

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFloor is every kernel on what fits a near cache or on MNIST's
// shapes, in CPU time for each unit of its floor: the table in the package's
// documentation.
func BenchmarkFloor(b *testing.B) {
	const k, n, block = 10, 2048, 128
	m := pixels(n)
	cols, all := NewColumns(m, block), AllRows(n)
	w, v, d := filled(785*k), filled(785*k), filled(block*k)
	each := func(do func(rows []int32)) func() {
		return func() {
			for lo := 0; lo < n; lo += block {
				do(all[lo : lo+block])
			}
		}
	}
	entries := int(m.Stored())
	floor(b, "MulRows10/entry", entries, each(func(rows []int32) { m.MulRows(d, w, k, rows) }))
	floor(b, "MulSumRows10/entry", entries, each(func(rows []int32) { m.MulSumRows(d, 0.5, w, 0.5, v, k, rows) }))
	clear(d)
	floor(b, "AddMulRows10/entry", entries, each(func(rows []int32) { m.AddMulRows(v, d, k, rows) }))
	floor(b, "Columns10/entry", entries, each(func(rows []int32) { cols.AddMulRows(v, d, k, rows) }))

	const rows, width = 32, 200 // a block of the net, and its hidden layers
	for _, outputs := range []int{width, k} {
		x, weights, z := NewDense(rows, width, filled(rows*width)), filled((width+1)*outputs), make([]float64, rows*outputs)
		grad, delta, list := make([]float64, len(weights)), make([]float64, rows*width), AllRows(rows)
		fmas := rows * width * outputs / 4
		floor(b, fmt.Sprintf("Dense.MulRows/outputs=%d/fma", outputs), fmas, func() { x.MulRows(z, weights, outputs, list) })
		floor(b, fmt.Sprintf("Dense.AddMulRows/outputs=%d/fma", outputs), fmas, func() { x.AddMulRows(grad, z, outputs, list) })
		floor(b, fmt.Sprintf("MulTransposed/outputs=%d/fma", outputs), fmas, func() { MulTransposed(delta, z, weights[:width*outputs], outputs) })
	}

	for _, width := range []int{200, 512} {
		floorSingle(b, m, width)
	}

	for _, size := range []int{1024, 1 << 23} { // in the nearest cache, and in none
		x, y, sum := filled(size), filled(size), 0.0
		name := func(kernel string) string { return fmt.Sprintf("%s/n=%d/vector", kernel, size) }
		floor(b, name("Dot"), size/4, func() { sum += Dot(x, y) })
		floor(b, name("SquaredDistance"), size/4, func() { sum += SquaredDistance(x, y) })
		floor(b, name("Nrm2"), size/4, func() { sum += Nrm2(x) })
		floor(b, name("Axpy"), size/4, func() { Axpy(y, 1e-9, x) })
		floor(b, name("Scal"), size/4, func() { Scal(y, 1) })
		floor(b, name("Gate"), size/4, func() { Gate(y, x) })
	}
}

// floorSingle is the kernels in float32 for a mini-batch of 64 and a layer of so
// many units. A pick is of two columns, and each vector of eight of its row costs
// two multiply-adds.
func floorSingle(b *testing.B, m *CSR, width int) {
	const rows = 64
	number := func() float64 { return 0.01 }
	a, c, d := singleOf(rows, width, number), singleOf(rows, width, number), singleOf(rows, width, number)
	w, t, grad := panelsOf(width+1, width, number), panelsOf(width, width, number), make([]float64, (width+1)*width)
	name := func(kernel, unit string) string { return fmt.Sprintf("%s/units=%d/%s", kernel, width, unit) }
	fmas := rows * width * width / 8
	floor(b, name("Single.MulRectified", "fma"), fmas, func() { c.MulRectified(a, w, rows, true) })
	floor(b, name("Single.MulGated", "fma"), fmas, func() { c.MulGated(a, t, d, rows) })
	floor(b, name("Single.AddOuter", "fma"), fmas, func() { a.AddOuter(grad, d, rows) })
	floor(b, name("Panels.Narrow", "vector"), width*width/8, func() { w.Narrow(grad) })
	floor(b, name("Panels.Turn", "vector"), width*width/8, func() { t.Turn(w) })
	var p Picks
	list, first := AllRows(rows), filled(785*width)
	floor(b, name("Picks.Gather", "row"), rows, func() { p.Gather(m, list, width) })
	vectors := len(p.picks) * width / 8
	floor(b, name("Picks.MulRectified", "vector"), vectors, func() { p.MulRectified(c, first) })
	floor(b, name("Picks.AddOuter", "vector"), vectors, func() { p.AddOuter(first, d) })
}

// floor is the time that a unit of a kernel takes.
func floor(b *testing.B, name string, units int, do func()) {
	b.Run(name, func(b *testing.B) {
		do()
		from := spent(b)
		for range b.N {
			do()
		}
		b.ReportMetric(float64(spent(b)-from)/float64(b.N)/float64(units), "cpu-ns/unit")
	})
}

func filled(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 0.01 * float64(1+i%7)
	}
	return v
}

// spent is the CPU time of this process.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

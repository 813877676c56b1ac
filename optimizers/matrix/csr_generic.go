package matrix

import (
	"runtime"
	"unsafe"
)

// The kernels over compressed sparse rows, in plain Go. They are the
// reference for any faster ones. Ten outputs (the digits) and one (a binary
// model) have kernels of their own; any other number goes through Axpy. The
// divisor of the stored values is applied once a row and not once an entry.

// mulRows is, for each listed row i,
//
//	z[i] = w[bias] + (Σ v·w[j]) / divisor   over the entries (j, v) of the row
func mulRows[C uint16 | int32, V uint8 | float64](z, w []float64, k int, rows []int32, ptr []int64, e *entries[C, V]) {
	bias := w[len(w)-k:]
	touch(rows, ptr, e)
	for i, r := range rows {
		col := e.col[ptr[r]:ptr[r+1]]
		val := e.val[ptr[r]:ptr[r+1]]
		out := z[i*k : i*k+k]
		switch k {
		case 1:
			out[0] = mulRow1(w, col, val)
		case 10:
			mulRow10((*[10]float64)(out), tens(w), col, val)
		default:
			clear(out)
			for p, c := range col {
				j := int(c) * k
				Axpy(out, float64(val[p]), w[j:j+k])
			}
		}
		for c, b := range bias {
			out[c] = b + out[c]/e.divisor
		}
	}
}

// mulSumRows is, for each listed row i,
//
//	z[i] = a·u[bias] + b·v[bias] + (Σ x·(a·u[j] + b·v[j])) / divisor   over the entries (j, x) of the row
func mulSumRows[C uint16 | int32, V uint8 | float64](z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32, ptr []int64, e *entries[C, V]) {
	for i, r := range rows {
		col := e.col[ptr[r]:ptr[r+1]]
		val := e.val[ptr[r]:ptr[r+1]]
		out := z[i*k : i*k+k]
		mulSumRow(out, a, u, k, col, val, e.divisor, false)
		mulSumRow(out, b, v, k, col, val, e.divisor, true)
	}
}

// mulSumRow writes a·(x̃·W) to z, or adds it.
func mulSumRow[C uint16 | int32, V uint8 | float64](z []float64, a float64, w []float64, k int, col []C, val []V, divisor float64, add bool) {
	if !add {
		clear(z)
	}
	Axpy(z, a, w[len(w)-k:])
	switch k {
	case 1:
		z[0] += a * (mulRow1(w, col, val) / divisor)
	case 10:
		var sum [10]float64
		mulRow10(&sum, tens(w), col, val)
		for c, s := range sum {
			z[c] += a * (s / divisor)
		}
	default:
		for p, c := range col {
			j := int(c) * k
			Axpy(z, a*(float64(val[p])/divisor), w[j:j+k])
		}
	}
}

// addMulRows is, for each listed row i,
//
//	g[bias] += d[i];  g[j] += v·(d[i] / divisor)   for each entry (j, v) of the row
func addMulRows[C uint16 | int32, V uint8 | float64](g, d []float64, k int, rows []int32, ptr []int64, e *entries[C, V]) {
	bias := g[len(g)-k:]
	for i, r := range rows {
		col := e.col[ptr[r]:ptr[r+1]]
		val := e.val[ptr[r]:ptr[r+1]]
		in := d[i*k : i*k+k]
		Axpy(bias, 1, in)
		switch k {
		case 1:
			addMulRow1(g, in[0]/e.divisor, col, val)
		case 10:
			addMulRow10(tens(g), (*[10]float64)(in), e.divisor, col, val)
		default:
			for p, c := range col {
				j := int(c) * k
				Axpy(g[j:j+k], float64(val[p])/e.divisor, in)
			}
		}
	}
}

func mulRow1[C uint16 | int32, V uint8 | float64](w []float64, col []C, val []V) float64 {
	val = val[:len(col)]
	sum := 0.0
	for p, c := range col {
		sum += float64(val[p]) * w[c]
	}
	return sum
}

func addMulRow1[C uint16 | int32, V uint8 | float64](g []float64, d float64, col []C, val []V) {
	val = val[:len(col)]
	for p, c := range col {
		g[c] += float64(val[p]) * d
	}
}

// tens sees W as rows of ten, so that a row costs one bounds check. There is no
// safe conversion of a slice to a slice of arrays.
func tens(w []float64) [][10]float64 {
	return unsafe.Slice((*[10]float64)(unsafe.Pointer(unsafe.SliceData(w))), len(w)/10)
}

// mulRow10 takes four entries at a time: ten sums in registers do not leave
// enough of them for the products, and sums in memory are read and written
// once for the four.
func mulRow10[C uint16 | int32, V uint8 | float64](z *[10]float64, w [][10]float64, col []C, val []V) {
	val = val[:len(col)]
	*z = [10]float64{}
	p := 0
	for ; p+4 <= len(col); p += 4 {
		c, v := (*[4]C)(col[p:]), (*[4]V)(val[p:])
		x0, x1, x2, x3 := float64(v[0]), float64(v[1]), float64(v[2]), float64(v[3])
		r0, r1, r2, r3 := &w[c[0]], &w[c[1]], &w[c[2]], &w[c[3]]
		z[0] += x0*r0[0] + x1*r1[0] + x2*r2[0] + x3*r3[0]
		z[1] += x0*r0[1] + x1*r1[1] + x2*r2[1] + x3*r3[1]
		z[2] += x0*r0[2] + x1*r1[2] + x2*r2[2] + x3*r3[2]
		z[3] += x0*r0[3] + x1*r1[3] + x2*r2[3] + x3*r3[3]
		z[4] += x0*r0[4] + x1*r1[4] + x2*r2[4] + x3*r3[4]
		z[5] += x0*r0[5] + x1*r1[5] + x2*r2[5] + x3*r3[5]
		z[6] += x0*r0[6] + x1*r1[6] + x2*r2[6] + x3*r3[6]
		z[7] += x0*r0[7] + x1*r1[7] + x2*r2[7] + x3*r3[7]
		z[8] += x0*r0[8] + x1*r1[8] + x2*r2[8] + x3*r3[8]
		z[9] += x0*r0[9] + x1*r1[9] + x2*r2[9] + x3*r3[9]
	}
	for ; p < len(col); p++ {
		x, r := float64(val[p]), &w[col[p]]
		for k := range z {
			z[k] += x * r[k]
		}
	}
}

func addMulRow10[C uint16 | int32, V uint8 | float64](g [][10]float64, d *[10]float64, divisor float64, col []C, val []V) {
	val = val[:len(col)]
	d0, d1, d2, d3, d4 := d[0]/divisor, d[1]/divisor, d[2]/divisor, d[3]/divisor, d[4]/divisor
	d5, d6, d7, d8, d9 := d[5]/divisor, d[6]/divisor, d[7]/divisor, d[8]/divisor, d[9]/divisor
	for p, c := range col {
		x, r := float64(val[p]), &g[c]
		r[0] += x * d0
		r[1] += x * d1
		r[2] += x * d2
		r[3] += x * d3
		r[4] += x * d4
		r[5] += x * d5
		r[6] += x * d6
		r[7] += x * d7
		r[8] += x * d8
		r[9] += x * d9
	}
}

// touch reads a byte of every cache line of the listed rows, so that the
// memory fetches many of them at once and not one after the other.
func touch[C uint16 | int32, V uint8 | float64](rows []int32, ptr []int64, e *entries[C, V]) {
	const line = 64
	var c C
	var v V
	for _, r := range rows {
		for p := ptr[r]; p < ptr[r+1]; p += line / int64(unsafe.Sizeof(c)) {
			c += e.col[p]
		}
		for p := ptr[r]; p < ptr[r+1]; p += line / int64(unsafe.Sizeof(v)) {
			v += e.val[p]
		}
	}
	runtime.KeepAlive(c)
	runtime.KeepAlive(v)
}

package matrix

// The kernels over compressed sparse rows, in plain Go. They are the
// reference for any faster ones. Ten outputs (the digits) and one (a binary
// model) keep their sums in registers; any other number goes through Axpy. The
// divisor of the stored values is applied once a row and not once an entry.

// mulRows is, for each listed row i,
//
//	z[i] = w[bias] + (Σ v·w[j]) / divisor   over the entries (j, v) of the row
func mulRows[C uint16 | int32, V uint8 | float64](z, w []float64, k int, rows []int32, ptr []int64, e *entries[C, V]) {
	bias := w[len(w)-k:]
	for i, r := range rows {
		col := e.col[ptr[r]:ptr[r+1]]
		val := e.val[ptr[r]:ptr[r+1]]
		out := z[i*k : i*k+k]
		switch k {
		case 1:
			out[0] = mulRow1(w, col, val)
		case 10:
			mulRow10((*[10]float64)(out), w, col, val)
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
			addMulRow10(g, (*[10]float64)(in), e.divisor, col, val)
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

func mulRow10[C uint16 | int32, V uint8 | float64](z *[10]float64, w []float64, col []C, val []V) {
	val = val[:len(col)]
	var z0, z1, z2, z3, z4, z5, z6, z7, z8, z9 float64
	for p, c := range col {
		x := float64(val[p])
		r := (*[10]float64)(w[int(c)*10:])
		z0 += x * r[0]
		z1 += x * r[1]
		z2 += x * r[2]
		z3 += x * r[3]
		z4 += x * r[4]
		z5 += x * r[5]
		z6 += x * r[6]
		z7 += x * r[7]
		z8 += x * r[8]
		z9 += x * r[9]
	}
	*z = [10]float64{z0, z1, z2, z3, z4, z5, z6, z7, z8, z9}
}

func addMulRow10[C uint16 | int32, V uint8 | float64](g []float64, d *[10]float64, divisor float64, col []C, val []V) {
	val = val[:len(col)]
	d0, d1, d2, d3, d4 := d[0]/divisor, d[1]/divisor, d[2]/divisor, d[3]/divisor, d[4]/divisor
	d5, d6, d7, d8, d9 := d[5]/divisor, d[6]/divisor, d[7]/divisor, d[8]/divisor, d[9]/divisor
	for p, c := range col {
		x := float64(val[p])
		r := (*[10]float64)(g[int(c)*10:])
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

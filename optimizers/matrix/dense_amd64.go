//go:build !purego

package matrix

// tile is how many outputs a kernel over dense rows takes at once of those
// that are left.
func tile(left int) int {
	switch {
	case left >= 20:
		return 20
	case left > 8:
		return min(left, 12)
	}
	return min(left, 4)
}

// fastMulRows is MulRows, where there are kernels: with one output or two row by row, else two
// rows at a time. Zeros are not skipped. With one row left it is computed twice.
func (m *Dense) fastMulRows(z, w []float64, k int, rows []int32) bool {
	if !avx2 || m.cols == 0 {
		return false
	}
	if (k == 1 || k == 2) && len(rows) > 0 {
		for _, r := range rows {
			_ = m.row(int(r))
		}
		if k == 1 {
			mulDense1(&z[0], &m.data[0], &w[0], &rows[0], len(rows), m.cols)
		} else {
			mulDense2(&z[0], &m.data[0], &w[0], &rows[0], len(rows), m.cols)
		}
		return true
	}
	for c := 0; c < k; c += tile(k - c) {
		t := tile(k - c)
		for i := 0; i < len(rows); i += 2 {
			j := min(i+1, len(rows)-1)
			z0, z1 := &z[i*k+c], &z[j*k+c]
			a0, a1 := &m.row(int(rows[i]))[0], &m.row(int(rows[j]))[0]
			switch {
			case t == 20:
				mulDense20(z0, z1, a0, a1, &w[c], m.cols, k)
			case t > 8:
				mulDenseUp12(z0, z1, a0, a1, &w[c], m.cols, k, &masks[t-8][0])
			default:
				mulDenseUp4(z0, z1, a0, a1, &w[c], m.cols, k, &masks[t][0])
			}
		}
	}
	return true
}

// fastMulSumRowsOf2 is MulSumRows with two outputs, where there is a kernel, and says whether.
func (m *Dense) fastMulSumRowsOf2(z []float64, a float64, u []float64, b float64, v []float64, rows []int32) bool {
	if !avx2 || m.cols == 0 {
		return false
	}
	var room [roomOfSum]float64
	for len(rows) > 0 {
		n := min(len(rows), len(room)/2)
		m.fastMulRows(z, u, 2, rows[:n])
		m.fastMulRows(room[:], v, 2, rows[:n])
		addScaled(z[:2*n], a, b, room[:])
		z, rows = z[2*n:], rows[n:]
	}
	return true
}

// fastAddMulRowsOfFew is AddMulRows with one output or two, where there are kernels, and says
// whether.
func (m *Dense) fastAddMulRowsOfFew(g, d []float64, k int, rows []int32) bool {
	if !avx2 || k > 2 || len(rows) == 0 || m.cols == 0 {
		return false
	}
	for _, r := range rows {
		_ = m.row(int(r))
	}
	if k == 1 {
		addMulDense1(&d[0], &m.data[0], &g[0], &rows[0], len(rows), m.cols)
	} else {
		addMulDense2(&d[0], &m.data[0], &g[0], &rows[0], len(rows), m.cols)
	}
	return true
}

// fastAddMulRows is AddMulRows without the biases, two features at a time, and
// says how many of the features it has done.
func (m *Dense) fastAddMulRows(g, d []float64, k int, rows []int32) int {
	if !avx2 || len(rows) == 0 {
		return 0
	}
	for _, r := range rows {
		_ = m.row(int(r))
	}
	if len(rows) < AtOnce && m.cols > 0 {
		for i, r := range rows {
			addOuter(g, m.row(int(r)), d[i*k:i*k+k], k)
		}
		return m.cols
	}
	for c := 0; c < k; c += tile(k - c) {
		t := tile(k - c)
		for j := 0; j+2 <= m.cols; j += 2 {
			g0, g1 := &g[j*k+c], &g[(j+1)*k+c]
			switch {
			case t == 20:
				addMulDense20(g0, g1, &m.data[j], &d[c], &rows[0], len(rows), m.cols, k)
			case t > 8:
				addMulDenseUp12(g0, g1, &m.data[j], &d[c], &rows[0], len(rows), m.cols, k, &masks[t-8][0])
			default:
				addMulDenseUp4(g0, g1, &m.data[j], &d[c], &rows[0], len(rows), m.cols, k, &masks[t][0])
			}
		}
	}
	return m.cols &^ 1
}

// fastAddScaledProduct is addScaledProduct where there is a kernel for it, and says whether.
func fastAddScaledProduct(z []float64, a float64, x, w []float64, k int) bool {
	if !avx2 || len(x) == 0 {
		return false
	}
	addPanels(z, x, w, 1, len(x), 0, 1, k, a)
	return true
}

// fastMulTransposed does four rows of W at a time, and says how many it has done.
func fastMulTransposed(z, d, w []float64, k, n int) int {
	units := len(w) / k
	if !avx2 || n == 0 {
		return 0
	}
	for i := 0; i < n; i += 2 {
		j := min(i+1, n-1)
		for u := 0; u+4 <= units; u += 4 {
			dots2x4(&z[i*units+u], &z[j*units+u], &d[i*k], &d[j*k], &w[u*k], k, &masks[k%4][0])
		}
	}
	return units &^ 3
}

func fastGate(x, open []float64) int {
	n := sixteens(len(x))
	if n > 0 {
		gate16(&x[0], &open[0], n)
	}
	return n
}

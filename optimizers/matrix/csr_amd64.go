//go:build !purego

package matrix

import (
	"math"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go -C _generate run . matrix -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg matrix

// avx2 says whether the kernels in assembly run here. One more instruction set
// is one more such variable and one more case where this one is asked; AVX-512
// is left out because there was no machine to test it on.
var avx2 = accelerable()

func accelerable() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

// accelerate uses the kernels in assembly or not, and says whether it can.
func accelerate(want bool) bool {
	avx2 = want && accelerable()
	return avx2 == want
}

// Accelerated says whether kernels in assembly are used.
func Accelerated() bool { return avx2 }

// levels are the values of a byte, so that one load makes a vector of it.
var levels = func() (l [256]float64) {
	for v := range l {
		l[v] = float64(v)
	}
	return l
}()

// masks select the first outputs of a vector of four: masks[c] the first c.
var masks = func() (m [5][4]float64) {
	for c := range m {
		for i := range c {
			m[c][i] = math.Float64frombits(1<<64 - 1)
		}
	}
	return m
}()

// band is how many outputs a kernel takes at once of those that are left.
func band(left int) int {
	switch {
	case left >= 40:
		return 40
	case left >= 20:
		return 20
	case left >= 16:
		return 16
	}
	return min(left, 4)
}

// fastMulRows is mulRows where there is a kernel for it, and says whether.
func fastMulRows(z, w []float64, k int, rows []int32, ptr []int64, e *entries[uint16, uint8]) bool {
	if !avx2 || k == 1 {
		return false
	}
	if !mustHave(rows, ptr) {
		return true
	}
	n, col, val, features := len(rows), unsafe.SliceData(e.col), unsafe.SliceData(e.val), len(w)/k-1
	if k == 10 {
		mulRows10(&z[0], &w[0], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor)
		return true
	}
	for c := 0; c < k; c += band(k - c) {
		switch b := band(k - c); b {
		case 40:
			mulRows40(&z[c], &w[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		case 20:
			mulRows20(&z[c], &w[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		case 16:
			mulRows16(&z[c], &w[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		default:
			mulRowsUp4(&z[c], &w[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k, &masks[b][0])
		}
	}
	return true
}

// fastMulSumRows is mulSumRows where there is a kernel for it, and says whether.
func fastMulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32, ptr []int64, e *entries[uint16, uint8]) bool {
	if !avx2 || k != 10 {
		return false
	}
	if mustHave(rows, ptr) {
		mulSumRows10(&z[0], &u[0], &v[0], &rows[0], len(rows), &ptr[0], unsafe.SliceData(e.col), unsafe.SliceData(e.val), &levels[0], len(u)/k-1, e.divisor, a, b)
	}
	return true
}

// fastAddMulRows is addMulRows where there is a kernel for it, and says whether.
func fastAddMulRows(g, d []float64, k int, rows []int32, ptr []int64, e *entries[uint16, uint8]) bool {
	if !avx2 || k == 1 {
		return false
	}
	if !mustHave(rows, ptr) {
		return true
	}
	n, col, val, features := len(rows), unsafe.SliceData(e.col), unsafe.SliceData(e.val), len(g)/k-1
	if k == 10 {
		addMulRows10(&g[0], &d[0], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor)
		return true
	}
	for c := 0; c < k; c += band(k - c) {
		switch b := band(k - c); b {
		case 40:
			addMulRows40(&g[c], &d[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		case 20:
			addMulRows20(&g[c], &d[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		case 16:
			addMulRows16(&g[c], &d[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k)
		default:
			addMulRowsUp4(&g[c], &d[c], &rows[0], n, &ptr[0], col, val, &levels[0], features, e.divisor, k, &masks[b][0])
		}
	}
	return true
}

// Prefetch asks the memory for the entries of rows that are wanted soon. A
// few of them are enough: the kernels ask for those further on.
func (m *CSR) Prefetch(rows []int32) {
	if avx2 && m.small != nil && mustHave(rows, m.ptr) {
		prefetchRows(&rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.small.col), unsafe.SliceData(m.small.val))
	}
}

// mustHave says whether rows are listed, and panics unless the matrix has all
// of them: the kernels in assembly check nothing.
func mustHave(rows []int32, ptr []int64) bool {
	for _, r := range rows {
		_ = ptr[:len(ptr)-1][r]
	}
	return len(rows) > 0
}

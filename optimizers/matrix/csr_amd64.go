//go:build !purego

package matrix

import (
	"math"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go -C _generate run . matrix -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg matrix

// avx2 and avx512 say which kernels in assembly run here: those of 512 bits beside
// those of 256 bits, which stay where a wider vector gains nothing. Both sets compute
// the same bits: of an output every term is added in the same order.
var avx2, avx512 = hasAVX2(), hasAVX512()

func hasAVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

func hasAVX512() bool {
	return hasAVX2() && cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL
}

// accelerate uses a set of kernels, and says whether it can.
func accelerate(set string) bool {
	has := map[string]bool{generic: true, "avx2": hasAVX2(), "avx512": hasAVX512()}[set]
	if has {
		avx2, avx512 = set != generic, set == "avx512"
	}
	return has
}

// Accelerated says whether kernels in assembly are used.
func Accelerated() bool { return avx2 }

// Vectors512 says whether kernels with vectors of 512 bits are used, too.
func Vectors512() bool { return avx512 }

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

// Mask selects the first n of a vector of four, for kernels in assembly.
func Mask(n int) *float64 { return &masks[n][0] }

// The most outputs that a kernel over rows takes at once, and one over two matrices or columns.
const (
	mostOutputs   = 40
	mostOfColumns = 20
)

// width is how many outputs a kernel takes of those that are left, at most so
// many: so that never one, two or three are left, for which there are kernels only
// where these are all.
func width(left, most int) int {
	switch {
	case left <= most:
		return left
	case left < most+4:
		return most - 8
	}
	return most
}

// in512 is added to the number of a band for the one in vectors of 512 bits: of ten
// outputs that are all, and of more by columns. Elsewhere their loads lie across cache
// lines too often to gain anything.
const in512 = 100

// band is which of its bands a kernel is to take for so many outputs of k, and the
// offset of the last four of them.
func band(width, k int) (number, tail int) {
	switch {
	case width == k && k == 10 && avx512:
		return in512 + 10, 0
	case width == k && (k < 7 || k == 10): // no vector need overlap another
		return width, 0
	}
	return (width + 3) &^ 3, 8 * (width - 4)
}

// fastMulRows is mulRows where there is a kernel for it, and says whether.
func (m *CSR) fastMulRows(z, w []float64, k int, rows []int32) bool {
	switch {
	case !avx2:
		return false
	case m.mulOctets(z, w, k, rows):
		return true
	}
	for c, n := 0, 0; c < k && mustHave(rows, m.ptr); c += n {
		n = width(k-c, mostOutputs)
		b, tail := band(n, k)
		if s := m.small; s != nil {
			mulRowsBand(b, tail, &z[c], &w[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(s.col), unsafe.SliceData(s.val), &levels[0], m.cols, s.divisor, k)
		} else {
			mulRowsBandWide(b, tail, &z[c], &w[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.wide.col), unsafe.SliceData(m.wide.val), m.lines(), m.cols, 1, k)
		}
	}
	return true
}

// fastMulSumRows is mulSumRows where there is a kernel for it, and says whether.
func (m *CSR) fastMulSumRows(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) bool {
	switch {
	case !avx2:
		return false
	case m.mulSumOctets(z, a, u, b, v, k, rows):
		return true
	}
	for c, n := 0, 0; c < k && mustHave(rows, m.ptr); c += n {
		n = width(k-c, mostOfColumns)
		number, tail := band(n, k)
		if s := m.small; s != nil {
			mulSumRowsBand(number, tail, &z[c], &u[c], &v[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(s.col), unsafe.SliceData(s.val), &levels[0], m.cols, s.divisor, k, a, b)
		} else {
			mulSumRowsBandWide(number, tail, &z[c], &u[c], &v[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.wide.col), unsafe.SliceData(m.wide.val), m.lines(), m.cols, 1, k, a, b)
		}
	}
	return true
}

// fastAddMulRows is addMulRows where there is a kernel for it, and says whether.
func (m *CSR) fastAddMulRows(g, d []float64, k int, rows []int32) bool {
	switch {
	case !avx2:
		return false
	case m.addMulOctets(g, d, k, rows):
		return true
	}
	for c, n := 0, 0; c < k && mustHave(rows, m.ptr); c += n {
		n = width(k-c, mostOutputs)
		b, tail := band(n, k)
		if s := m.small; s != nil {
			addMulRowsBand(b, tail, &g[c], &d[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(s.col), unsafe.SliceData(s.val), &levels[0], m.cols, s.divisor, k)
		} else {
			addMulRowsBandWide(b, tail, &g[c], &d[c], &rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.wide.col), unsafe.SliceData(m.wide.val), m.lines(), m.cols, 1, k)
		}
	}
	return true
}

// lines is how many cache lines the columns of a row of numbers take, in the
// mean and beginning in the middle of one.
func (m *CSR) lines() int { return 1 + int(m.Stored())/(16*max(1, m.Rows())) }

// Prefetch asks the memory for what kernels of k outputs and n rows will want of rows. A
// few of them are enough: the kernels ask for those further on.
func (m *CSR) Prefetch(rows []int32, k, n int) {
	if !m.prefetchOctets(rows, k, n) {
		m.prefetchEntries(rows)
	}
}

func (m *CSR) prefetchEntries(rows []int32) {
	switch {
	case !avx2 || !mustHave(rows, m.ptr):
	case m.small != nil:
		prefetchRows(&rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.small.col), unsafe.SliceData(m.small.val))
	default:
		prefetchRowsWide(&rows[0], len(rows), &m.ptr[0], unsafe.SliceData(m.wide.col), unsafe.SliceData(m.wide.val), m.lines())
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

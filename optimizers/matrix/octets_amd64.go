//go:build !purego

package matrix

import (
	"math"
	"unsafe"
)

//go:generate go -C _generate run . octets -out ../octetkernels_amd64.s -stubs ../octetkernels_amd64.go -pkg matrix

// lanesOf2 and lanesOf3 are, of two and of three outputs, the value of an octet that belongs to each number of
// its weights, as VPERMPD takes them.
var lanesOf2, lanesOf3 = octetLanes(2), octetLanes(3)

func octetLanes(outputs int) (lanes [mostOfOctets * octetWidth]uint64) {
	for i := range outputs * octetWidth {
		lanes[i] = uint64(i / outputs)
	}
	return lanes
}

// mulOctets is MulRows where there are octets to take, and says whether. A weight that is
// no number would spoil rows that do not have its column, whose value in the octet is 0:
// products that are not finite are left to the kernels over entries.
func (m *CSR) mulOctets(z, w []float64, k int, rows []int32) bool {
	o := m.octetsFor(k, len(rows))
	if o == nil || !mustHave(rows, m.ptr) {
		return false
	}
	o.mul(m, z, w, k, rows)
	return finite(z)
}

// mulSumOctets is MulSumRows likewise. It makes two products, which with vectors of 256
// bits saves nothing over entries; but then the octets have come for AddMulRows.
func (m *CSR) mulSumOctets(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) bool {
	o := m.octetsFor(k, len(rows))
	if o == nil || !mustHave(rows, m.ptr) {
		return false
	}
	var room [roomOfSum]float64
	for len(rows) > 0 {
		n := min(len(rows), len(room)/k)
		first, second := z[:n*k], room[:n*k]
		o.mul(m, first, u, k, rows[:n])
		o.mul(m, second, v, k, rows[:n])
		if !finite(first) || !finite(second) {
			return false
		}
		addScaled(first, a, b, second)
		z, rows = z[n*k:], rows[n:]
	}
	return true
}

// mul is MulRows of rows of m, which it has.
func (o *octets) mul(m *CSR, z, w []float64, k int, rows []int32) {
	n, ptr, pairs := len(rows), &o.ptr[m.from], o.begin()
	switch divisor := m.small.divisor; {
	case k == 1 && avx512:
		mulOctets1AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case k == 1:
		mulOctets1(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case k == 2 && avx512:
		mulOctets2AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, &lanesOf2[0])
	case k == 2:
		mulOctets2(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case avx512:
		mulOctets3AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, &lanesOf3[0])
	default:
		mulOctets3(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	}
}

// addMulOctets is AddMulRows likewise: a factor that is not finite would spoil the weights
// of columns that its row does not have.
func (m *CSR) addMulOctets(g, d []float64, k int, rows []int32) bool {
	o := m.octetsFor(k, len(rows))
	if o == nil || !mustHave(rows, m.ptr) || !finite(d) {
		return false
	}
	n, ptr, pairs := len(rows), &o.ptr[m.from], o.begin()
	switch divisor := m.small.divisor; {
	case k == 1 && avx512:
		addMulOctets1AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case k == 1:
		addMulOctets1(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case k == 2 && avx512:
		addMulOctets2AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, &lanesOf2[0])
	case k == 2:
		addMulOctets2(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	case avx512:
		addMulOctets3AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, &lanesOf3[0])
	default:
		addMulOctets3(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor)
	}
	return true
}

// prefetchOctets is Prefetch likewise.
func (m *CSR) prefetchOctets(rows []int32, k, n int) bool {
	o := m.octetsFor(k, n)
	if o == nil || !mustHave(rows, m.ptr) {
		return false
	}
	prefetchOctets(&rows[0], len(rows), &o.ptr[m.from], o.begin())
	return true
}

// finite says whether the sum of the squares of v is finite, and so each of them.
func finite(v []float64) bool { return Dot(v, v) <= math.MaxFloat64 }

// begin is where the octets begin: nil where all rows are empty.
func (o *octets) begin() *uint16 { return (*uint16)(unsafe.Pointer(unsafe.SliceData(o.pairs))) }

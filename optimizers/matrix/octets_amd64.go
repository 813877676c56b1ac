//go:build !purego

package matrix

import (
	"math"
	"unsafe"
)

//go:generate go -C _generate run . octets -out ../octetkernels_amd64.s -stubs ../octetkernels_amd64.go -pkg matrix

// repeated is which of the eight values of an octet belongs to each of the numbers of its
// weights, for one, two and three outputs.
var repeated = func() (places [mostOfOctets][mostOfOctets * octetWidth]uint64) {
	for outputs := 1; outputs <= mostOfOctets; outputs++ {
		for i := range outputs * octetWidth {
			places[outputs-1][i] = uint64(i / outputs)
		}
	}
	return places
}()

// mulOctets is MulRows where there are octets to take, and says whether. A weight that is
// no number would spoil rows that do not have its column, whose value in the octet is 0: a
// product that is not finite is left to the kernels over entries.
func (m *CSR) mulOctets(z, w []float64, k int, rows []int32) bool {
	o := m.octetsFor(k, len(rows))
	if o == nil || !mustHave(rows, m.ptr) {
		return false
	}
	n, ptr, pairs, places := len(rows), &o.ptr[m.from], o.begin(), &repeated[k-1][0]
	switch divisor := m.small.divisor; {
	case k == 1 && avx512:
		mulOctets1AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 1:
		mulOctets1(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 2 && avx512:
		mulOctets2AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 2:
		mulOctets2(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case avx512:
		mulOctets3AVX512(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	default:
		mulOctets3(&z[0], &w[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	}
	return finite(z)
}

// mulSumOctets is MulSumRows likewise. It takes each row twice, and so no less time than entries
// do with vectors of 256 bits; but the row has then come for addMulOctets, too.
func (m *CSR) mulSumOctets(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) bool {
	if m.octetsFor(k, len(rows)) == nil {
		return false
	}
	var room [roomOfSum]float64
	for len(rows) > 0 {
		n := min(len(rows), len(room)/k)
		second := room[:n*k]
		if !m.mulOctets(z[:n*k], u, k, rows[:n]) || !m.mulOctets(second, v, k, rows[:n]) {
			return false
		}
		addScaled(z[:n*k], a, b, second)
		z, rows = z[n*k:], rows[n:]
	}
	return true
}

// addMulOctets is AddMulRows likewise: a factor that is not finite would spoil the weights
// of columns that its row does not have.
func (m *CSR) addMulOctets(g, d []float64, k int, rows []int32) bool {
	o := m.octetsFor(k, len(rows))
	if o == nil || !mustHave(rows, m.ptr) || !finite(d) {
		return false
	}
	n, ptr, pairs, places := len(rows), &o.ptr[m.from], o.begin(), &repeated[k-1][0]
	switch divisor := m.small.divisor; {
	case k == 1 && avx512:
		addMulOctets1AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 1:
		addMulOctets1(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 2 && avx512:
		addMulOctets2AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case k == 2:
		addMulOctets2(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	case avx512:
		addMulOctets3AVX512(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
	default:
		addMulOctets3(&d[0], &g[0], &rows[0], n, ptr, pairs, m.cols, divisor, places)
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

// finite says whether all numbers of v are, and none is above 1e154 or so, whose square is not.
func finite(v []float64) bool { return Dot(v, v) <= math.MaxFloat64 }

// begin is where the octets begin: nil where all rows are empty.
func (o *octets) begin() *uint16 { return (*uint16)(unsafe.Pointer(unsafe.SliceData(o.pairs))) }

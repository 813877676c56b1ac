package matrix

import "slices"

// MoveLast puts the chosen rows behind the others. Otherwise their order stays, among
// those chosen too. It works in place, on more than fits into memory twice, and is for
// whoever has the matrix alone, before it is shared.
func (m *CSR) MoveLast(chosen []bool) {
	mustChoose(chosen, m.Rows())
	begin := func(i int) int { return int(m.ptr[i]) }
	if m.small != nil {
		moveLast(m.small.col, chosen, begin)
		moveLast(m.small.val, chosen, begin)
	} else {
		moveLast(m.wide.col, chosen, begin)
		moveLast(m.wide.val, chosen, begin)
	}
	for i := m.Rows(); i > 0; i-- { // to lengths, which move as rows do, and back
		m.ptr[i] -= m.ptr[i-1]
	}
	moveLast(m.ptr[1:], chosen, func(i int) int { return i })
	for i := range m.Rows() {
		m.ptr[i+1] += m.ptr[i]
	}
	m.octets, m.from = octetsOf(m), 0 // not those of the rows as they lay before
}

// MoveLast is that of a CSR.
func (m *Dense) MoveLast(chosen []bool) {
	mustChoose(chosen, m.rows)
	moveLast(m.data, chosen, func(i int) int { return i * m.cols })
}

// MoveLast is that of a CSR.
func (m *Packed) MoveLast(chosen []bool) {
	mustChoose(chosen, m.rows)
	begin := func(i int) int { return i * m.cols }
	if m.floats != nil {
		moveLast(m.floats, chosen, begin)
	} else {
		moveLast(m.bytes, chosen, begin)
	}
}

// MoveLast moves numbers that belong to rows as Matrix.MoveLast moves the rows, one a row.
func MoveLast[V any](v []V, chosen []bool) {
	mustChoose(chosen, len(v))
	moveLast(v, chosen, func(i int) int { return i })
}

func mustChoose(chosen []bool, rows int) {
	if len(chosen) != rows {
		panic("matrix: dimension mismatch")
	}
}

// moveLast moves rows, of which row i is numbers begin(i) … begin(i+1)−1.
func moveLast[V any](data []V, chosen []bool, begin func(i int) int) {
	m := mover[V]{data: data, chosen: chosen, begin: begin, most: mostAside}
	m.aside = make([]V, 0, min(m.most, m.count(0, len(chosen))))
	m.move(0, len(chosen))
}

// mover puts some of the chosen rows aside at a time.
type mover[V any] struct {
	data   []V
	chosen []bool
	begin  func(i int) int
	most   int // numbers to put aside at once
	aside  []V
}

// mostAside is little beside what is too large to have twice.
const mostAside = 1 << 20

// move moves the chosen ones of the rows lo to hi (exclusive) behind the others of them,
// and says where they begin then. Where they are too many to be put aside, it does so
// with both halves of the rows and lets what lies between change places.
func (m *mover[V]) move(lo, hi int) int {
	switch {
	case m.count(lo, hi) <= m.most:
		return m.shift(lo, hi)
	case hi-lo == 1:
		return m.begin(lo)
	}
	mid := lo + (hi-lo)/2
	left, right := m.move(lo, mid), m.move(mid, hi)
	at := m.begin(mid)
	slices.Reverse(m.data[left:at])
	slices.Reverse(m.data[at:right])
	slices.Reverse(m.data[left:right])
	return left + right - at
}

// count is how many numbers the chosen rows have.
func (m *mover[V]) count(lo, hi int) int {
	n := 0
	for i := lo; i < hi; i++ {
		if m.chosen[i] {
			n += m.begin(i+1) - m.begin(i)
		}
	}
	return n
}

// shift is move with the chosen rows put aside.
func (m *mover[V]) shift(lo, hi int) int {
	m.aside = m.aside[:0]
	to := m.begin(lo)
	for i := lo; i < hi; i++ {
		row := m.data[m.begin(i):m.begin(i+1)]
		if m.chosen[i] {
			m.aside = append(m.aside, row...)
		} else {
			to += copy(m.data[to:], row)
		}
	}
	copy(m.data[to:], m.aside)
	return to
}

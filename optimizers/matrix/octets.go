package matrix

import (
	"sync/atomic"
	"unsafe"
)

// octets is a second form of a CSR of pixels, for few outputs: of each row the runs of
// eight neighbouring columns of which any is not 0. A vector then holds the weights of
// neighbouring columns, and is found once for all entries among them; entry by entry it
// would hold no more than the few outputs of one.
//
// Whether there is one does not depend on how many neighbours there are: rows are to be
// computed alike in one matrix and in another.
type octets struct {
	ptr   []int64 // row i is pairs ptr[i] … ptr[i+1]−1
	pairs []octetPair
}

// octetCopy is where a matrix and all of its slices have their octets, from when they are
// first asked for. Whoever asks at the same time makes the same.
type octetCopy struct {
	of   *CSR
	made atomic.Pointer[octets]
}

// octetPair is two octets: where their columns begin, and their stored values. The last
// octet of a row may have to begin earlier, so as to end where the columns of the matrix
// do; what it has in common with the one before is 0 in it. Where a row has an odd number
// of octets, there is one of zeros at its end.
type octetPair struct {
	first  [2]uint16
	values [2][octetWidth]uint8
}

// Kernels step by twenty bytes.
var _ [20]struct{} = [unsafe.Sizeof(octetPair{})]struct{}{}

const (
	octetWidth = 8

	// ofPixels is the divisor of pixels. Bytes divided by others are counts and flags,
	// most of which have no neighbours: an octet for each would take ten bytes and no less
	// time.
	ofPixels = 255

	// mostOfOctets is for how many outputs there are kernels over octets.
	mostOfOctets = 3

	// leastOfOctets is how many rows of two or three outputs are taken in octets at least.
	// Methods that take one row at a time use MulSumRows, which entry by entry finds each
	// column once for both matrices.
	leastOfOctets = AtOnce
)

// octetsOf has room for those of a matrix; nil where entries are to be taken one by one.
func octetsOf(m *CSR) *octetCopy {
	if m.Divisor() != ofPixels || m.cols < octetWidth {
		return nil
	}
	return &octetCopy{of: m}
}

// octetsFor are those for kernels of k outputs over n rows; nil where entries are to be
// taken one by one.
func (m *CSR) octetsFor(k, n int) *octets {
	if m.octets == nil || k > mostOfOctets || k > 1 && n < leastOfOctets || !Accelerated() {
		return nil
	}
	o := m.octets.made.Load()
	if o == nil {
		o = newOctets(m.octets.of)
		m.octets.made.Store(o)
	}
	return o
}

// Prepare makes what kernels of k outputs take in place of the entries of a matrix, which
// they would else make when they first run, and wait for.
func Prepare(x Matrix, k int) {
	if m, ok := x.(*CSR); ok {
		m.octetsFor(k, AtOnce)
	}
}

// newOctets makes those of a matrix.
func newOctets(m *CSR) *octets {
	rows := m.Rows()
	o := &octets{ptr: make([]int64, 1, rows+1)}
	for i := range rows {
		cols, _ := m.Bytes(i)
		n, last := int64(0), -1
		for _, j := range cols {
			if at := int(j) / octetWidth; at != last {
				n, last = n+1, at
			}
		}
		o.ptr = append(o.ptr, o.ptr[i]+(n+1)/2)
	}
	o.pairs = make([]octetPair, o.ptr[rows])
	for i := range rows {
		cols, values := m.Bytes(i)
		putOctets(o.pairs[o.ptr[i]:o.ptr[i+1]], cols, values, m.cols-octetWidth)
	}
	return o
}

// putOctets makes those of the entries of a row. None begins behind column most.
func putOctets(pairs []octetPair, cols []uint16, values []uint8, most int) {
	n, last, first := -1, -1, 0
	var to *[octetWidth]uint8
	for e, j := range cols {
		if at := int(j) / octetWidth; at != last {
			n, last, first = n+1, at, min(at*octetWidth, most)
			p := &pairs[n/2]
			p.first[n%2], to = uint16(first), &p.values[n%2]
		}
		to[int(j)-first] = values[e]
	}
}

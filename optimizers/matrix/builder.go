package matrix

import "math"

// Builder collects rows into a CSR. It starts compact and widens, once and
// for all, when a value or a column does not fit: storage never loses a bit.
type Builder struct {
	divisor float64
	share   float64 // of all entries, what has been appended; 0 where nobody has said
	ptr     []int64
	small   *entries[uint16, uint8]
	wide    *entries[int32, float64]
	cols    int
}

// NewBuilder prepares for rows whose values are bytes divided by divisor: 255
// for pixels, 1 for counts and flags. The sizes are hints.
func NewBuilder(divisor float64, rows, stored int) *Builder {
	return &Builder{
		divisor: divisor,
		ptr:     make([]int64, 1, rows+1),
		small:   &entries[uint16, uint8]{col: make([]uint16, 0, stored), val: make([]uint8, 0, stored), divisor: divisor},
	}
}

// NewWideBuilder prepares for rows that are not kept as bytes, whether they could
// be or not.
func NewWideBuilder(rows, stored int) *Builder {
	b := NewBuilder(1, rows, stored)
	b.widen()
	return b
}

// Appended says what share of all that will be has been appended, above 0 and up
// to 1, where that is known: then what is kept grows to its size in a few steps,
// and is not copied time and again on the way.
func (b *Builder) Appended(share float64) { b.share = share }

// room makes room for n more elements.
func room[T any](s []T, n int, share float64) []T {
	if len(s)+n <= cap(s) {
		return s
	}
	grown := make([]T, len(s), len(s)+max(n, growth(len(s), share)))
	copy(grown, s)
	return grown
}

// growth is for how many more than n elements to make room. A share says how many
// there will be; it is believed once they are no more than some times what is there, so
// that a beginning unlike the rest cannot ask for all memory. Going part of the way
// before would copy that part, and have it twice, when the rest comes.
func growth(n int, share float64) int {
	const margin, times = 1.01, 63
	rest := 0.
	if share > 0 && margin/share-1 <= times {
		rest = float64(n) * (margin/share - 1)
	}
	return max(1024, n/4, int(rest))
}

// AddBytes appends a dense row of stored bytes; zeros are left out.
func (b *Builder) AddBytes(row []byte) {
	if b.small == nil || len(row) > math.MaxUint16+1 {
		for j, v := range row {
			b.Add(j, float64(v)/b.divisor)
		}
		b.EndRow(len(row))
		return
	}
	e := b.small
	e.col, e.val = room(e.col, len(row), b.share), room(e.val, len(row), b.share)
	n := len(e.col)
	col, val := e.col[n:n+len(row)], e.val[n:n+len(row)]
	kept := 0
	for j, v := range row { // whatever v is, so that the processor has no branch to guess
		col[kept], val[kept] = uint16(j), v
		if v != 0 {
			kept++
		}
	}
	e.col, e.val = e.col[:n+kept], e.val[:n+kept]
	b.EndRow(len(row))
}

// Add appends an entry to the row being built. Columns of a row must rise.
func (b *Builder) Add(col int, value float64) {
	if value != 0 {
		b.add(col, value)
	}
}

func (b *Builder) add(col int, value float64) {
	if col < 0 || col >= math.MaxInt32 {
		panic("matrix: column out of range")
	}
	b.cols = max(b.cols, col+1)
	if b.small != nil {
		v := value * b.divisor
		stored := uint8(math.Round(max(0, min(v, 255))))
		if col <= math.MaxUint16 && float64(stored)/b.divisor == value {
			b.small.col = append(room(b.small.col, 1, b.share), uint16(col))
			b.small.val = append(room(b.small.val, 1, b.share), stored)
			return
		}
		b.widen()
	}
	b.wide.col = append(room(b.wide.col, 1, b.share), int32(col))
	b.wide.val = append(room(b.wide.val, 1, b.share), value)
}

func (b *Builder) widen() {
	w := &entries[int32, float64]{col: make([]int32, len(b.small.col), cap(b.small.col)), val: make([]float64, len(b.small.val), cap(b.small.val)), divisor: 1}
	for i, c := range b.small.col {
		w.col[i] = int32(c)
		w.val[i] = float64(b.small.val[i]) / b.divisor
	}
	b.small, b.wide = nil, w
}

// EndRow closes the row being built, which has at least the given number of columns.
func (b *Builder) EndRow(cols int) {
	b.cols = max(b.cols, cols)
	b.ptr = append(room(b.ptr, 1, b.share), b.stored())
}

// stored is the number of entries appended so far.
func (b *Builder) stored() int64 {
	if b.small != nil {
		return int64(len(b.small.col))
	}
	return int64(len(b.wide.col))
}

// Rows is the number of rows closed so far.
func (b *Builder) Rows() int { return len(b.ptr) - 1 }

// Cols is the largest number of columns seen so far.
func (b *Builder) Cols() int { return b.cols }

// CSR is the matrix built, with at least the given number of columns. The
// builder must not be used any more.
func (b *Builder) CSR(cols int) *CSR {
	m := &CSR{cols: max(b.cols, cols), ptr: b.ptr, small: b.small, wide: b.wide}
	m.octets = octetsOf(m)
	return m
}

package matrix

import "math"

// Builder collects rows into a CSR. It starts compact and widens, once and
// for all, when a value or a column does not fit: storage never loses a bit.
type Builder struct {
	divisor float64
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

// AddBytes appends a dense row of stored bytes; zeros are left out.
func (b *Builder) AddBytes(row []byte) {
	for j, v := range row {
		if v == 0 {
			continue
		}
		if b.small != nil && j <= math.MaxUint16 {
			b.small.col = append(b.small.col, uint16(j))
			b.small.val = append(b.small.val, v)
		} else {
			b.add(j, float64(v)/b.divisor)
		}
	}
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
			b.small.col = append(b.small.col, uint16(col))
			b.small.val = append(b.small.val, stored)
			return
		}
		b.widen()
	}
	b.wide.col = append(b.wide.col, int32(col))
	b.wide.val = append(b.wide.val, value)
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
	if b.small != nil {
		b.ptr = append(b.ptr, int64(len(b.small.col)))
	} else {
		b.ptr = append(b.ptr, int64(len(b.wide.col)))
	}
}

// Rows is the number of rows closed so far.
func (b *Builder) Rows() int { return len(b.ptr) - 1 }

// Cols is the largest number of columns seen so far.
func (b *Builder) Cols() int { return b.cols }

// CSR is the matrix built, with at least the given number of columns. The
// builder must not be used any more.
func (b *Builder) CSR(cols int) *CSR {
	return &CSR{cols: max(b.cols, cols), ptr: b.ptr, small: b.small, wide: b.wide}
}

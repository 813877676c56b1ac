package matrix

import (
	"slices"
	"sync/atomic"
)

// Columns is a second copy of a CSR of bytes for passes over all rows: blocks
// of neighbouring rows, each with its entries by columns, two bytes an entry.
// What a column adds to the gradient is then summed in registers, where a pass
// by rows reads and writes memory for every entry.
//
// A block is made when it is asked for, by whichever goroutine asks, and given up when
// nobody has asked for it for long.
type Columns struct {
	m      *CSR
	size   int // rows a block, but for the last
	blocks []atomic.Pointer[columnBlock]
}

// columnBlock is the entries of a block. Columns come with most entries first,
// so that the processor foresees where a column ends.
type columnBlock struct {
	heads []uint32 // column, and 2¹⁶ times how many entries it has
	pairs []uint16 // row of the block, and 2⁸ times the stored value: of each column in turn
	used  atomic.Bool
}

// NewColumns prepares for a matrix, in blocks of so many rows, at most 256. It
// is nil, which has no blocks, where the matrix has no bytes.
func NewColumns(m Matrix, size int) *Columns {
	c, ok := m.(*CSR)
	if !ok || !c.Compact() || size > 256 {
		return nil
	}
	return &Columns{m: c, size: size, blocks: make([]atomic.Pointer[columnBlock], (c.Rows()+size-1)/size)}
}

// AddMulRows adds X̃[rows]ᵀ·D to G if the rows are a block, and says whether. It
// differs from that of the matrix by rounding.
func (c *Columns) AddMulRows(g, d []float64, k int, rows []int32) bool {
	if c == nil || !c.has(rows) || c.m.octetsFor(k, len(rows)) != nil { // which by rows take less time than columns
		return false
	}
	checkShapes(d, g, k, rows, c.m.cols)
	b, bias := c.block(int(rows[0])/c.size), g[len(g)-k:]
	for i := 0; i < len(d); i += k {
		for j := range bias {
			bias[j] += d[i+j]
		}
	}
	if !fastAddColumns(g, d, k, b, c.m.small.divisor) {
		addColumns(g, d, k, b, c.m.small.divisor)
	}
	return true
}

// has says whether rows are all rows of a block, in order.
func (c *Columns) has(rows []int32) bool {
	if len(rows) == 0 || int(rows[0])%c.size != 0 || len(rows) != min(c.size, c.m.Rows()-int(rows[0])) {
		return false
	}
	for i, r := range rows {
		if r != rows[0]+int32(i) {
			return false
		}
	}
	return true
}

func (c *Columns) block(i int) *columnBlock {
	b := c.blocks[i].Load()
	if b == nil {
		b = c.m.transposed(i*c.size, min((i+1)*c.size, c.m.Rows()))
		c.blocks[i].Store(b)
	}
	if !b.used.Load() {
		b.used.Store(true)
	}
	return b
}

// Sweep gives up the blocks that nobody has asked for since it was last called.
func (c *Columns) Sweep() {
	if c == nil {
		return
	}
	for i := range c.blocks {
		if b := c.blocks[i].Load(); b != nil && !b.used.Swap(false) {
			c.blocks[i].CompareAndSwap(b, nil)
		}
	}
}

// transposed is the rows lo to hi by columns.
func (m *CSR) transposed(lo, hi int) *columnBlock {
	from, until := m.ptr[lo], m.ptr[hi]
	counts := make([]int, m.cols)
	for _, j := range m.small.col[from:until] {
		counts[j]++
	}
	b := &columnBlock{pairs: make([]uint16, until-from)}
	for j, n := range counts {
		if n > 0 {
			b.heads = append(b.heads, uint32(j)|uint32(n)<<16)
		}
	}
	slices.SortFunc(b.heads, func(x, y uint32) int { return int(y>>16) - int(x>>16) })
	next := 0
	for _, h := range b.heads {
		counts[h&0xffff], next = next, next+int(h>>16)
	}
	for i := lo; i < hi; i++ {
		for p := m.ptr[i]; p < m.ptr[i+1]; p++ {
			at := &counts[m.small.col[p]]
			b.pairs[*at] = uint16(i-lo) | uint16(m.small.val[p])<<8
			*at++
		}
	}
	return b
}

// addColumns is, for each column j of a block,
//
//	g[j] += (Σ v·d[i]) / divisor   over the entries (i, v) of the column
func addColumns(g, d []float64, k int, b *columnBlock, divisor float64) {
	pairs := b.pairs
	for _, h := range b.heads {
		n, j := h>>16, int(h&0xffff)*k
		for c := 0; c < k; c += columnsAtOnce {
			width := min(k-c, columnsAtOnce)
			addColumn(g[j+c:][:width], d[c:], k, pairs[:n], divisor)
		}
		pairs = pairs[n:]
	}
}

// columnsAtOnce is how many outputs of a column are summed at once.
const columnsAtOnce = 10

// addColumn adds to some outputs of a column; d begins with these of the first row.
func addColumn(out, d []float64, k int, pairs []uint16, divisor float64) {
	var sums [columnsAtOnce]float64
	sum := sums[:len(out)]
	for _, p := range pairs {
		v, in := float64(p>>8), d[int(p&0xff)*k:][:len(out)]
		for c := range sum {
			sum[c] += v * in[c]
		}
	}
	for c, s := range sum {
		out[c] += s / divisor
	}
}

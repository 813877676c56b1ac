package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// columns holds the registers that walk over the entries of a block by columns.
type columns struct {
	band
	grad, d                   rows
	levels                    Register
	heads, n                  Register // what is left of the columns
	pairs, count              Register // what is left of the entries, and of those of the column
	column, four, row, stored Register // temporary
	stride                    Register // bytes of a row; nil where that is fixed
	sums                      [][]VecVirtual
	x, scale                  VecVirtual
}

// mostColumnVectors are those of the widest band: the rows of a block lie in a
// near cache for as many.
const mostColumnVectors = 5

// addColumns writes G += X̃ᵀ·D for a block of rows that is stored by columns.
func addColumns() {
	TEXT("addColumnsBand", NOSPLIT, "func(band, tail int, grad, d *float64, heads *uint32, n int, pairs *uint16, levels *float64, scale float64, k int)")
	Pragma("noescape")
	Doc("addColumnsBand is, for each of the n columns j, grad[j] += scale·(Σ levels[v]·d[i]) over its entries (i, v), for a",
		"band of k outputs: grad and d point to its first, and tail is the offset of the last four.")
	all := append(bands(mostColumnVectors), wideBands(mostColumnVectors)...)
	choose(all)
	for _, b := range all {
		Label(b.label(""))
		b.addColumns()
	}
}

func (b band) addColumns() {
	c := &columns{
		band: b, grad: rows{base: Load(Param("grad"), GP64())}, d: b.newRows("d"), levels: Load(Param("levels"), GP64()),
		heads: Load(Param("heads"), GP64()), n: Load(Param("n"), GP64()), pairs: Load(Param("pairs"), GP64()),
		count: GP64(), column: GP64(), four: GP64(), row: GP64(), stored: GP64(), x: b.vector(), scale: b.vector(),
	}
	if b.fixed == 0 {
		c.stride = Load(Param("k"), GP64())
		SHLQ(U8(3), c.stride)
	}
	for range b.chains(12) {
		c.sums = append(c.sums, b.registers())
	}
	VBROADCASTSD(mustAddr("scale"), c.scale)
	Label(c.label("column"))
	DECQ(c.n)
	JL(LabelRef(c.label("done")))
	c.begin()
	c.entries()
	c.end()
	JMP(LabelRef(c.label("column")))
	Label(c.label("done"))
	VZEROUPPER()
	RET()
}

// begin reads the head of a column.
func (c *columns) begin() {
	MOVL(Mem{Base: c.heads}, as32(c.count))
	ADDQ(U8(4), c.heads)
	MOVWLZX(c.count.(GPVirtual).As16(), as32(c.column))
	SHRL(U8(16), as32(c.count))
	times(c.column, c.stride, c.fixed)
	for _, s := range c.sums {
		c.each(s, func(_ int, _ piece, r Register) { VXORPD(r, r, r) })
	}
}

// entries writes the loops over four entries and over one.
func (c *columns) entries() {
	Label(c.label("four"))
	SUBQ(U8(4), c.count)
	JL(LabelRef(c.label("few")))
	MOVQ(Mem{Base: c.pairs}, c.four)
	for t := range 4 {
		c.entry(t)
	}
	ADDQ(U8(8), c.pairs)
	JMP(LabelRef(c.label("four")))
	Label(c.label("few"))
	ADDQ(U8(4), c.count)
	JZ(LabelRef(c.label("end")))
	Label(c.label("one"))
	MOVWLZX(Mem{Base: c.pairs}, as32(c.four))
	c.entry(0)
	ADDQ(U8(2), c.pairs)
	DECQ(c.count)
	JNZ(LabelRef(c.label("one")))
	Label(c.label("end"))
}

// entry adds the entry in the low half of four, and moves on to the next.
func (c *columns) entry(t int) {
	MOVBLZX(c.four.(GPVirtual).As8(), as32(c.row))
	SHRQ(U8(8), c.four)
	times(c.row, c.stride, c.fixed)
	MOVBLZX(c.four.(GPVirtual).As8(), as32(c.stored))
	SHRQ(U8(8), c.four)
	VBROADCASTSD(Mem{Base: c.levels, Index: c.stored, Scale: 8}, c.x)
	c.each(c.sums[t%len(c.sums)], func(_ int, p piece, r Register) {
		p.fma(c.d.at(c.row, p), p.of(c.x), r)
	})
}

// end adds the sums of the column to its row of the gradient.
func (c *columns) end() {
	for step := 1; step < len(c.sums); step *= 2 {
		for i := 0; i < len(c.sums); i += 2 * step {
			c.each(c.sums[i], func(n int, p piece, r Register) { p.add(p.of(c.sums[i+step][n]), r) })
		}
	}
	ADDQ(c.grad.base, c.column)
	if c.hasTail() {
		Load(Param("tail"), c.row)
	}
	c.each(c.sums[0], func(_ int, p piece, r Register) { p.mul(p.of(c.scale), r) })
	c.update(func(p piece) Mem { return pieceAt(c.column, c.row, p) }, [2]VecVirtual{c.x, c.vector()}, func(i int, p piece, r Register) {
		p.add(p.of(c.sums[0][i]), r)
	})
}

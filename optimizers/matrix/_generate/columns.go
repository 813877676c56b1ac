package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// columns holds the registers that walk over the entries of a block by columns.
type columns struct {
	grad, d, levels           Register
	heads, n                  Register // what is left of the columns
	pairs, count              Register // what is left of the entries, and of those of the column
	column, four, row, stored Register // temporary
	sums                      [chains]ten
	x, scale                  VecVirtual
}

// chains of sums, since an addition takes four cycles.
const chains = 2

// addColumns writes G += X̃ᵀ·D for a block of rows that is stored by columns.
func addColumns() {
	TEXT("addColumns10", NOSPLIT, "func(grad, d *float64, heads *uint32, n int, pairs *uint16, levels *float64, scale float64)")
	Pragma("noescape")
	Doc("addColumns10 is, for each of the n columns j, grad[j] += scale·(Σ levels[v]·d[i]) over its entries (i, v).")
	c := &columns{
		grad: Load(Param("grad"), GP64()), d: Load(Param("d"), GP64()), levels: Load(Param("levels"), GP64()),
		heads: Load(Param("heads"), GP64()), n: Load(Param("n"), GP64()), pairs: Load(Param("pairs"), GP64()),
		count: GP64(), column: GP64(), four: GP64(), row: GP64(), stored: GP64(), x: YMM(), scale: YMM(),
	}
	for i := range c.sums {
		c.sums[i] = newTen()
	}
	VBROADCASTSD(mustAddr("scale"), c.scale)
	Label("column")
	DECQ(c.n)
	JL(LabelRef("done"))
	c.begin()
	c.entries()
	c.end()
	JMP(LabelRef("column"))
	Label("done")
	VZEROUPPER()
	RET()
}

// begin reads the head of a column.
func (c *columns) begin() {
	MOVL(Mem{Base: c.heads}, c.count.(GPVirtual).As32())
	ADDQ(U8(4), c.heads)
	MOVWLZX(c.count.(GPVirtual).As16(), c.column.(GPVirtual).As32())
	SHRL(U8(16), c.count.(GPVirtual).As32())
	IMUL3Q(U8(stride), c.column, c.column)
	for _, s := range c.sums {
		s.each(func(_ int, r Register) { VXORPD(r, r, r) })
	}
}

// entries writes the loops over four entries and over one.
func (c *columns) entries() {
	Label("four")
	SUBQ(U8(4), c.count)
	JL(LabelRef("few"))
	MOVQ(Mem{Base: c.pairs}, c.four)
	for t := range 4 {
		c.entry(t)
	}
	ADDQ(U8(8), c.pairs)
	JMP(LabelRef("four"))
	Label("few")
	ADDQ(U8(4), c.count)
	JZ(LabelRef("end"))
	Label("one")
	MOVWLZX(Mem{Base: c.pairs}, c.four.(GPVirtual).As32())
	c.entry(0)
	ADDQ(U8(2), c.pairs)
	DECQ(c.count)
	JNZ(LabelRef("one"))
	Label("end")
}

// entry adds the entry in the low half of four, and moves on to the next.
func (c *columns) entry(t int) {
	MOVBLZX(c.four.(GPVirtual).As8(), c.row.(GPVirtual).As32())
	SHRQ(U8(8), c.four)
	IMUL3Q(U8(stride), c.row, c.row)
	MOVBLZX(c.four.(GPVirtual).As8(), c.stored.(GPVirtual).As32())
	SHRQ(U8(8), c.four)
	VBROADCASTSD(Mem{Base: c.levels, Index: c.stored, Scale: 8}, c.x)
	c.sums[t%chains].each(func(p int, r Register) {
		VFMADD231PD(at(c.d, c.row, p), part(p, c.x), r)
	})
}

// end adds the sums of the column to its row of the gradient.
func (c *columns) end() {
	for step := 1; step < chains; step *= 2 {
		for i := 0; i < chains; i += 2 * step {
			c.sums[i].each(func(p int, r Register) { VADDPD(part(p, c.sums[i+step][p]), r, r) })
		}
	}
	c.sums[0].each(func(p int, r Register) {
		m := at(c.grad, c.column, p)
		VMULPD(part(p, c.scale), r, r)
		VADDPD(m, r, r)
		VMOVUPD(r, m)
	})
}

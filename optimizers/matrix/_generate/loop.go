package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// ahead is how many rows ahead of the one at work the entries are fetched.
const ahead = 4

// loop holds the registers that walk over the entries of the listed rows.
type loop struct {
	rows, n            Register // what is left of the list
	col, val, levels   Register
	cols, vals, count  Register // what is left of the row
	columns, bytes, at Register // temporary: the entries at work, and the offset of a row of weights
	stride             Register // bytes of a row of weights; nil for that of ten
}

func newLoop() *loop {
	l := &loop{}
	l.rows, l.n = Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	l.col, l.val, l.levels = Load(Param("col"), GP64()), Load(Param("val"), GP64()), Load(Param("levels"), GP64())
	l.cols, l.vals, l.count = GP64(), GP64(), GP64()
	l.columns, l.bytes, l.at = GP64(), GP64(), GP64()
	return l
}

// each writes the loop over the rows; begin, entry and end write what is done
// with each of them.
func (l *loop) each(begin func(), entry func(t int), end func()) {
	Label("row")
	TESTQ(l.n, l.n)
	JZ(LabelRef("done"))
	l.prefetch()
	l.bounds()
	begin()
	l.fours(entry)
	l.rest(entry)
	end()
	ADDQ(U8(4), l.rows)
	DECQ(l.n)
	JMP(LabelRef("row"))
	Label("done")
	VZEROUPPER()
	RET()
}

// fours writes the loop over four entries at a time.
func (l *loop) fours(entry func(t int)) {
	Label("four")
	CMPQ(l.count, U8(4))
	JL(LabelRef("rest"))
	Comment("Four columns and four values at once, taken apart in registers: the loads are what is scarce.")
	MOVQ(Mem{Base: l.cols}, l.columns)
	MOVL(Mem{Base: l.vals}, l.bytes.(GPVirtual).As32())
	for t := range 4 {
		entry(t)
		if t < 3 {
			SHRQ(U8(16), l.columns)
			SHRL(U8(8), l.bytes.(GPVirtual).As32())
		}
	}
	ADDQ(U8(8), l.cols)
	ADDQ(U8(4), l.vals)
	SUBQ(U8(4), l.count)
	JMP(LabelRef("four"))
}

// rest writes the loop over the entries that are left.
func (l *loop) rest(entry func(t int)) {
	Label("rest")
	TESTQ(l.count, l.count)
	JZ(LabelRef("end"))
	MOVWLZX(Mem{Base: l.cols}, l.columns.(GPVirtual).As32())
	MOVBLZX(Mem{Base: l.vals}, l.bytes.(GPVirtual).As32())
	entry(0)
	ADDQ(U8(2), l.cols)
	INCQ(l.vals)
	DECQ(l.count)
	JMP(LabelRef("rest"))
	Label("end")
}

// prefetch asks for the entries of a row ahead.
func (l *loop) prefetch() {
	Comment(fmt.Sprintf("Ask for the entries of the row %d ahead.", ahead))
	CMPQ(l.n, U8(ahead))
	JLE(LabelRef("near"))
	MOVLQSX(Mem{Base: l.rows, Disp: 4 * ahead}, l.at)
	ptr := Load(Param("ptr"), l.columns)
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8}, l.at)
	LEAQ(Mem{Base: l.col, Index: l.at, Scale: 2}, l.columns)
	fetch(l.columns, l.val, l.at)
	Label("near")
}

// fetch asks for the entries that begin at an address and at an index: as many
// as most rows of digits have.
func fetch(columns, val, at Register) {
	for line := range 6 {
		PREFETCHT0(Mem{Base: columns, Disp: 64 * line})
	}
	for line := range 3 {
		PREFETCHT0(Mem{Base: val, Index: at, Scale: 1, Disp: 64 * line})
	}
}

// prefetchRows asks for the entries of rows.
func prefetchRows() {
	TEXT("prefetchRows", NOSPLIT, "func(rows *int32, n int, ptr *int64, col *uint16, val *uint8)")
	Pragma("noescape")
	Doc("prefetchRows asks the memory for the entries of n rows, and does not wait.")
	rows, n, ptr := Load(Param("rows"), GP64()), Load(Param("n"), GP64()), Load(Param("ptr"), GP64())
	col, val, at, columns := Load(Param("col"), GP64()), Load(Param("val"), GP64()), GP64(), GP64()
	Label("row")
	DECQ(n)
	JL(LabelRef("done"))
	MOVLQSX(Mem{Base: rows, Index: n, Scale: 4}, at)
	MOVQ(Mem{Base: ptr, Index: at, Scale: 8}, at)
	LEAQ(Mem{Base: col, Index: at, Scale: 2}, columns)
	fetch(columns, val, at)
	JMP(LabelRef("row"))
	Label("done")
	RET()
}

// bounds finds the entries of the next row.
func (l *loop) bounds() {
	MOVLQSX(Mem{Base: l.rows}, l.at)
	ptr := Load(Param("ptr"), l.columns)
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8, Disp: 8}, l.count)
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8}, l.at)
	SUBQ(l.at, l.count)
	LEAQ(Mem{Base: l.col, Index: l.at, Scale: 2}, l.cols)
	LEAQ(Mem{Base: l.val, Index: l.at, Scale: 1}, l.vals)
}

// take leaves the value of the entry at work in x, and the offset of its row
// of weights in at.
func (l *loop) take(x VecVirtual) {
	MOVBLZX(l.bytes.(GPVirtual).As8(), l.at.(GPVirtual).As32())
	VBROADCASTSD(Mem{Base: l.levels, Index: l.at, Scale: 8}, x.AsY())
	MOVWLZX(l.columns.(GPVirtual).As16(), l.at.(GPVirtual).As32())
	l.times()
}

// times makes an offset of the index of a row of weights.
func (l *loop) times() {
	if l.stride == nil {
		IMUL3Q(U8(stride), l.at, l.at)
	} else {
		IMULQ(l.stride, l.at)
	}
}

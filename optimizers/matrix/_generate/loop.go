package main

import (
	"fmt"
	"math/bits"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// What is fetched ahead of the row at work: the pointers of one row, and the
// entries of a nearer one, whose pointers have come by then.
const (
	pointersAhead = 16
	ahead         = 8
)

// entries is how the entries of rows are stored: columns of 16 bits and values
// of a byte, or, where wide, columns of 32 bits and values that are numbers.
type entries struct {
	wide bool
}

// name is that of a kernel for such entries.
func (e entries) name(kernel string) string {
	if e.wide {
		return kernel + "Wide"
	}
	return kernel
}

// list are the parameters that tell of the listed rows. Of wide ones so many lines
// of columns, at least one, and twice as many of values are fetched ahead.
func (e entries) list() string {
	if e.wide {
		return "rows *int32, n int, ptr *int64, col *int32, val *float64, lines int"
	}
	return "rows *int32, n int, ptr *int64, col *uint16, val *uint8"
}

// params are those and the others of a kernel. levels are the values of a byte.
func (e entries) params() string {
	s := e.list()
	if !e.wide {
		s += ", levels *float64"
	}
	return s + ", features int, divisor float64, k int"
}

// value is what Doc says of the value of an entry.
func (e entries) value() string {
	if e.wide {
		return "v"
	}
	return "levels[v]"
}

// loop holds the registers that walk over the entries of the listed rows.
type loop struct {
	entries
	label              string   // before those of the loop
	rows, n            Register // what is left of the list
	levels             Register // nil where entries are wide
	cols, vals, count  Register // what is left of the row
	columns, bytes, at Register // temporary: the entries at work, and the offset of a row of weights
	stride             Register // bytes of a row of weights; nil where that is fixed
	fixed              int      // bytes of a row of weights
	single             bool     // weights are float32
}

func newLoop(e entries, label string) *loop {
	l := &loop{entries: e, label: label}
	l.rows, l.n = Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	l.cols, l.vals, l.count = GP64(), GP64(), GP64()
	l.columns, l.at = GP64(), GP64()
	if !e.wide {
		l.levels, l.bytes = Load(Param("levels"), GP64()), GP64()
	}
	return l
}

func (l *loop) here(name string)          { Label(l.label + name) }
func (l *loop) to(name string) LabelRef   { return LabelRef(l.label + name) }
func as32(r Register) Register            { return r.(GPVirtual).As32() }
func (l *loop) load(name string) Register { return Load(Param(name), l.columns) }

// each writes the loop over the rows; begin, entry and end write what is done
// with each of them.
func (l *loop) each(begin func(), entry func(t int), end func()) {
	l.here("row")
	TESTQ(l.n, l.n)
	JZ(l.to("done"))
	l.prefetch()
	l.bounds()
	begin()
	if l.single {
		l.eights(entry)
	} else {
		l.fours(entry)
	}
	l.rest(entry)
	end()
	ADDQ(U8(4), l.rows)
	DECQ(l.n)
	JMP(l.to("row"))
	l.here("done")
	VZEROUPPER()
	RET()
}

// fours writes the loop over four entries at a time.
func (l *loop) fours(entry func(t int)) {
	l.here("four")
	CMPQ(l.count, U8(4))
	JL(l.to("rest"))
	if !l.wide {
		Comment("Four columns and four values at once, taken apart in registers: the loads are what is scarce.")
		MOVQ(Mem{Base: l.cols}, l.columns)
		MOVL(Mem{Base: l.vals}, as32(l.bytes))
	}
	for t := range 4 {
		entry(t)
		if !l.wide && t < 3 {
			SHRQ(U8(16), l.columns)
			SHRL(U8(8), as32(l.bytes))
		}
	}
	l.advance(4)
	JMP(l.to("four"))
}

// eights writes the loop over eight entries at a time, each taken from memory: where its
// row of weights is a load or two, there are loads to spare, and shifts would cost more.
func (l *loop) eights(entry func(t int)) {
	l.here("eight")
	CMPQ(l.count, U8(8))
	JL(l.to("rest"))
	for t := range 8 {
		entry(t)
	}
	l.advance(8)
	JMP(l.to("eight"))
}

// rest writes the loop over the entries that are left.
func (l *loop) rest(entry func(t int)) {
	l.here("rest")
	TESTQ(l.count, l.count)
	JZ(l.to("end"))
	if !l.wide && !l.single {
		MOVWLZX(Mem{Base: l.cols}, as32(l.columns))
		MOVBLZX(Mem{Base: l.vals}, as32(l.bytes))
	}
	entry(0)
	l.advance(1)
	JMP(l.to("rest"))
	l.here("end")
}

// advance moves on by some entries.
func (l *loop) advance(n uint8) {
	col, val := n*2, n
	if l.wide {
		col, val = n*4, n*8
	}
	ADDQ(U8(col), l.cols)
	ADDQ(U8(val), l.vals)
	SUBQ(U8(n), l.count)
}

// prefetch asks for the entries of a row ahead.
func (l *loop) prefetch() {
	Comment(fmt.Sprintf("Ask for the entries of the row %d ahead, and for the pointers of that %d ahead.", ahead, pointersAhead))
	CMPQ(l.n, U8(ahead))
	JLE(l.to("near"))
	ptr := l.load("ptr")
	CMPQ(l.n, U8(pointersAhead))
	JLE(l.to("known"))
	MOVLQSX(Mem{Base: l.rows, Disp: 4 * pointersAhead}, l.at)
	PREFETCHT0(Mem{Base: ptr, Index: l.at, Scale: 8})
	l.here("known")
	MOVLQSX(Mem{Base: l.rows, Disp: 4 * ahead}, l.at)
	l.fetch()
	l.here("near")
}

// fetch asks for the entries of the row whose number is in at. Their pointers
// are in columns.
func (l *loop) fetch() {
	ptr := l.columns
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8}, l.at)
	if !l.wide {
		Comment("As many lines as most rows of digits have: 190 entries.")
		col := l.load("col")
		LEAQ(Mem{Base: col, Index: l.at, Scale: 2}, l.columns)
		for line := range 7 {
			PREFETCHT0(Mem{Base: l.columns, Disp: 64 * line})
		}
		val := l.load("val")
		for line := range 4 {
			PREFETCHT0(Mem{Base: val, Index: l.at, Scale: 1, Disp: 64 * line})
		}
		return
	}
	Comment("Always as many: the length of the row would have to be waited for, a guess of it too.")
	Load(Param("lines"), l.count)
	val := Load(Param("val"), l.vals)
	LEAQ(Mem{Base: val, Index: l.at, Scale: 8}, l.vals)
	col := l.load("col")
	LEAQ(Mem{Base: col, Index: l.at, Scale: 4}, l.columns)
	l.here("line")
	PREFETCHT0(Mem{Base: l.columns})
	PREFETCHT0(Mem{Base: l.vals})
	PREFETCHT0(Mem{Base: l.vals, Disp: 64})
	ADDQ(U8(64), l.columns)
	SUBQ(I8(-128), l.vals)
	DECQ(l.count)
	JNZ(l.to("line"))
}

// prefetchRows asks for the entries of rows.
func prefetchRows(e entries) {
	TEXT(e.name("prefetchRows"), NOSPLIT, "func("+e.list()+")")
	Pragma("noescape")
	Doc(e.name("prefetchRows") + " asks the memory for the entries of n rows, and does not wait.")
	l := &loop{entries: e, columns: GP64(), at: GP64(), count: GP64(), vals: GP64()}
	l.rows, l.n = Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	l.here("row")
	DECQ(l.n)
	JL(l.to("done"))
	MOVLQSX(Mem{Base: l.rows, Index: l.n, Scale: 4}, l.at)
	l.load("ptr")
	l.fetch()
	JMP(l.to("row"))
	l.here("done")
	RET()
}

// bounds finds the entries of the next row.
func (l *loop) bounds() {
	MOVLQSX(Mem{Base: l.rows}, l.at)
	ptr := l.load("ptr")
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8, Disp: 8}, l.count)
	MOVQ(Mem{Base: ptr, Index: l.at, Scale: 8}, l.at)
	SUBQ(l.at, l.count)
	col, val := uint8(2), uint8(1)
	if l.wide {
		col, val = 4, 8
	}
	LEAQ(Mem{Base: l.load("col"), Index: l.at, Scale: col}, l.cols)
	LEAQ(Mem{Base: l.load("val"), Index: l.at, Scale: val}, l.vals)
}

// take leaves the value of the entry at work in x, and the offset of its row
// of weights in at. Of entries that are wide, or weights of float32, it is the t-th from here.
func (l *loop) take(t int, x VecVirtual) {
	switch {
	case l.wide:
		MOVLQSX(Mem{Base: l.cols, Disp: 4 * t}, l.at)
		VBROADCASTSD(Mem{Base: l.vals, Disp: 8 * t}, x)
	case l.single:
		MOVBLZX(Mem{Base: l.vals, Disp: t}, as32(l.at))
		VBROADCASTSS(Mem{Base: l.levels, Index: l.at, Scale: 4}, x)
		MOVWLZX(Mem{Base: l.cols, Disp: 2 * t}, as32(l.at))
	default:
		MOVBLZX(l.bytes.(GPVirtual).As8(), as32(l.at))
		VBROADCASTSD(Mem{Base: l.levels, Index: l.at, Scale: 8}, x)
		MOVWLZX(l.columns.(GPVirtual).As16(), as32(l.at))
	}
	l.times()
}

// times makes an offset of the index of a row of weights.
func (l *loop) times() { times(l.at, l.stride, l.fixed) }

// times multiplies by what is in a register, or, where that is nil, by a fixed number.
func times(r, stride Register, fixed int) {
	switch {
	case stride != nil:
		IMULQ(stride, r)
	case fixed&(fixed-1) == 0:
		SHLQ(U8(bits.TrailingZeros(uint(fixed))), r)
	default:
		IMUL3Q(U8(fixed), r, r)
	}
}

// step adds the bytes of a row of outputs.
func (l *loop) step(pointer Register) {
	if l.stride != nil {
		ADDQ(l.stride, pointer)
	} else {
		ADDQ(U8(l.fixed), pointer)
	}
}

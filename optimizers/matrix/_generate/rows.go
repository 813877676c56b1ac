package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// outputs of the row kernels, and the bytes of a row of weights.
const (
	outputs = 10
	stride  = outputs * 8
)

// ahead is how many rows ahead of the one at work the entries are fetched.
const ahead = 4

// rowKernels write the kernels over compressed rows of bytes with ten outputs.
// A row of ten weights is two vectors of four and one of two.
func rowKernels() {
	mulRows("mulRows10", 1)
	mulRows("mulSumRows10", 2)
	addMulRows("addMulRows10")
	for _, b := range bands {
		mulRowsBand(b)
		addMulRowsBand(b)
	}
	prefetchRows()
}

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
	end()
	ADDQ(U8(4), l.rows)
	DECQ(l.n)
	JMP(LabelRef("row"))
	Label("done")
	VZEROUPPER()
	RET()
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

// ten is ten numbers in registers: four, four and two.
type ten [3]VecVirtual

func newTen() ten { return ten{YMM(), YMM(), YMM()} }

// each calls do for the three registers with their width: the third is half a vector.
func (v ten) each(do func(i int, r Register)) {
	do(0, v[0].AsY())
	do(1, v[1].AsY())
	do(2, v[2].AsX())
}

// mulRows writes z = x̃·W, or z = a·(x̃·U) + b·(x̃·V) of two matrices of weights.
func mulRows(name string, weights int) {
	if weights == 1 {
		TEXT(name, NOSPLIT, "func(z, w *float64, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, divisor float64)")
		Pragma("noescape")
		Doc(name + " is, for each of the n rows, z = w[features] + (Σ levels[v]·w[j]) / divisor over its entries (j, v).")
	} else {
		TEXT(name, NOSPLIT, "func(z, u, v *float64, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, divisor, a, b float64)")
		Pragma("noescape")
		Doc(name + " is mulRows10 for two matrices: z = a·(x̃·u) + b·(x̃·v).")
	}
	names := []string{"w"}
	if weights == 2 {
		names = []string{"u", "v"}
	}
	z := Load(Param("z"), GP64())
	var w []Register
	for _, name := range names {
		w = append(w, Load(Param(name), GP64()))
	}
	l := newLoop()
	x := YMM()
	sums := make([][2]ten, weights)
	for i := range sums {
		sums[i] = [2]ten{newTen(), newTen()}
	}
	zero := func() {
		for i := range sums {
			for _, half := range sums[i] {
				half.each(func(_ int, r Register) { VXORPD(r, r, r) })
			}
		}
	}
	entry := func(t int) {
		l.take(x)
		for i := range sums {
			sums[i][t%2].each(func(p int, r Register) {
				m := Mem{Base: w[i], Index: l.at, Scale: 1, Disp: 32 * p}
				if p == 2 {
					VFMADD231PD(m, x.AsX(), r)
				} else {
					VFMADD231PD(m, x.AsY(), r)
				}
			})
		}
	}
	end := func() {
		features := Load(Param("features"), l.at)
		IMUL3Q(U8(stride), features, features)
		VBROADCASTSD(mustAddr("divisor"), x.AsY())
		for i := range sums {
			other := sums[i][1]
			sums[i][0].each(func(p int, r Register) {
				half := func(v VecVirtual) Register {
					if p == 2 {
						return v.AsX()
					}
					return v.AsY()
				}
				VADDPD(half(other[p]), r, r)
				VDIVPD(half(x), r, r)
				VADDPD(Mem{Base: w[i], Index: l.at, Scale: 1, Disp: 32 * p}, r, r)
			})
		}
		if weights == 2 {
			scaled(sums[0][0], "a", x, false, sums[1][0])
			scaled(sums[1][0], "b", x, true, sums[0][0])
			store(sums[1][0], z)
		} else {
			store(sums[0][0], z)
		}
		ADDQ(U8(stride), z)
	}
	l.each(zero, entry, end)
}

// scaled writes v = v·name, or v = v·name + plus.
func scaled(v ten, name string, x VecVirtual, add bool, plus ten) {
	VBROADCASTSD(mustAddr(name), x.AsY())
	v.each(func(p int, r Register) {
		y, q := Register(x.AsY()), Register(plus[p].AsY())
		if p == 2 {
			y, q = x.AsX(), plus[p].AsX()
		}
		if add {
			VFMADD213PD(q, y, r)
		} else {
			VMULPD(y, r, r)
		}
	})
}

func store(v ten, to Register) {
	v.each(func(p int, r Register) { VMOVUPD(r, Mem{Base: to, Disp: 32 * p}) })
}

// addMulRows writes G += x̃ᵀ·d.
func addMulRows(name string) {
	TEXT(name, NOSPLIT, "func(grad, d *float64, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, divisor float64)")
	Pragma("noescape")
	Doc(name + " is, for each of the n rows, grad[features] += d and grad[j] += levels[v]·(d/divisor) for each of its entries (j, v).")
	g, d := Load(Param("grad"), GP64()), Load(Param("d"), GP64())
	l := newLoop()
	x, in, out := YMM(), newTen(), newTen()
	half := func(p int, v VecVirtual) Register {
		if p == 2 {
			return v.AsX()
		}
		return v.AsY()
	}
	begin := func() {
		features := Load(Param("features"), l.at)
		IMUL3Q(U8(stride), features, features)
		VBROADCASTSD(mustAddr("divisor"), x.AsY())
		in.each(func(p int, r Register) {
			bias := Mem{Base: g, Index: l.at, Scale: 1, Disp: 32 * p}
			VMOVUPD(Mem{Base: d, Disp: 32 * p}, r)
			VADDPD(bias, r, half(p, out[p]))
			VMOVUPD(half(p, out[p]), bias)
			VDIVPD(half(p, x), r, r)
		})
	}
	entry := func(int) {
		l.take(x)
		out.each(func(p int, r Register) {
			at := Mem{Base: g, Index: l.at, Scale: 1, Disp: 32 * p}
			VMOVUPD(at, r)
			VFMADD231PD(half(p, x), half(p, in[p]), r)
			VMOVUPD(r, at)
		})
	}
	l.each(begin, entry, func() { ADDQ(U8(stride), d) })
}

// mustAddr is where a parameter lies on the stack.
func mustAddr(name string) Mem {
	c, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return c.Addr
}

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// packed are numbers of fewer than eight bytes, and what takes a vector of them.
type packed struct {
	name, kind string // in the names of kernels, and in Go
	size       int
	take       func(m Mem, r VecVirtual)
}

// bytesAsNumbers takes as many bytes as a vector holds numbers.
func bytesAsNumbers(m Mem, r VecVirtual) {
	half := registers{bytes: int(r.Size())}.half(r)
	VPMOVZXBD(m, half)
	VCVTDQ2PD(half, r)
}

// unpack writes the kernels over such numbers.
func unpack(name, kind string, size int, take func(m Mem, r VecVirtual)) {
	p := packed{name, kind, size, take}
	p.rows(avx2)
	p.rows(avx512)
}

// rows takes a panel out of listed rows.
func (p packed) rows(r registers) {
	name := "unpack" + p.name + r.suffix()
	TEXT(name, NOSPLIT, "func(y *float64, x *"+p.kind+", rows *int32, n, cols, width, stride int)")
	Pragma("noescape")
	Doc(name + " is y[i·stride+j] = x[rows[i]·cols+j] for i < n and j < width, a multiple of 8 that is not 0.")
	y, x, rows, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	cols, width, stride := Load(Param("cols"), GP64()), Load(Param("width"), GP64()), Load(Param("stride"), GP64())
	from, j, v := GP64(), GP64(), make([]VecVirtual, 8/r.doubles())
	for i := range v {
		v[i] = r.vector()
	}
	Label("row")
	DECQ(n)
	JL(LabelRef("end"))
	MOVLQSX(Mem{Base: rows}, from)
	IMULQ(cols, from)
	LEAQ(Mem{Base: x, Index: from, Scale: uint8(p.size)}, from)
	Comment("Ask for what comes behind: it is wanted when the other rows have had theirs.")
	for line := range 2 * p.size {
		PREFETCHT0(Mem{Base: from, Disp: 128*p.size + 64*line})
	}
	XORQ(j, j)
	Label("eight")
	for i := range v {
		p.take(Mem{Base: from, Index: j, Scale: uint8(p.size), Disp: r.doubles() * i * p.size}, v[i])
		VMOVUPD(v[i], Mem{Base: y, Index: j, Scale: 8, Disp: r.bytes * i})
	}
	ADDQ(U8(8), j)
	CMPQ(j, width)
	JL(LabelRef("eight"))
	ADDQ(U8(4), rows)
	LEAQ(Mem{Base: y, Index: stride, Scale: 8}, y)
	JMP(LabelRef("row"))
	Label("end")
	VZEROUPPER()
	RET()
}

// fetchLines asks for what lies in a row.
func fetchLines() {
	TEXT("fetchLines", NOSPLIT, "func(p *uint8, n int)")
	Pragma("noescape")
	Doc("fetchLines asks the memory for n cache lines from p on, and does not wait.")
	p, n := Load(Param("p"), GP64()), Load(Param("n"), GP64())
	Label("line")
	DECQ(n)
	JL(LabelRef("end"))
	PREFETCHT0(Mem{Base: p})
	ADDQ(U8(64), p)
	JMP(LabelRef("line"))
	Label("end")
	RET()
}

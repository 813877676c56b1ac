package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// What is done to the numbers of a layer between its products.

// narrow rounds.
func narrow() {
	TEXT("narrow16", NOSPLIT, "func(x *float32, y *float64, n int)")
	Pragma("noescape")
	Doc("narrow16 is x[i] = y[i], rounded, for i < n, n a multiple of 16.")
	x, y, n := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("n"), GP64())
	v := []VecVirtual{XMM(), XMM(), XMM(), XMM()}
	Label("sixteen")
	SUBQ(U8(16), n)
	JL(LabelRef("end"))
	for i, r := range v {
		VCVTPD2PSY(Mem{Base: y, Disp: 32 * i}, r)
		VMOVUPS(r, Mem{Base: x, Disp: 16 * i})
	}
	ADDQ(U8(64), x)
	ADDQ(U32(128), y)
	JMP(LabelRef("sixteen"))
	Label("end")
	VZEROUPPER()
	RET()
}

// narrowPanel rounds a panel.
func narrowPanel() {
	TEXT("narrowPanel", NOSPLIT, "func(x *float32, y *float64, rows, vectors, rx, ry int)")
	Pragma("noescape")
	Doc("narrowPanel is x[i] = y[i], rounded, for rows of so many vectors of eight, at least one. What is r is bytes from a row", "to the next.")
	x, y, rows, vectors, ry := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("rows"), GP64()), Load(Param("vectors"), GP64()), Load(Param("ry"), GP64())
	at, to, left, v, t := GP64(), GP64(), GP64(), YMM(), YMM()
	rx := Load(Param("rx"), GP64())
	Label("row")
	DECQ(rows)
	JL(LabelRef("end"))
	MOVQ(y, at)
	MOVQ(x, to)
	MOVQ(vectors, left)
	Label("vector")
	avx2.narrow(Mem{Base: at}, v, t)
	VMOVUPS(v, Mem{Base: to})
	ADDQ(U8(64), at)
	ADDQ(U8(32), to)
	DECQ(left)
	JNZ(LabelRef("vector"))
	ADDQ(rx, x)
	ADDQ(ry, y)
	JMP(LabelRef("row"))
	Label("end")
	VZEROUPPER()
	RET()
}

// rectify is what comes out of a layer.
func rectify() {
	TEXT("rectify8", NOSPLIT, "func(x *float32, n int)")
	Pragma("noescape")
	Doc("rectify8 is x[i] = max(0, x[i]) for i < n, n a multiple of 8.")
	x, n, zero, v := Load(Param("x"), GP64()), Load(Param("n"), GP64()), YMM(), YMM()
	VXORPS(zero, zero, zero)
	Label("eight")
	SUBQ(U8(8), n)
	JL(LabelRef("end"))
	VMOVUPS(Mem{Base: x}, v)
	VMAXPS(v, zero, v) // NaN stays
	VMOVUPS(v, Mem{Base: x})
	ADDQ(U8(32), x)
	JMP(LabelRef("eight"))
	Label("end")
	VZEROUPPER()
	RET()
}

// transpose turns blocks of eight by eight.
func transpose() {
	TEXT("transpose8", NOSPLIT, "func(c, a *float32, n, rc, ra int)")
	Pragma("noescape")
	Doc("transpose8 is c[j][i] = a[i][j] for i < 8 and j < 8n. What is r is bytes from a row to the next.")
	c, a, n := Load(Param("c"), GP64()), Load(Param("a"), GP64()), Load(Param("n"), GP64())
	rc, ra := Load(Param("rc"), GP64()), Load(Param("ra"), GP64())
	thrice, below := GP64(), GP64()
	Label("block")
	DECQ(n)
	JL(LabelRef("end"))
	rows := func(base, stride Register) [8]Mem {
		LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, thrice)
		LEAQ(Mem{Base: base, Index: stride, Scale: 4}, below)
		return [8]Mem{
			{Base: base},
			{Base: base, Index: stride, Scale: 1},
			{Base: base, Index: stride, Scale: 2},
			{Base: base, Index: thrice, Scale: 1},
			{Base: below},
			{Base: below, Index: stride, Scale: 1},
			{Base: below, Index: stride, Scale: 2},
			{Base: below, Index: thrice, Scale: 1},
		}
	}
	var r, t [8]VecVirtual
	for i := range r {
		r[i], t[i] = YMM(), YMM()
	}
	for i, m := range rows(a, ra) {
		VMOVUPS(m, r[i])
	}
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(r[i+1], r[i], t[i])
		VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	for i := 0; i < 8; i += 4 {
		VSHUFPS(U8(0x44), t[i+2], t[i], r[i])
		VSHUFPS(U8(0xee), t[i+2], t[i], r[i+1])
		VSHUFPS(U8(0x44), t[i+3], t[i+1], r[i+2])
		VSHUFPS(U8(0xee), t[i+3], t[i+1], r[i+3])
	}
	for i := range 4 {
		VPERM2F128(U8(0x20), r[i+4], r[i], t[i])
		VPERM2F128(U8(0x31), r[i+4], r[i], t[i+4])
	}
	for i, m := range rows(c, rc) {
		VMOVUPS(t[i], m)
	}
	ADDQ(U8(32), a)
	LEAQ(Mem{Base: c, Index: rc, Scale: 8}, c)
	JMP(LabelRef("block"))
	Label("end")
	VZEROUPPER()
	RET()
}

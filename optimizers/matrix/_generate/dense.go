package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tile is the outputs that a kernel over dense rows keeps in registers, for
// two rows at once.
type tile struct {
	name    string
	vectors int
	masked  bool // the last vector is of one to four outputs
}

var tiles = []tile{{"20", 5, false}, {"Up12", 3, true}, {"Up4", 1, true}}

func denseKernels() {
	for _, t := range tiles {
		mulDense(t)
		addMulDense(t)
	}
	dots()
	gate()
}

// pair is a tile for two rows.
type pair struct {
	tile
	sums [2][]VecVirtual
	w    VecVirtual
	mask VecVirtual
}

func newPair(t tile) *pair {
	p := &pair{tile: t, w: YMM()}
	for i := range p.sums {
		for range t.vectors {
			p.sums[i] = append(p.sums[i], YMM())
		}
	}
	if t.masked {
		p.mask = YMM()
		VMOVUPD(Mem{Base: Load(Param("mask"), GP64())}, p.mask)
	}
	return p
}

func (p *pair) last(i int) bool { return p.masked && i == p.vectors-1 }

func (p *pair) load(m Mem, i int, r VecVirtual) {
	if p.last(i) {
		VMASKMOVPD(m, p.mask, r)
	} else {
		VMOVUPD(m, r)
	}
}

func (p *pair) store(sums []VecVirtual, to Register) {
	for i, s := range sums {
		if p.last(i) {
			VMASKMOVPD(s, p.mask, at(to, nil, i))
		} else {
			VMOVUPD(s, at(to, nil, i))
		}
	}
}

// add is sums[row] += x[row]·(the row of the tile at base).
func (p *pair) add(base Register, x [2]VecVirtual) {
	for i := range p.vectors {
		p.load(at(base, nil, i), i, p.w)
		VFMADD231PD(p.w, x[0], p.sums[0][i])
		VFMADD231PD(p.w, x[1], p.sums[1][i])
	}
}

func (t tile) params(names, counts string) string {
	s := "func(" + names + " *float64, " + counts
	if t.masked {
		s += ", mask *float64"
	}
	return s + ")"
}

func mulDense(t tile) {
	TEXT("mulDense"+t.name, NOSPLIT, t.params("z0, z1, a0, a1, w", "features, k int"))
	Pragma("noescape")
	Doc("mulDense"+t.name+" is z0 = w[features] + Σ a0[j]·w[j] for a tile of the outputs, and z1 likewise; the rows", "of w are k apart.")
	p := newPair(t)
	a0, a1, w := Load(Param("a0"), GP64()), Load(Param("a1"), GP64()), Load(Param("w"), GP64())
	features, stride, bias := Load(Param("features"), GP64()), Load(Param("k"), GP64()), GP64()
	SHLQ(U8(3), stride)
	MOVQ(stride, bias)
	IMULQ(features, bias)
	ADDQ(w, bias)
	for i := range t.vectors {
		p.load(at(bias, nil, i), i, p.sums[0][i])
		VMOVAPD(p.sums[0][i], p.sums[1][i])
	}
	x := [2]VecVirtual{YMM(), YMM()}
	Label("feature")
	DECQ(features)
	JL(LabelRef("end"))
	VBROADCASTSD(Mem{Base: a0}, x[0])
	VBROADCASTSD(Mem{Base: a1}, x[1])
	p.add(w, x)
	ADDQ(U8(8), a0)
	ADDQ(U8(8), a1)
	ADDQ(stride, w)
	JMP(LabelRef("feature"))
	Label("end")
	p.store(p.sums[0], Load(Param("z0"), GP64()))
	p.store(p.sums[1], Load(Param("z1"), GP64()))
	VZEROUPPER()
	RET()
}

func addMulDense(t tile) {
	TEXT("addMulDense"+t.name, NOSPLIT, t.params("g0, g1, a, d", "rows *int32, n, cols, k int"))
	Pragma("noescape")
	Doc("addMulDense"+t.name+" is g0 += Σ a[rows[i]*cols]·d[i] for a tile of the outputs, and g1 likewise with the number", "after it in a; the rows of d are k apart.")
	p := newPair(t)
	g0, g1 := Load(Param("g0"), GP64()), Load(Param("g1"), GP64())
	for i := range t.vectors {
		p.load(at(g0, nil, i), i, p.sums[0][i])
		p.load(at(g1, nil, i), i, p.sums[1][i])
	}
	a, d, rows, n := Load(Param("a"), GP64()), Load(Param("d"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	cols, stride, r := Load(Param("cols"), GP64()), Load(Param("k"), GP64()), GP64()
	SHLQ(U8(3), stride)
	x := [2]VecVirtual{YMM(), YMM()}
	Label("row")
	DECQ(n)
	JL(LabelRef("end"))
	MOVLQSX(Mem{Base: rows}, r)
	IMULQ(cols, r)
	VBROADCASTSD(Mem{Base: a, Index: r, Scale: 8}, x[0])
	VBROADCASTSD(Mem{Base: a, Index: r, Scale: 8, Disp: 8}, x[1])
	p.add(d, x)
	ADDQ(U8(4), rows)
	ADDQ(stride, d)
	JMP(LabelRef("row"))
	Label("end")
	p.store(p.sums[0], g0)
	p.store(p.sums[1], g1)
	VZEROUPPER()
	RET()
}

// dots writes the products of two rows with four others.
func dots() {
	TEXT("dots2x4", NOSPLIT, "func(z0, z1, d0, d1, w *float64, k int, mask *float64)")
	Pragma("noescape")
	Doc("dots2x4 is z0[j] = Σ d0[c]·w[j][c] for j < 4 and c < k, and z1 likewise. The mask selects the last k mod 4.")
	d := [2]Register{Load(Param("d0"), GP64()), Load(Param("d1"), GP64())}
	w, stride, n, thrice := Load(Param("w"), GP64()), Load(Param("k"), GP64()), GP64(), GP64()
	MOVQ(stride, n)
	SHLQ(U8(3), stride)
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, thrice)
	rows := [4]Mem{{Base: w}, {Base: w, Index: stride, Scale: 1}, {Base: w, Index: stride, Scale: 2}, {Base: w, Index: thrice, Scale: 1}}
	var sums [2][4]VecVirtual
	for i := range sums {
		for j := range sums[i] {
			sums[i][j] = YMM()
			VXORPD(sums[i][j], sums[i][j], sums[i][j])
		}
	}
	t := [3]VecVirtual{YMM(), YMM(), YMM()}
	Label("four")
	SUBQ(U8(4), n)
	JL(LabelRef("rest"))
	addDots(d, rows, sums, t, func(m Mem, r VecVirtual) { VMOVUPD(m, r) })
	for _, p := range []Register{d[0], d[1], w} {
		ADDQ(U8(32), p)
	}
	JMP(LabelRef("four"))
	Label("rest")
	ADDQ(U8(4), n)
	JZ(LabelRef("end"))
	mask := YMM()
	VMOVUPD(Mem{Base: Load(Param("mask"), GP64())}, mask)
	addDots(d, rows, sums, t, func(m Mem, r VecVirtual) { VMASKMOVPD(m, mask, r) })
	Label("end")
	storeDots(sums, t)
	VZEROUPPER()
	RET()
}

// addDots adds the products of the next numbers to the eight sums.
func addDots(d [2]Register, rows [4]Mem, sums [2][4]VecVirtual, t [3]VecVirtual, load func(m Mem, r VecVirtual)) {
	load(Mem{Base: d[0]}, t[0])
	load(Mem{Base: d[1]}, t[1])
	for j, m := range rows {
		load(m, t[2])
		VFMADD231PD(t[2], t[0], sums[0][j])
		VFMADD231PD(t[2], t[1], sums[1][j])
	}
}

// storeDots adds up each sum and stores four for each row.
func storeDots(sums [2][4]VecVirtual, t [3]VecVirtual) {
	for i, name := range []string{"z0", "z1"} {
		s := sums[i]
		VHADDPD(s[1], s[0], s[0])
		VHADDPD(s[3], s[2], s[2])
		VPERM2F128(U8(0x20), s[2], s[0], t[0])
		VPERM2F128(U8(0x31), s[2], s[0], t[1])
		VADDPD(t[1], t[0], t[0])
		VMOVUPD(t[0], Mem{Base: Load(Param(name), GP64())})
	}
}

// gate writes what passes where another vector is positive.
func gate() {
	TEXT("gate16", NOSPLIT, "func(x, open *float64, n int)")
	Pragma("noescape")
	Doc("gate16 is x[i] = 0 unless open[i] > 0, for i < n, n a multiple of 16.")
	x, open, n := Load(Param("x"), GP64()), Load(Param("open"), GP64()), Load(Param("n"), GP64())
	zero, v := YMM(), YMM()
	VXORPD(zero, zero, zero)
	sixteens(n, []pointer{{x, 8}, {open, 8}}, func(i int) {
		VCMPPD(U8(17), Mem{Base: open, Disp: 32 * i}, zero, v) // 0 < open
		VANDPD(Mem{Base: x, Disp: 32 * i}, v, v)
		VMOVUPD(v, Mem{Base: x, Disp: 32 * i})
	})
	VZEROUPPER()
	RET()
}

// at is the address of the i-th vector.
func at(base, index Register, i int) Mem {
	m := Mem{Base: base, Disp: 32 * i}
	if index != nil {
		m.Index, m.Scale = index, 1
	}
	return m
}

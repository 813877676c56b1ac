package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// bandGradient is the sums of a band of outputs for a pair of vectors of features, or for
// one where registers are of eight.
type bandGradient struct {
	*lane
	total    Register // where the sums are kept
	rows, i  Register // pointers, and the number of one
	row      Register // one
	from     Register // how far the rows are
	d        Register // what is multiplied with the row
	sums     [][2]VecVirtual
	x        []VecVirtual
	residual VecVirtual
}

// addDenseShadow is the gradient of a band of outputs.
func addDenseShadow(r registers, kind shadowKind, outputs int) {
	const parts = 2
	name := fmt.Sprintf("addShadow%s%d%s", kind.name, outputs, r.suffix())
	TEXT(name, NOSPLIT, "func(sum, d *float32, rows **uint8, n, vectors int, masks *uint32, keep bool)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is sum[c] = Σ x·d[c] over n rows for %d outputs c, to which the sum before is added where it is to", name, outputs),
		fmt.Sprintf("keep; d is [n][%d].", outputs))
	g := newBandGradient(newLane(r, kind, parts), outputs)
	n, vectors, keep := Load(Param("n"), GP64()), Load(Param("vectors"), GP64()), Load(Param("keep"), GP8())
	XORQ(g.from, g.from)
	g.whole()
	Label("pair")
	SUBQ(U8(parts/r.parts()), vectors)
	JG(LabelRef("inner"))
	g.last(g.residual)
	Label("inner")
	g.each(func(_ Mem, v VecVirtual) { VXORPS(v.AsX(), v.AsX(), v.AsX()) })
	TESTB(keep, keep)
	JZ(LabelRef("begin"))
	g.each(func(m Mem, v VecVirtual) { VMOVUPS(m, v) })
	Label("begin")
	Load(Param("d"), g.d)
	XORQ(g.i, g.i)
	Label("row")
	MOVQ(Mem{Base: g.rows, Index: g.i, Scale: 8}, g.row)
	PREFETCHT0(Mem{Base: g.row, Index: g.from, Scale: 1, Disp: 64 * kind.size})
	if r.parts() == 1 {
		g.add()
	} else {
		g.addHalves()
	}
	ADDQ(U8(4*outputs), g.d)
	INCQ(g.i)
	CMPQ(g.i, n)
	JL(LabelRef("row"))
	g.each(func(m Mem, v VecVirtual) { VMOVUPS(v, m) })
	ADDQ(U32(parts*r.singles()*kind.size), g.from)
	ADDQ(U32(4*parts*r.singles()*outputs), g.total)
	TESTQ(vectors, vectors)
	JG(LabelRef("pair"))
	VZEROUPPER()
	RET()
}

func newBandGradient(l *lane, outputs int) *bandGradient {
	g := &bandGradient{lane: l, sums: make([][2]VecVirtual, outputs), residual: l.vector()}
	g.total, g.rows = Load(Param("sum"), GP64()), Load(Param("rows"), GP64())
	g.i, g.row, g.from, g.d = GP64(), GP64(), GP64(), GP64()
	for c := range g.sums {
		g.sums[c] = [2]VecVirtual{l.vector(), l.vector()}
	}
	g.x = []VecVirtual{l.vector()}
	if l.parts() == 1 {
		g.x = append(g.x, l.vector())
	}
	return g
}

// each calls do with every register of sums and where it is kept: a second vector's behind
// all outputs of the first.
func (g *bandGradient) each(do func(m Mem, v VecVirtual)) {
	for part := range 2 {
		for c, sums := range g.sums {
			m := Mem{Base: g.total, Disp: 4*lanes*c + g.bytes*part}
			if g.parts() == 1 {
				m.Disp = 4 * lanes * (c + part*len(g.sums))
			}
			do(m, sums[part])
		}
	}
}

// add adds the products of a row and its residuals, each in a register for both vectors.
func (g *bandGradient) add() {
	for part, x := range g.x {
		g.take(Mem{Base: g.row, Index: g.from, Scale: 1}, part, x)
	}
	for c, sums := range g.sums {
		VBROADCASTSS(Mem{Base: g.d, Disp: 4 * c}, g.residual)
		for part, x := range g.x {
			VFMADD231PS(x, g.residual, sums[part])
		}
	}
}

// addHalves does so for one register of features after the other.
func (g *bandGradient) addHalves() {
	for part := range 2 {
		g.take(Mem{Base: g.row, Index: g.from, Scale: 1}, part, g.x[0])
		for c, sums := range g.sums {
			VBROADCASTSS(Mem{Base: g.d, Disp: 4 * c}, g.residual)
			VFMADD231PS(g.x[0], g.residual, sums[part])
		}
	}
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileProduct is a tile of rows times the weights of a band of outputs.
type tileProduct struct {
	*lane
	outputs        int
	z, rows, n     Register
	w, vectors, at Register // what is left of the weights, and how far the rows are
	x, ahead       []Register
	sums           [][][]VecVirtual // of each row, output and register
	taken          []VecVirtual     // of each row; one that all share where weights are not in a register
}

// mulDenseShadow is the product of rows with a band of outputs, a tile of rows at a time.
func mulDenseShadow(r registers, kind shadowKind, outputs int) {
	tile := r.shadowRows(outputs)
	name := fmt.Sprintf("mulShadow%s%d%s", kind.name, outputs, r.suffix())
	TEXT(name, NOSPLIT, "func(z *float64, w *float32, rows **uint8, n, from, vectors int, masks *uint32)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s adds x·w[c] of %d outputs c to z for each of n rows, n a multiple of %d; a tile's sums lie side", name, outputs, tile),
		fmt.Sprintf("by side. Rows begin so many bytes after their pointers, of which there are %d more.", fetched))
	p := newTileProduct(newLane(r, kind, r.parts()), outputs, tile)
	Label("tile")
	SUBQ(U8(tile), p.n)
	JL(LabelRef("end"))
	p.begin()
	p.whole()
	DECQ(p.vectors)
	JG(LabelRef("vector"))
	Label("last")
	p.last(p.taken[0])
	Label("vector")
	for _, a := range p.ahead {
		PREFETCHT0(Mem{Base: a, Index: p.at, Scale: 1})
	}
	if r.parts() == 1 {
		p.multiply()
	} else {
		p.multiplyHalves()
	}
	ADDQ(U8(lanes*kind.size), p.at)
	ADDQ(U32(4*lanes*outputs), p.w)
	DECQ(p.vectors)
	JG(LabelRef("vector"))
	JZ(LabelRef("last"))
	var all [][]VecVirtual
	for _, sums := range p.sums {
		all = append(all, sums...)
	}
	stride := r.addSums(p.z, all)
	ADDQ(U8(8*tile), p.rows)
	ADDQ(U32(stride), p.z)
	JMP(LabelRef("tile"))
	Label("end")
	VZEROUPPER()
	RET()
}

func newTileProduct(l *lane, outputs, tile int) *tileProduct {
	p := &tileProduct{lane: l, outputs: outputs, sums: make([][][]VecVirtual, tile)}
	p.z, p.rows, p.n = Load(Param("z"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	p.w, p.vectors, p.at = GP64(), GP64(), GP64()
	for row := range p.sums {
		p.x, p.ahead = append(p.x, GP64()), append(p.ahead, GP64())
		p.sums[row] = make([][]VecVirtual, outputs)
		for c := range outputs {
			for range l.parts() {
				p.sums[row][c] = append(p.sums[row][c], l.vector())
			}
		}
	}
	p.taken = []VecVirtual{l.vector()}
	for l.parts() == 1 && len(p.taken) < tile {
		p.taken = append(p.taken, l.vector())
	}
	return p
}

// begin is that of a tile.
func (p *tileProduct) begin() {
	Load(Param("from"), p.at)
	for row, sums := range p.sums {
		MOVQ(Mem{Base: p.rows, Disp: 8 * row}, p.x[row])
		MOVQ(Mem{Base: p.rows, Disp: 8 * (fetched + row)}, p.ahead[row])
		for _, parts := range sums {
			for _, s := range parts {
				VXORPS(s.AsX(), s.AsX(), s.AsX())
			}
		}
	}
	Load(Param("w"), p.w)
	Load(Param("vectors"), p.vectors)
}

// multiply adds the products of a vector, whose weights all rows of the tile share.
func (p *tileProduct) multiply() {
	for row, x := range p.x {
		p.take(Mem{Base: x, Index: p.at, Scale: 1}, 0, p.taken[row])
	}
	weights := p.vector()
	for c := range p.outputs {
		VMOVUPS(Mem{Base: p.w, Disp: 4 * lanes * c}, weights)
		for row, sums := range p.sums {
			VFMADD231PS(weights, p.taken[row], sums[c][0])
		}
	}
}

// multiplyHalves does so a row and a register at a time.
func (p *tileProduct) multiplyHalves() {
	for row, sums := range p.sums {
		for part := range p.parts() {
			p.take(Mem{Base: p.x[row], Index: p.at, Scale: 1}, part, p.taken[0])
			for c := range p.outputs {
				VFMADD231PS(Mem{Base: p.w, Disp: 4*lanes*c + p.bytes*part}, p.taken[0], sums[c][part])
			}
		}
	}
}

// addSums adds the sum of each of some vectors to the float64 in memory, and says how
// many bytes further those of the next tile lie.
func (r registers) addSums(z Register, all [][]VecVirtual) int {
	t, u := r.vector(), r.vector()
	n := r.singles()
	for lo := 0; lo < len(all); lo += n {
		some := all[lo:min(lo+n, len(all))]
		var vs [4]VecVirtual
		for e := range min(4, len(some)) {
			at := func(i int) []VecVirtual {
				if i < len(some) {
					return some[i]
				}
				return nil
			}
			if r == avx512 {
				vs[e] = quarters512(at(e), at(4+e), at(8+e), at(12+e), t, u)
			} else {
				vs[e] = quarters256(at(e), at(4+e), t, u)
			}
		}
		sum := r.neighbours(r.neighbours(vs[0], vs[1], t, u), r.neighbours(vs[2], vs[3], t, u), t, u)
		for half := range (len(some) + r.doubles() - 1) / r.doubles() {
			m := Mem{Base: z, Disp: 8*lo + r.bytes*half}
			if half == 1 {
				r.upper(sum)
			}
			VCVTPS2PD(r.half(sum), t)
			VADDPD(m, t, t)
			VMOVUPD(t, m)
		}
	}
	return 8 * n * ((len(all) + n - 1) / n)
}

// quarters512 are four vectors with their lanes l, l+4, l+8 and l+12 added, side by side.
func quarters512(a, b, c, d []VecVirtual, t, u VecVirtual) VecVirtual {
	pair := func(a, b, sum VecVirtual, low, high int) {
		VSHUFF32X4(U8(low), b, a, t)
		VSHUFF32X4(U8(high), b, a, u)
		VADDPS(u, t, sum)
	}
	one := func(v []VecVirtual, other VecVirtual) VecVirtual {
		if v == nil {
			return other
		}
		return v[0]
	}
	pair(a[0], one(b, a[0]), a[0], 0x44, 0xee)
	second := a[0]
	if c != nil {
		pair(c[0], one(d, c[0]), c[0], 0x44, 0xee)
		second = c[0]
	}
	pair(a[0], second, a[0], 0x88, 0xdd)
	return a[0]
}

// quarters256 are two vectors in two registers with such lanes added, side by side.
func quarters256(a, b []VecVirtual, t, u VecVirtual) VecVirtual {
	VADDPS(a[1], a[0], a[0])
	second := a[0]
	if b != nil {
		VADDPS(b[1], b[0], b[0])
		second = b[0]
	}
	VPERM2F128(U8(0x20), second, a[0], t)
	VPERM2F128(U8(0x31), second, a[0], u)
	VADDPS(u, t, a[0])
	return a[0]
}

// neighbours is two vectors with every other lane added to the one before it, in halves of
// each quarter; where one is missing nothing sensible is there.
func (r registers) neighbours(a, b, t, u VecVirtual) VecVirtual {
	if a == nil {
		return nil
	}
	if b == nil {
		b = a
	}
	VSHUFPS(U8(0x88), b, a, t)
	VSHUFPS(U8(0xdd), b, a, u)
	VADDPS(u, t, a)
	return a
}

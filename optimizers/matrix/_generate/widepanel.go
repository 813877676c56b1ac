package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Panels in vectors of 512 bits: tiles of eight rows, whose sums are those of the
// tiles of four to the bit, since each is of one chain.

// wideRows is how many rows a tile has.
const wideRows = 8

// widePanel is a kernel for so many outputs: whole vectors and at the end, if there
// is one, a smaller.
type widePanel struct {
	name   string
	pieces []int // bytes
	masked bool  // the last is of one to eight outputs
}

var widePanels = []widePanel{
	{"24", []int{64, 64, 64}, false},
	{"12", []int{64, 32}, false},
	{"10", []int{64, 16}, false},
	{"Up8", []int{64}, true},
}

// sized is a register at the width of so many bytes.
func sized(v VecVirtual, bytes int) Register { return piece{size: bytes}.of(v) }

// lower is the walk over the four rows after the first four.
type lower struct {
	*walk
	below Register
}

func newWideWalk() *lower {
	w := &lower{newWalk(4), GP64()}
	LEAQ(Mem{Base: w.a, Index: w.across, Scale: 4}, w.below)
	return w
}

// number is where the number of a row lies in a.
func (w *lower) number(row int) Mem {
	m := w.walk.number(row % 4)
	if row >= 4 {
		m.Base = w.below
	}
	return m
}

// terms writes the loop over the terms.
func (w *lower) terms(term func()) {
	w.walk.terms(1, func(int) {
		term()
		ADDQ(w.along, w.below)
	})
}

// addWidePanel writes the kernel of a tile.
func addWidePanel(p widePanel) {
	name := fmt.Sprintf("addPanel%dx%sAVX512", wideRows, p.name)
	params := "func(" + panelParams
	if p.masked {
		params += ", mask uint8"
	}
	TEXT(name, NOSPLIT, params+")")
	Pragma("noescape")
	Doc(name+" is out[p·k+c] += scale·Σ a[p·across+q·along]·b[q·k+c] over q < n, for the rows p and the outputs c", "of a tile.")
	w := newWideWalk()
	var mask Register
	if p.masked {
		mask = K()
		KMOVB(mustAddr("mask"), mask)
	}
	load := func(m Mem, r Register) {
		if p.masked {
			VMOVUPD_Z(m, mask, r)
		} else {
			VMOVUPD(m, r)
		}
	}
	var in []Register
	for _, bytes := range p.pieces {
		in = append(in, sized(ZMM(), bytes))
	}
	var sums [wideRows][]Register
	for row := range sums {
		for _, bytes := range p.pieces {
			v := ZMM()
			VPXORQ(v, v, v)
			sums[row] = append(sums[row], sized(v, bytes))
		}
	}
	x := ZMM()
	w.terms(func() {
		for i, r := range in {
			load(Mem{Base: w.b, Disp: 64 * i}, r)
		}
		for row := range sums {
			VBROADCASTSD(w.number(row), x)
			for i, r := range in {
				VFMADD231PD(r, sized(x, p.pieces[i]), sums[row][i])
			}
		}
	})
	VBROADCASTSD(mustAddr("scale"), x)
	for row := range sums {
		for i, s := range sums[row] {
			load(Mem{Base: w.out, Disp: 64 * i}, in[i])
			VFMADD231PD(s, sized(x, p.pieces[i]), in[i])
			if p.masked {
				VMOVUPD(in[i], mask, Mem{Base: w.out})
			} else {
				VMOVUPD(in[i], Mem{Base: w.out, Disp: 64 * i})
			}
		}
		if row < wideRows-1 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

// addWidePanelTens is the tile of eight rows of ten outputs whose numbers lie side by
// side: the last two outputs of four rows share a vector.
func addWidePanelTens() {
	TEXT("addPanel8x10Side", NOSPLIT, "func(out, a, b *float64, n, along, k int, scale float64, pairs *uint64)")
	Pragma("noescape")
	Doc("addPanel8x10Side is addPanel8x10AVX512 where across is 1. Of pairs the first eight are 0, 0, 1, 1, … 3, 3 and the", "others four more each.")
	w := &walk{out: Load(Param("out"), GP64()), a: Load(Param("a"), GP64()), b: Load(Param("b"), GP64()), n: Load(Param("n"), GP64())}
	w.along, w.stride = Load(Param("along"), GP64()), Load(Param("k"), GP64())
	SHLQ(U8(3), w.along)
	SHLQ(U8(3), w.stride)
	var spread, shared [2]VecVirtual
	pairs := Load(Param("pairs"), GP64())
	for i := range spread {
		spread[i], shared[i] = ZMM(), ZMM()
		VMOVDQU64(Mem{Base: pairs, Disp: 64 * i}, spread[i])
		VPXORQ(shared[i], shared[i], shared[i])
	}
	var sums [wideRows]VecVirtual
	for row := range sums {
		sums[row] = ZMM()
		VPXORQ(sums[row], sums[row], sums[row])
	}
	whole, last, numbers, x := ZMM(), ZMM(), ZMM(), ZMM()
	w.terms(1, func(int) {
		VMOVUPD(Mem{Base: w.b}, whole)
		VBROADCASTF64X2(Mem{Base: w.b, Disp: 64}, last)
		VMOVUPD(Mem{Base: w.a}, numbers)
		for row, s := range sums {
			VFMADD231PD_BCST(Mem{Base: w.a, Disp: 8 * row}, whole, s)
		}
		for i, s := range shared {
			VPERMPD(numbers, spread[i], x)
			VFMADD231PD(last, x, s)
		}
	})
	VBROADCASTSD(mustAddr("scale"), x)
	for row, s := range sums {
		VMOVUPD(Mem{Base: w.out}, whole)
		VFMADD231PD(s, x, whole)
		VMOVUPD(whole, Mem{Base: w.out})
		VEXTRACTF64X2(U8(row%4), shared[row/4], numbers.AsX())
		VMOVUPD(Mem{Base: w.out, Disp: 64}, last.AsX())
		VFMADD231PD(numbers.AsX(), x.AsX(), last.AsX())
		VMOVUPD(last.AsX(), Mem{Base: w.out, Disp: 64})
		if row < wideRows-1 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

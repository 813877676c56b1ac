package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Panels in vectors of 512 bits: tiles of eight rows, whose sums are those of the
// tiles of four to the bit, since each is of one chain.

// rows512 is how many rows a tile has.
const rows512 = 8

// panel512 is a kernel for so many outputs: whole vectors and at the end, if there
// is one, a smaller.
type panel512 struct {
	name   string
	pieces []int // bytes
	masked bool  // the last is of one to eight outputs
}

var panels512 = []panel512{
	{"24", []int{64, 64, 64}, false},
	{"12", []int{64, 32}, false},
	{"10", []int{64, 16}, false},
	{"Up8", []int{64}, true},
}

// sized is a register at the width of so many bytes.
func sized(v VecVirtual, bytes int) Register { return piece{size: bytes}.of(v) }

// walk512 is a walk over eight rows.
type walk512 struct {
	*walk
	below Register // the number of the fifth row
}

func newWalk512() *walk512 {
	w := &walk512{newWalk(4), GP64()}
	LEAQ(Mem{Base: w.a, Index: w.across, Scale: 4}, w.below)
	return w
}

// number is where the number of a row lies in a.
func (w *walk512) number(row int) Mem {
	m := w.walk.number(row % 4)
	if row >= 4 {
		m.Base = w.below
	}
	return m
}

// terms writes the loop over the terms.
func (w *walk512) terms(term func()) {
	w.walk.terms(1, func(int) {
		term()
		ADDQ(w.along, w.below)
	})
}

// tile512 is the registers of such a tile.
type tile512 struct {
	panel512
	mask Register            // of the last outputs
	in   []Register          // a row of b or of out
	sums [rows512][]Register // of each row
	x    VecVirtual          // a number, in all of a vector
}

func newTile512(p panel512) *tile512 {
	t := &tile512{panel512: p}
	if p.masked {
		t.mask = K()
		KMOVB(mustAddr("mask"), t.mask)
	}
	for _, bytes := range p.pieces {
		t.in = append(t.in, sized(ZMM(), bytes))
	}
	for row := range t.sums {
		for _, bytes := range p.pieces {
			v := ZMM()
			VPXORQ(v, v, v)
			t.sums[row] = append(t.sums[row], sized(v, bytes))
		}
	}
	t.x = ZMM()
	return t
}

// load loads the i-th piece of a row at a pointer.
func (t *tile512) load(base Register, i int) {
	m := Mem{Base: base, Disp: 64 * i}
	if t.masked {
		VMOVUPD_Z(m, t.mask, t.in[i])
	} else {
		VMOVUPD(m, t.in[i])
	}
}

func (t *tile512) store(base Register, i int) {
	m := Mem{Base: base, Disp: 64 * i}
	if t.masked {
		VMOVUPD(t.in[i], t.mask, m)
	} else {
		VMOVUPD(t.in[i], m)
	}
}

// number is x at the width of the i-th piece.
func (t *tile512) number(i int) Register { return sized(t.x, t.pieces[i]) }

// addPanel512 writes the kernel of a tile.
func addPanel512(p panel512) {
	name := fmt.Sprintf("addPanel%dx%sAVX512", rows512, p.name)
	params := "func(" + panelParams
	if p.masked {
		params += ", mask uint8"
	}
	TEXT(name, NOSPLIT, params+")")
	Pragma("noescape")
	Doc(name+" is out[p·k+c] += scale·Σ a[p·across+q·along]·b[q·k+c] over q < n, for the rows p and the outputs c", "of a tile.")
	w := newWalk512()
	t := newTile512(p)
	w.terms(func() {
		for i := range t.in {
			t.load(w.b, i)
		}
		for row, sums := range t.sums {
			VBROADCASTSD(w.number(row), t.x)
			for i, s := range sums {
				VFMADD231PD(t.in[i], t.number(i), s)
			}
		}
	})
	VBROADCASTSD(mustAddr("scale"), t.x)
	for row, sums := range t.sums {
		for i, s := range sums {
			t.load(w.out, i)
			VFMADD231PD(s, t.number(i), t.in[i])
			t.store(w.out, i)
		}
		if row < rows512-1 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

// addPanel512Tens is the tile of eight rows of ten outputs whose numbers lie side by
// side: the last two outputs of four rows share a vector.
func addPanel512Tens() {
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
	var sums [rows512]VecVirtual
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
		if row < rows512-1 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

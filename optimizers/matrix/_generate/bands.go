package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// piece is outputs side by side that are in one register: one, two, four or eight.
type piece struct {
	size int  // bytes
	disp int  // where it begins in the band
	tail bool // or it ends with the band, wherever that is
}

// band is neighbouring outputs that a kernel computes for all rows before it
// goes on to the next.
//
// A band of so many vectors that none is empty is for each number of outputs that
// needs these: the last vector ends where the band does, and the one before it
// may have some of the same outputs. Both compute the same, so that either may
// be the last to be stored; and no vector is masked, which would be slow to store.
type band struct {
	number int // by which a kernel is asked for it: the most outputs it is for
	pieces []piece
	fixed  int // bytes of a row of weights, 0 where that is a parameter
	like   int // pieces of 256 bits, by which chains are counted: so the bits are the same
}

// in512 is added to the number of a band for the one in vectors of 512 bits.
const in512 = 100

// bands are those of some few outputs and of ten that are all of them, and
// those of up to so many vectors, which may be some of any number; and of ten that
// are all of them in vectors of 512 bits.
func bands(vectors int) []band {
	all := []band{
		{number: 10, pieces: []piece{{size: 32}, {size: 32, disp: 32}, {size: 16, disp: 64}}, fixed: 80},
		{number: 1, pieces: []piece{{size: 8}}, fixed: 8},
		{number: 2, pieces: []piece{{size: 16}}, fixed: 16},
		{number: 3, pieces: []piece{{size: 16}, {size: 8, disp: 16}}, fixed: 24},
		{number: 5, pieces: []piece{{size: 32}, {size: 8, disp: 32}}, fixed: 40},
		{number: 6, pieces: []piece{{size: 32}, {size: 16, disp: 32}}, fixed: 48},
	}
	for n := 1; n <= vectors; n++ {
		b := band{number: 4 * n}
		for i := range n {
			b.pieces = append(b.pieces, piece{size: 32, disp: 32 * i, tail: i > 0 && i == n-1})
		}
		all = append(all, b)
	}
	for i := range all {
		all[i].like = len(all[i].pieces)
	}
	return append(all, band{number: in512 + 10, pieces: []piece{{size: 64}, {size: 16, disp: 64}}, fixed: 80, like: 3})
}

// wideBands are those in vectors of 512 bits of more than ten outputs. They pay where
// rows of outputs lie in the nearest cache: elsewhere most of their loads, which lie
// across two cache lines, cost more than what is saved.
func wideBands(vectors int) (all []band) {
	for n := 3; n <= vectors; n++ {
		b := band{number: in512 + 4*n, like: n}
		for i := range (n + 1) / 2 {
			b.pieces = append(b.pieces, piece{size: 64, disp: 64 * i, tail: i > 0 && i == (n+1)/2-1})
		}
		all = append(all, b)
	}
	return all
}

// chains is how many sums of each output a product is in, one entry each in turn,
// as far as so many registers reach: an addition takes four cycles.
func (b band) chains(registers int) int {
	n := b.like
	switch {
	case n == 1 && 4*n <= registers:
		return 4
	case 2*n <= registers:
		return 2
	}
	return 1
}

func (b band) registers() []VecVirtual {
	var v []VecVirtual
	for range b.pieces {
		v = append(v, b.vector())
	}
	return v
}

// vector is a register as wide as the widest piece.
func (b band) vector() VecVirtual {
	if b.pieces[0].size == 64 {
		return ZMM()
	}
	return YMM()
}

// each calls do with each piece and its register of some.
func (b band) each(v []VecVirtual, do func(i int, p piece, r Register)) {
	for i, p := range b.pieces {
		do(i, p, p.of(v[i]))
	}
}

// of is a register at the width of a piece.
func (p piece) of(v VecVirtual) Register {
	switch p.size {
	case 64:
		return v.AsZ()
	case 32:
		return v.AsY()
	}
	return v.AsX()
}

func (p piece) load(m Mem, r Register) {
	if p.size == 8 {
		VMOVSD(m, r)
	} else {
		VMOVUPD(m, r)
	}
}

func (p piece) store(r Register, m Mem) {
	if p.size == 8 {
		VMOVSD(r, m)
	} else {
		VMOVUPD(r, m)
	}
}

// add is sum += a.
func (p piece) add(a Op, sum Register) {
	if p.size == 8 {
		VADDSD(a, sum, sum)
	} else {
		VADDPD(a, sum, sum)
	}
}

// mul is product *= a.
func (p piece) mul(a, product Register) {
	if p.size == 8 {
		VMULSD(a, product, product)
	} else {
		VMULPD(a, product, product)
	}
}

// div is quotient /= a.
func (p piece) div(a, quotient Register) {
	if p.size == 8 {
		VDIVSD(a, quotient, quotient)
	} else {
		VDIVPD(a, quotient, quotient)
	}
}

// fma is sum += a·x.
func (p piece) fma(a Op, x, sum Register) {
	if p.size == 8 {
		VFMADD231SD(a, x, sum)
	} else {
		VFMADD231PD(a, x, sum)
	}
}

// scale is sum = a·sum + plus.
func (p piece) scale(plus Op, a, sum Register) {
	if p.size == 8 {
		VFMADD213SD(plus, a, sum)
	} else {
		VFMADD213PD(plus, a, sum)
	}
}

// hasTail says whether a piece is where the band ends.
func (b band) hasTail() bool { return b.pieces[len(b.pieces)-1].tail }

// rows are rows of outputs: where a band begins in the first, and where its tail does.
type rows struct {
	base, tail Register
}

// newRows are those that a parameter points to.
func (b band) newRows(name string) rows {
	r := rows{base: Load(Param(name), GP64())}
	if b.hasTail() {
		r.tail = Load(Param("tail"), GP64())
		ADDQ(r.base, r.tail)
	}
	return r
}

// at is where a piece lies in the row at an offset.
func (r rows) at(index Register, p piece) Mem {
	m := Mem{Base: r.base, Disp: p.disp}
	if p.tail {
		m = Mem{Base: r.tail}
	}
	if index != nil {
		m.Index, m.Scale = index, 1
	}
	return m
}

// pieceAt is where a piece lies in the row at a pointer, with the offset of the tail.
func pieceAt(pointer, tail Register, p piece) Mem {
	if p.tail {
		return Mem{Base: pointer, Index: tail, Scale: 1}
	}
	return Mem{Base: pointer, Disp: p.disp}
}

// update changes pieces in memory. The last two may have outputs in common, so
// that both are read before either is written.
func (b band) update(where func(p piece) Mem, t [2]VecVirtual, change func(i int, p piece, r Register)) {
	i := 0
	for ; i < len(b.pieces)-2; i++ {
		p := b.pieces[i]
		p.load(where(p), p.of(t[0]))
		change(i, p, p.of(t[0]))
		p.store(p.of(t[0]), where(p))
	}
	last := b.pieces[i:]
	for n, p := range last {
		p.load(where(p), p.of(t[n]))
	}
	for n, p := range last {
		change(i+n, p, p.of(t[n]))
		p.store(p.of(t[n]), where(p))
	}
}

// choose goes to the part of a function that is for the band asked for.
func choose(bands []band) {
	band := Load(Param("band"), GP64())
	for _, b := range bands {
		CMPQ(band, U8(b.number))
		JEQ(LabelRef(b.label("")))
	}
	RET()
}

func (b band) label(name string) string { return fmt.Sprintf("band%d%s", b.number, name) }

// begin writes the head of the part for a band.
func (b band) begin(e entries) *loop {
	Label(b.label(""))
	l := newLoop(e, b.label(""))
	if l.fixed = b.fixed; b.fixed == 0 {
		l.stride = Load(Param("k"), GP64())
		SHLQ(U8(3), l.stride)
	}
	return l
}

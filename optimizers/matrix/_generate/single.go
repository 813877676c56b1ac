package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The kernels in float32: products of dense matrices in tiles of rows, and sums of
// rows of one that a list picks.

// singleKernels write them, for vectors of eight numbers or of sixteen.
func singleKernels(r registers) {
	for v := 1; v <= 3; v++ {
		mulTile(r, v)
		mulGatedTile(r, v)
		addOuterTile(r, v)
	}
	for v := 1; v <= r.picked(); v++ {
		addPicked(r, v)
		addOuterPicked(r, v)
	}
	if r == avx2 {
		narrow()
		narrowPanel()
		rectify()
		transpose()
	}
}

// square is a tile of a product of dense matrices: some rows of so many vectors.
// With three vectors, four rows fill twelve of sixteen registers, and a step of the
// sum loads seven times for twelve multiply-adds; eight fill 24 of 32.
type square struct {
	registers
	vectors           int
	sums              [][]VecVirtual
	a, b, n           Register
	ra, thrice, lower Register // bytes from a row of a to the next, thrice as many, and the fifth row if there is one
	ca, rb            Register // bytes from a step of the sum to the next, in a and in b
	right             []VecVirtual
	left              VecVirtual
}

// newSquare begins a kernel of a product of a, whose rows and columns lie any
// number of bytes apart, and b, whose rows do.
func newSquare(r registers, name string, vectors int, more, doc string) *square {
	s := &square{registers: r, vectors: vectors, left: r.vector(), sums: make([][]VecVirtual, r.rows())}
	full := fmt.Sprintf("%s%d%s", name, r.singles()*vectors, r.suffix())
	TEXT(full, NOSPLIT, "func(c, a, b *float32, n, rc, ra, ca, rb int"+more+")")
	Pragma("noescape")
	Doc(full+" is "+doc+fmt.Sprintf(" for %d rows of %d.", r.rows(), r.singles()*vectors),
		"What is r is bytes from a row to the next, ca those from a column of a to the next.")
	s.a, s.b, s.n = Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	s.ra, s.ca, s.rb, s.thrice = Load(Param("ra"), GP64()), Load(Param("ca"), GP64()), Load(Param("rb"), GP64()), GP64()
	LEAQ(Mem{Base: s.ra, Index: s.ra, Scale: 2}, s.thrice)
	if r.rows() > 4 {
		s.lower = GP64()
		LEAQ(Mem{Base: s.a, Index: s.ra, Scale: 4}, s.lower)
	}
	for range vectors {
		s.right = append(s.right, r.vector())
	}
	for i := range s.sums {
		for range vectors {
			s.sums[i] = append(s.sums[i], r.vector())
		}
	}
	return s
}

func (s *square) each(do func(i, v int, sum VecVirtual)) {
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			do(i, v, sum)
		}
	}
}

func (s *square) zero() {
	s.each(func(_, _ int, sum VecVirtual) { VXORPS(sum, sum, sum) })
}

// number is where that of a row of a lies.
func (s *square) number(row int) Mem {
	base := s.a
	if row >= 4 {
		base, row = s.lower, row-4
	}
	switch row {
	case 1, 2:
		return Mem{Base: base, Index: s.ra, Scale: uint8(row)}
	case 3:
		return Mem{Base: base, Index: s.thrice, Scale: 1}
	}
	return Mem{Base: base}
}

// sum adds a[i][t]·b[t] for all steps t.
func (s *square) sum() {
	Label("step")
	DECQ(s.n)
	JL(LabelRef("end"))
	for v, r := range s.right {
		VMOVUPS(Mem{Base: s.b, Disp: s.bytes * v}, r)
	}
	for i := range s.sums {
		VBROADCASTSS(s.number(i), s.left)
		for v, r := range s.right {
			VFMADD231PS(r, s.left, s.sums[i][v])
		}
	}
	ADDQ(s.ca, s.a)
	if s.lower != nil {
		ADDQ(s.ca, s.lower)
	}
	ADDQ(s.rb, s.b)
	JMP(LabelRef("step"))
	Label("end")
}

// store writes every row, after something is done to each vector of it.
func (s *square) store(finish func(i, v int, sum VecVirtual)) {
	c, rc := Load(Param("c"), GP64()), Load(Param("rc"), GP64())
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			finish(i, v, sum)
			VMOVUPS(sum, Mem{Base: c, Disp: s.bytes * v})
		}
		if i < len(s.sums)-1 {
			ADDQ(rc, c)
		}
	}
	VZEROUPPER()
	RET()
}

func mulTile(r registers, vectors int) {
	s := newSquare(r, "mulSingle", vectors, ", floor float32", "c[i] = max(floor, b[n] + Σ a[i][t]·b[t])")
	bias := GP64()
	MOVQ(s.rb, bias)
	IMULQ(s.n, bias)
	ADDQ(s.b, bias)
	s.each(func(_, v int, sum VecVirtual) { VMOVUPS(Mem{Base: bias, Disp: s.bytes * v}, sum) })
	s.sum()
	floor := s.left
	VBROADCASTSS(mustAddr("floor"), floor)
	s.store(func(_, _ int, sum VecVirtual) { VMAXPS(sum, floor, sum) }) // the sum where either is NaN
}

func mulGatedTile(r registers, vectors int) {
	s := newSquare(r, "mulGated", vectors, ", open *float32", "c[i] = Σ a[i][t]·b[t] where open[i] > 0, else 0; open lies as c does,")
	s.zero()
	s.sum()
	open, rc, zero := Load(Param("open"), GP64()), Load(Param("rc"), GP64()), s.left
	VXORPS(zero, zero, zero)
	s.store(func(i, v int, sum VecVirtual) {
		s.gate(Mem{Base: open, Disp: s.bytes * v}, zero, sum, s.right[0])
		if v == vectors-1 && i < len(s.sums)-1 {
			ADDQ(rc, open)
		}
	})
}

// gate is v = 0 unless the number at open is above zero.
func (r registers) gate(open Mem, zero, v, scratch VecVirtual) {
	const less = 17
	if r == avx2 {
		VCMPPS(U8(less), open, zero, scratch)
		VANDPS(v, scratch, v)
		return
	}
	passes := K()
	VCMPPS(U8(less), open, zero, passes)
	VMOVAPS_Z(v, passes, v)
}

func addOuterTile(r registers, vectors int) {
	s := newSquare(r, "addOuterSingle", vectors, ", grad *float64, rg int", "grad[i] += Σ a[i][t]·b[t]; c is not used,")
	s.zero()
	s.sum()
	g, rg := Load(Param("grad"), GP64()), Load(Param("rg"), GP64())
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			r.addWide(Mem{Base: g, Disp: 2 * s.bytes * v}, sum, s.left)
		}
		if i < len(s.sums)-1 {
			ADDQ(rg, g)
		}
	}
	VZEROUPPER()
	RET()
}

// addWide adds a vector of numbers to as many float64 in memory, and overwrites them.
func (r registers) addWide(m Mem, sum, scratch VecVirtual) {
	high := m
	high.Disp += r.bytes
	VCVTPS2PD(r.half(sum), scratch)
	VADDPD(m, scratch, scratch)
	VMOVUPD(scratch, m)
	r.upper(sum)
	VCVTPS2PD(r.half(sum), scratch)
	VADDPD(high, scratch, scratch)
	VMOVUPD(scratch, high)
}

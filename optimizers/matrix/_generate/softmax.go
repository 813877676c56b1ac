package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vector is the address of so many copies of a number.
func vector(name string, x float64, copies int) Mem {
	return words(name, math.Float64bits(x), copies) // −∞ has no other name in assembly
}

// words is the address of so many copies of a word.
func words(name string, w uint64, copies int) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range copies {
		DATA(8*i, U64(w))
	}
	return m
}

// lowest is the exponent below which eˣ counts as 0.
const lowest = -80

// degree of the polynomial for eʳ, |r| ≤ ½·log 2: the next term is below 2⁻⁵⁷.
const degree = 13

// constants are the numbers of the exponential.
type constants struct {
	terms                              []Mem // of the polynomial
	low, log2e, ln2High, ln2Low, magic Mem
	infinity                           Mem // −∞
}

func newConstants() *constants {
	c := &constants{low: vector("lowest", lowest, 4), log2e: vector("log2e", math.Log2E, 4)}
	factorial := 1.0
	for i := range degree + 1 {
		c.terms = append(c.terms, vector(fmt.Sprintf("term%d", i), 1/factorial, 4))
		factorial *= float64(i + 1)
	}
	// The high part of log 2 has zeros at its end, so that its products with n are exact.
	high := math.Float64frombits(math.Float64bits(math.Ln2) &^ (1<<20 - 1))
	c.ln2High = vector("ln2High", high, 4)
	c.ln2Low = vector("ln2Low", math.Ln2-high+2.319046813846299558417771e-17, 4)
	// Added to a whole number n, it leaves n + 1023 in the last bits: the exponent of 2ⁿ.
	c.magic = vector("magic", 3<<51+1023, 4)
	c.infinity = vector("infinity", math.Inf(-1), 4)
	return c
}

// objectiveKernels write the softmax of rows of ten, and of any number, and the logistic loss.
func objectiveKernels() {
	c := newConstants()
	softmaxTen(c)
	softmaxBand(c)
	logisticKernel(c)
}

func softmaxTen(c *constants) {
	TEXT("softmax10", NOSPLIT, "func(z *float64, n int) (tops, product float64)")
	Pragma("noescape")
	Doc("softmax10 overwrites n rows of ten with their softmax. It returns the sum of the",
		"largest of each row, and the product over the rows of Σ exp(z − largest). An exponential",
		"below exp(-80) is 0; the others err by less than 2⁻⁵¹ of their size.")
	z, n := Load(Param("z"), GP64()), Load(Param("n"), GP64())
	tops, product := XMM(), XMM()
	VXORPD(tops, tops, tops)
	VMOVSD(c.terms[0], product)
	v := newTen()
	top, sum, t := YMM(), YMM(), YMM()

	Label("row")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	VMOVUPD(Mem{Base: z}, v[0])
	VMOVUPD(Mem{Base: z, Disp: 32}, v[1])
	VBROADCASTF128(Mem{Base: z, Disp: 64}, v[2])
	largest(v, top, t)
	VADDSD(top.AsX(), tops, tops)
	for _, x := range v {
		VSUBPD(top, x, x)
		c.exponential(x, horner)
	}
	normalise(v, sum, t, product, c.terms[0])
	store(v, z)
	ADDQ(U8(stride), z)
	DECQ(n)
	JMP(LabelRef("row"))
	Label("done")
	Store(tops, Return("tops"))
	Store(product, Return("product"))
	VZEROUPPER()
	RET()
}

// softmaxBand writes the softmax of rows of k. The last vector, of one to four, is
// loaded by a mask, filled with −∞, whose exponential is 0, and stays in a register
// until it is stored.
func softmaxBand(c *constants) {
	TEXT("softmaxRowsOf", NOSPLIT, "func(z *float64, n, k int, mask *float64) (tops, product float64)")
	Pragma("noescape")
	Doc("softmaxRowsOf is softmax10 for rows of k. mask selects the numbers of a row after its first", "(k−1)&^3.")
	z, n, left := Load(Param("z"), GP64()), Load(Param("n"), GP64()), GP64()
	at := GP64()
	tops, product := XMM(), XMM()
	VXORPD(tops, tops, tops)
	VMOVSD(c.terms[0], product)
	mask, last, top, sum, t, x := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
	VMOVUPD(Mem{Base: Load(Param("mask"), at)}, mask)
	Comment("The bytes of the whole vectors before the last.")
	whole := Load(Param("k"), GP64())
	DECQ(whole)
	ANDQ(I8(-4), whole)
	SHLQ(U8(3), whole)
	fours := func(name string, do func(m Mem)) { eachVector(name, z, whole, at, left, do) }
	Label("row")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	VMASKMOVPD(Mem{Base: z, Index: whole, Scale: 1}, mask, last)
	VMOVUPD(c.infinity, t)
	VBLENDVPD(mask, last, t, last)
	VMOVAPD(last, top)
	fours("top", func(m Mem) { VMAXPD(m, top, top) })
	spread(top, t)
	VADDSD(top.AsX(), tops, tops)
	VSUBPD(top, last, last)
	c.exponential(last, horner)
	VMOVAPD(last, sum)
	fours("exp", func(m Mem) {
		VMOVUPD(m, x)
		VSUBPD(top, x, x)
		c.exponential(x, horner)
		VADDPD(x, sum, sum)
		VMOVUPD(x, m)
	})
	VEXTRACTF128(U8(1), sum, t.AsX())
	VADDPD(t.AsX(), sum.AsX(), sum.AsX())
	reciprocal(sum, t, product, c.terms[0])
	fours("part", func(m Mem) {
		VMULPD(m, t, x)
		VMOVUPD(x, m)
	})
	VMULPD(t, last, last)
	storeLast(last, Mem{Base: z, Index: whole, Scale: 1}, at)
	LEAQ(Mem{Base: z, Index: at, Scale: 8}, z)
	DECQ(n)
	JMP(LabelRef("row"))
	Label("done")
	Store(tops, Return("tops"))
	Store(product, Return("product"))
	VZEROUPPER()
	RET()
}

// storeLast stores the first k mod 4 of a vector, or all of them, by stores that write no
// more than that. A masked store would keep the loads of the next row waiting, which
// lie where it does not write: with it a row of nine took three times as long as one of ten.
// It leaves k in the register k.
func storeLast(last VecVirtual, m Mem, k Register) {
	high := m
	high.Disp += 16
	Load(Param("k"), k)
	TESTQ(U32(2), k)
	JNZ(LabelRef("two"))
	TESTQ(U32(1), k)
	JNZ(LabelRef("one"))
	VMOVUPD(last, m)
	JMP(LabelRef("stored"))
	Label("one")
	VMOVSD(last.AsX(), m)
	JMP(LabelRef("stored"))
	Label("two")
	VMOVUPD(last.AsX(), m)
	TESTQ(U32(1), k)
	JZ(LabelRef("stored"))
	VEXTRACTF128(U8(1), last, last.AsX())
	VMOVSD(last.AsX(), high)
	Label("stored")
}

// eachVector calls do with each vector of so many bytes from a pointer on. at and left are
// overwritten.
func eachVector(name string, from, bytes, at, left Register, do func(m Mem)) {
	MOVQ(from, at)
	MOVQ(bytes, left)
	Label(name)
	SUBQ(U8(32), left)
	JL(LabelRef(name + "end"))
	do(Mem{Base: at})
	ADDQ(U8(32), at)
	JMP(LabelRef(name))
	Label(name + "end")
}

// reciprocal multiplies the sum of two into product, and leaves 1 divided by it in all of t.
func reciprocal(sum, t VecVirtual, product Register, one Mem) {
	VHADDPD(sum.AsX(), sum.AsX(), sum.AsX())
	VMULSD(sum.AsX(), product, product)
	VMOVSD(one, t.AsX())
	VDIVSD(sum.AsX(), t.AsX(), t.AsX())
	VBROADCASTSD(t.AsX(), t)
}

// normalise divides ten by their sum, which it multiplies into product.
func normalise(v ten, sum, t VecVirtual, product Register, one Mem) {
	VADDPD(v[1], v[0], sum)
	VEXTRACTF128(U8(1), sum, t.AsX())
	VADDPD(t.AsX(), sum.AsX(), sum.AsX())
	VADDPD(v[2].AsX(), sum.AsX(), sum.AsX())
	reciprocal(sum, t, product, one)
	v.each(func(p int, r Register) { VMULPD(part(p, t), r, r) })
}

// largest leaves the largest of ten in all of top.
func largest(v ten, top, t VecVirtual) {
	VMAXPD(v[1], v[0], top)
	VMAXPD(v[2], top, top)
	spread(top, t)
}

// spread leaves the largest of four in all of them.
func spread(top, t VecVirtual) {
	VEXTRACTF128(U8(1), top, t.AsX())
	VMAXPD(t.AsX(), top.AsX(), top.AsX())
	VPERMILPD(U8(1), top.AsX(), t.AsX())
	VMAXPD(t.AsX(), top.AsX(), top.AsX())
	VBROADCASTSD(top.AsX(), top)
}

// exponential is x = eˣ for x ≤ 0, and 0 below the lowest. With n the whole
// number nearest x/log 2 it is 2ⁿ·eʳ.
func (c *constants) exponential(x VecVirtual, polynomial func(terms []Mem, x VecVirtual) VecVirtual) {
	keep, n := YMM(), YMM()
	Comment("Not less than, or NaN.")
	VCMPPD(U8(5), c.low, x, keep)
	VMOVUPD(c.low, n)
	VMAXPD(x, n, x)
	VMULPD(c.log2e, x, n)
	VROUNDPD(U8(8), n, n)
	VFNMADD231PD(c.ln2High, n, x)
	VFNMADD231PD(c.ln2Low, n, x)
	p := polynomial(c.terms, x)
	VADDPD(c.magic, n, n)
	VPSLLQ(U8(52), n, n)
	VMULPD(n, p, p)
	VANDPD(keep, p, x)
}

// horner is Σ terms[i]·xⁱ with the fewest operations, each of which waits for the one before.
func horner(terms []Mem, x VecVirtual) VecVirtual {
	p, last := YMM(), len(terms)-1
	VMOVUPD(terms[last], p)
	for i := last - 1; i >= 0; i-- {
		VFMADD213PD(terms[i], x, p)
	}
	return p
}

// estrin is the same with a few operations more, of which only a few wait for one another:
// for rows that come one by one.
func estrin(terms []Mem, x VecVirtual) VecVirtual {
	powers := []VecVirtual{x}
	for n := 2; n < len(terms); n *= 2 {
		last, square := powers[len(powers)-1], YMM()
		VMULPD(last, last, square)
		powers = append(powers, square)
	}
	return halves(terms, powers)
}

// halves is a polynomial in x, by the powers x, x², x⁴ and so on.
func halves(terms []Mem, powers []VecVirtual) VecVirtual {
	p := YMM()
	switch n := len(terms); n {
	case 1:
		VMOVUPD(terms[0], p)
		return p
	case 2:
		VMOVUPD(terms[1], p)
		VFMADD213PD(terms[0], powers[0], p)
		return p
	}
	at, half := 1, 2
	for 2*half < len(terms) {
		at, half = at+1, 2*half
	}
	low, high := halves(terms[:half], powers), halves(terms[half:], powers)
	VFMADD231PD(powers[at], high, low)
	return low
}

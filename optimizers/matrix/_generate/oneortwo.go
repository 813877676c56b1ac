package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// oneOrTwoKernels write products and sums of dense rows with one output and with two: a
// vector of outputs would be mostly empty, so that features lie along the vectors.
func oneOrTwoKernels() {
	for _, s := range []storedRows{
		{"Dense", "*float64", 8, false, func(m Mem, v VecVirtual) { VMOVUPD(m, v) }, func(m Mem, v VecVirtual) { VMOVSD(m, v.AsX()) }},
		{"Floats", "*float32", 4, false, func(m Mem, v VecVirtual) { VCVTPS2PD(m, v) }, func(m Mem, v VecVirtual) {
			VMOVSS(m, v.AsX())
			VCVTPS2PD(v.AsX(), v.AsX())
		}},
		{"Bytes", "*uint8", 1, true, bytesAsNumbers, func(m Mem, v VecVirtual) {
			VPXOR(v.AsX(), v.AsX(), v.AsX())
			VPINSRB(U8(0), m, v.AsX(), v.AsX())
			VCVTDQ2PD(v.AsX(), v.AsX())
		}},
	} {
		s.mul1()
		s.mul2()
		s.addMul1()
		s.addMul2()
	}
}

// storedRows are dense rows of one kind of numbers.
type storedRows struct {
	name, pointer string
	size          int
	divided       bool                      // whether they stand for themselves divided by a divisor
	vector        func(m Mem, v VecVirtual) // loads as many as a vector holds, as float64
	one           func(m Mem, v VecVirtual) // loads one, and zeros beside it
}

// divide divides a vector, of which scratch is for use on the way, by the divisor.
func (s storedRows) divide(v, scratch VecVirtual) {
	if s.divided {
		VBROADCASTSD(mustAddr("divisor"), scratch)
		VDIVPD(scratch, v, v)
	}
}

// rows writes a loop over rows of a. perRow names what has numbers for each row, z or d, and
// perFeature what has them for each feature, w or grad. body is given the row, whose loops move what
// it says, and where the row's own numbers are.
func (s storedRows) rows(name string, outputs int, perRow, perFeature, doc string, body func(r *rowWalk, z Mem)) {
	params := perRow + " *float64, a " + s.pointer + ", " + perFeature + " *float64, rows *int32, n, cols int"
	if s.divided {
		params += ", divisor float64"
		doc += " divided by divisor,"
	}
	TEXT(name, NOSPLIT, "func("+params+")")
	Pragma("noescape")
	Doc(name+doc, "rows[i] of a.")
	z, a, rows, n := Load(Param(perRow), GP64()), Load(Param("a"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	r := &rowWalk{storedRows: s, outputs: outputs, x: GP64(), w: GP64(), left: GP64()}
	Label("row")
	DECQ(n)
	JL(LabelRef("done"))
	Load(Param("cols"), r.left)
	MOVLQSX(Mem{Base: rows}, r.x)
	IMULQ(r.left, r.x)
	LEAQ(Mem{Base: a, Index: r.x, Scale: uint8(s.size)}, r.x)
	Load(Param(perFeature), r.w)
	body(r, Mem{Base: z})
	ADDQ(U8(4), rows)
	ADDQ(U8(8*outputs), z)
	JMP(LabelRef("row"))
	Label("done")
	VZEROUPPER()
	RET()
}

// rowWalk is where loops over the numbers of a row are, and over the rows of w or grad beside them.
type rowWalk struct {
	storedRows
	outputs int
	x, w    GPVirtual
	left    GPVirtual // numbers
}

// while takes so many numbers at a time as long as there are as many.
func (r *rowWalk) while(numbers int, name string, body func()) {
	while(r.left, []pointer{{r.x, r.size}, {r.w, 8 * r.outputs}}, numbers, name, body)
}

// at is the i-th vector of the row.
func (r *rowWalk) at(i int) Mem { return Mem{Base: r.x, Disp: 4 * r.size * i} }

// weights is the i-th vector of w, or of grad.
func (r *rowWalk) weights(i int) Mem { return Mem{Base: r.w, Disp: 32 * i} }

// newSums are four vectors of sums, which are zero.
func newSums() []VecVirtual {
	sums := []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	for _, s := range sums {
		VXORPD(s, s, s)
	}
	return sums
}

func (s storedRows) mul1() {
	s.rows("mul"+s.name+"1", 1, "z", "w", " is z[i] = w[cols] + Σ x[j]·w[j] for n rows x of cols numbers,", func(r *rowWalk, z Mem) {
		sums, x, w := newSums(), YMM(), XMM()
		r.while(16, "sixteen", func() {
			for i, sum := range sums {
				s.vector(r.at(i), x)
				VFMADD231PD(r.weights(i), x, sum)
			}
		})
		r.while(4, "four", func() {
			s.vector(r.at(0), x)
			VFMADD231PD(r.weights(0), x, sums[0])
		})
		r.while(1, "one", func() {
			s.one(r.at(0), x)
			VMOVSD(r.weights(0), w)
			VFMADD231PD(w.AsY(), x, sums[1])
		})
		total(sums, x)
		s.divide(sums[0], x)
		VADDSD(r.weights(0), sums[0].AsX(), sums[0].AsX())
		VMOVSD(sums[0].AsX(), z)
	})
}

// mul2 takes two features a vector, each number of a row twice.
func (s storedRows) mul2() {
	s.rows("mul"+s.name+"2", 2, "z", "w", " is z[i][c] = w[cols][c] + Σ x[j]·w[j][c] for two outputs c and n rows x of cols numbers,", func(r *rowWalk, z Mem) {
		sums, x, twice, w := newSums(), YMM(), YMM(), XMM()
		pairs := func(i int) { // four features
			s.vector(r.at(i), x)
			for half, places := range []uint8{0b01010000, 0b11111010} {
				VPERMPD(U8(places), x, twice)
				VFMADD231PD(r.weights(2*i+half), twice, sums[2*i+half])
			}
		}
		r.while(8, "eight", func() {
			pairs(0)
			pairs(1)
		})
		r.while(4, "four", func() { pairs(0) })
		r.while(1, "one", func() {
			s.one(r.at(0), x)
			VMOVDDUP(x.AsX(), x.AsX())
			VMOVUPD(r.weights(0), w)
			VFMADD231PD(w.AsY(), x, sums[2])
		})
		VADDPD(sums[1], sums[0], sums[0])
		VADDPD(sums[3], sums[2], sums[2])
		VADDPD(sums[2], sums[0], sums[0])
		VEXTRACTF128(U8(1), sums[0], x.AsX())
		VADDPD(x.AsX(), sums[0].AsX(), sums[0].AsX())
		s.divide(sums[0], x)
		VADDPD(r.weights(0), sums[0].AsX(), sums[0].AsX())
		VMOVUPD(sums[0].AsX(), z)
	})
}

// addMul1 adds one row after the other.
func (s storedRows) addMul1() {
	s.rows("addMul"+s.name+"1", 1, "d", "grad", " is grad[j] += d[i]·x[j] and grad[cols] += d[i] for n rows x of cols numbers,", func(r *rowWalk, d Mem) {
		factor, x, sum := YMM(), YMM(), YMM()
		VBROADCASTSD(d, factor)
		s.divide(factor, x)
		add := func(i int) {
			VMOVUPD(r.weights(i), sum)
			s.vector(r.at(i), x)
			VFMADD231PD(x, factor, sum)
			VMOVUPD(sum, r.weights(i))
		}
		r.while(16, "sixteen", func() {
			for i := range 4 {
				add(i)
			}
		})
		r.while(4, "four", func() { add(0) })
		r.while(1, "one", func() {
			VMOVSD(r.weights(0), sum.AsX())
			s.one(r.at(0), x)
			VFMADD231SD(x.AsX(), factor.AsX(), sum.AsX())
			VMOVSD(sum.AsX(), r.weights(0))
		})
		VMOVSD(d, sum.AsX())
		VADDSD(r.weights(0), sum.AsX(), sum.AsX())
		VMOVSD(sum.AsX(), r.weights(0))
	})
}

// addMul2 adds one row after the other, two features a vector.
func (s storedRows) addMul2() {
	s.rows("addMul"+s.name+"2", 2, "d", "grad", " is grad[j][c] += d[i][c]·x[j] and grad[cols][c] += d[i][c] for two outputs c and n rows x of cols numbers,", func(r *rowWalk, d Mem) {
		factors, x, twice, sum := YMM(), YMM(), YMM(), YMM()
		VBROADCASTF128(d, factors)
		s.divide(factors, x)
		pairs := func(i int) { // four features
			s.vector(r.at(i), x)
			for half, places := range []uint8{0b01010000, 0b11111010} {
				VMOVUPD(r.weights(2*i+half), sum)
				VPERMPD(U8(places), x, twice)
				VFMADD231PD(twice, factors, sum)
				VMOVUPD(sum, r.weights(2*i+half))
			}
		}
		r.while(8, "eight", func() {
			pairs(0)
			pairs(1)
		})
		r.while(4, "four", func() { pairs(0) })
		r.while(1, "one", func() {
			VMOVUPD(r.weights(0), sum.AsX())
			s.one(r.at(0), x)
			VMOVDDUP(x.AsX(), x.AsX())
			VFMADD231PD(x.AsX(), factors.AsX(), sum.AsX())
			VMOVUPD(sum.AsX(), r.weights(0))
		})
		VMOVUPD(d, sum.AsX())
		VADDPD(r.weights(0), sum.AsX(), sum.AsX())
		VMOVUPD(sum.AsX(), r.weights(0))
	})
}

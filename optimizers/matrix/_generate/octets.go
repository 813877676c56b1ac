package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// mostOfOctets is for how many outputs there are kernels over octets.
const mostOfOctets = 3

// Bytes of a pair of octets: the columns where they begin, then their values.
const (
	octetColumn = 2
	octetPair   = 2*octetColumn + 2*8
)

// octetKernels write the kernels over rows of bytes in octets, of neighbouring columns,
// which lie along the vectors. Those of 512 bits add in the same order.
func octetKernels() {
	for _, r := range []registers{avx2, avx512} {
		for outputs := 1; outputs <= mostOfOctets; outputs++ {
			mulOctets(r, outputs)
			addMulOctets(r, outputs)
		}
	}
	prefetchOctets()
}

// octets is a kernel over the octets of the listed rows.
type octets struct {
	registers
	outputs        int
	rows, n        Register
	pair, end      Register // what is left of the row
	at, scratch    Register
	x              []VecVirtual // the values of an octet
	turned         VecVirtual   // some of them, each as often as there are outputs
	places         []VecVirtual // in which order, of vectors of 512 bits
	weights, other Register     // what is read or written for each column, and for each row
}

// octetParams are those that tell of the listed rows.
const octetParams = "rows *int32, n int, ptr *int64, pairs *uint16"

// newOctets begins a kernel. perRow names what has numbers for each row, and perColumn
// what has them for each column.
func newOctets(r registers, kernel string, outputs int, perRow, perColumn string, doc ...string) *octets {
	name := fmt.Sprintf("%s%d%s", kernel, outputs, r.suffix())
	params := perRow + ", " + perColumn + " *float64, " + octetParams + ", features int, divisor float64"
	if r == avx512 && outputs > 1 {
		params += ", places *uint64"
	}
	TEXT(name, NOSPLIT, "func("+params+")")
	Pragma("noescape")
	doc[0] = name + doc[0]
	Doc(doc...)
	o := &octets{registers: r, outputs: outputs, turned: r.vector(), pair: GP64(), end: GP64(), at: GP64(), scratch: GP64()}
	o.rows, o.n = Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	o.other, o.weights = Load(Param(perRow), GP64()), Load(Param(perColumn), GP64())
	for range 8 / r.doubles() {
		o.x = append(o.x, r.vector())
	}
	if r == avx512 && outputs > 1 {
		places := Load(Param("places"), o.scratch)
		for i := range outputs {
			v := r.vector()
			VMOVUPD(Mem{Base: places, Disp: 64 * i}, v)
			o.places = append(o.places, v)
		}
	}
	return o
}

// each writes the loop over the rows and over the octets of each. of is given which octet
// of a pair it is, and which vector, of so many as an octet has of weights.
func (o *octets) each(begin func(), of func(octet, vector int), end func()) {
	Label("row")
	DECQ(o.n)
	JL(LabelRef("done"))
	o.prefetch()
	MOVLQSX(Mem{Base: o.rows}, o.at)
	ptr := Load(Param("ptr"), o.scratch)
	MOVQ(Mem{Base: ptr, Index: o.at, Scale: 8}, o.pair)
	MOVQ(Mem{Base: ptr, Index: o.at, Scale: 8, Disp: 8}, o.end)
	pairs := Load(Param("pairs"), o.scratch)
	for _, r := range []Register{o.pair, o.end} {
		IMUL3Q(U8(octetPair), r, r)
		ADDQ(pairs, r)
	}
	begin()
	Label("pair")
	CMPQ(o.pair, o.end)
	JGE(LabelRef("end"))
	for octet := range 2 {
		MOVWLZX(Mem{Base: o.pair, Disp: octetColumn * octet}, as32(o.at))
		o.times()
		o.take(octet)
		for v := range o.vectors() {
			of(octet, v)
		}
	}
	ADDQ(U8(octetPair), o.pair)
	JMP(LabelRef("pair"))
	Label("end")
	end()
	ADDQ(U8(4), o.rows)
	ADDQ(U8(8*o.outputs), o.other)
	JMP(LabelRef("row"))
	Label("done")
	VZEROUPPER()
	RET()
}

// vectors is how many an octet has of weights.
func (o *octets) vectors() int { return o.outputs * 8 / o.doubles() }

// times makes of a column what weight scales to an offset.
func (o *octets) times() {
	if o.outputs > 1 {
		LEAQ(Mem{Base: o.at, Index: o.at, Scale: uint8(o.outputs - 1)}, o.at)
	}
}

// weight is the i-th vector of the weights of the octet at work.
func (o *octets) weight(i int) Mem {
	return Mem{Base: o.weights, Index: o.at, Scale: 8, Disp: o.bytes * i}
}

// take loads the values of an octet.
func (o *octets) take(octet int) {
	for i, x := range o.x {
		m := Mem{Base: o.pair, Disp: 2*octetColumn + 8*octet + o.doubles()*i}
		if o.registers == avx512 {
			VPMOVZXBQ(m, x)
			VCVTQQ2PD(x, x)
		} else {
			bytesAsNumbers(m, x)
		}
	}
}

// values is the values beside the i-th vector of weights: each as often as there are outputs.
func (o *octets) values(i int) VecVirtual {
	switch {
	case o.outputs == 1:
		return o.x[i]
	case o.registers == avx512:
		VPERMPD(o.x[0], o.places[i], o.turned)
	default:
		four := i / o.outputs // these columns' values lie in so many vectors of weights
		VPERMPD(U8(repeated(o.outputs, i%o.outputs)), o.x[four], o.turned)
	}
	return o.turned
}

// repeated is the order of four numbers, each as often as there are outputs, of the i-th vector of them.
func repeated(outputs, i int) uint8 {
	order := 0
	for lane := range 4 {
		order |= (4*i + lane) / outputs << (2 * lane)
	}
	return uint8(order)
}

// byTurns is the order of three outputs in the i-th vector of four that holds them by turns.
func byTurns(i int) U8 {
	order := 0
	for lane := range 4 {
		order |= (4*i + lane) % 3 << (2 * lane)
	}
	return U8(order)
}

// prefetch asks for a row ahead, and for the pointers of one further on.
func (o *octets) prefetch() {
	CMPQ(o.n, U8(ahead))
	JL(LabelRef("near"))
	ptr := Load(Param("ptr"), o.scratch)
	CMPQ(o.n, U8(pointersAhead))
	JL(LabelRef("known"))
	MOVLQSX(Mem{Base: o.rows, Disp: 4 * pointersAhead}, o.at)
	PREFETCHT0(Mem{Base: ptr, Index: o.at, Scale: 8})
	Label("known")
	MOVLQSX(Mem{Base: o.rows, Disp: 4 * ahead}, o.at)
	o.fetch(ptr)
	Label("near")
}

// fetch asks for the octets of the row whose number is in at: as many lines as most rows
// of digits have.
func (o *octets) fetch(ptr Register) {
	MOVQ(Mem{Base: ptr, Index: o.at, Scale: 8}, o.at)
	IMUL3Q(U8(octetPair), o.at, o.at)
	pairs := Load(Param("pairs"), o.scratch)
	for line := range 7 {
		PREFETCHT0(Mem{Base: pairs, Index: o.at, Scale: 1, Disp: 64 * line})
	}
}

// prefetchOctets asks for the octets of rows.
func prefetchOctets() {
	TEXT("prefetchOctets", NOSPLIT, "func("+octetParams+")")
	Pragma("noescape")
	Doc("prefetchOctets asks the memory for the octets of n rows, and does not wait.")
	o := &octets{at: GP64(), scratch: GP64(), rows: Load(Param("rows"), GP64()), n: Load(Param("n"), GP64())}
	Label("row")
	DECQ(o.n)
	JL(LabelRef("done"))
	MOVLQSX(Mem{Base: o.rows, Index: o.n, Scale: 4}, o.at)
	o.fetch(Load(Param("ptr"), o.scratch))
	JMP(LabelRef("row"))
	Label("done")
	RET()
}

// mulOctets writes Z = X̃·W. Octets in first and in second place have sums of their own.
func mulOctets(r registers, outputs int) {
	o := newOctets(r, "mulOctets", outputs, "z", "w",
		" is, for each of the n rows, z = w[features] + (Σ v·w[j]) / divisor over the values v of its",
		fmt.Sprintf("octets and their columns j, for %s.", outputsAre(outputs)))
	var sums [2][]VecVirtual
	for i := range sums {
		for range o.vectors() {
			sums[i] = append(sums[i], r.vector())
		}
	}
	o.each(func() {
		for _, s := range sums {
			for _, v := range s {
				VXORPD(v.AsY(), v.AsY(), v.AsY())
			}
		}
	}, func(octet, vector int) {
		VFMADD231PD(o.weight(vector), o.values(vector), sums[octet][vector])
	}, func() {
		for i, v := range sums[0] {
			VADDPD(sums[1][i], v, v)
		}
		o.total(o.fours(sums[0], sums[1]))
	})
}

// outputsAre says how many there are.
func outputsAre(n int) string {
	if n == 1 {
		return "one output"
	}
	return fmt.Sprintf("%d outputs", n)
}

// fours are vectors as vectors of four, the upper halves of wider ones in others that are free.
func (o *octets) fours(v, free []VecVirtual) (fours []Register) {
	for i, v := range v {
		fours = append(fours, v.AsY())
		if o.registers == avx512 {
			VEXTRACTF64X4(U8(1), v, free[i].AsY())
			fours = append(fours, free[i].AsY())
		}
	}
	return fours
}

// total writes what is in vectors of four, which hold the outputs by turns, divided, and
// with the biases.
func (o *octets) total(v []Register) {
	sum := v[0].(VecVirtual)
	for i, other := range v[o.outputs:] { // those which hold the same outputs in the same places
		VADDPD(other, v[i], v[i])
	}
	x, y := v[1].(VecVirtual), YMM()
	switch o.outputs {
	case 1:
		VEXTRACTF128(U8(1), sum.AsY(), y.AsX())
		VADDPD(y.AsX(), sum.AsX(), sum.AsX())
		VHADDPD(sum.AsX(), sum.AsX(), sum.AsX())
	case 2:
		VADDPD(x.AsY(), sum.AsY(), sum.AsY())
		VEXTRACTF128(U8(1), sum.AsY(), y.AsX())
		VADDPD(y.AsX(), sum.AsX(), sum.AsX())
	case 3:
		o.gather(sum, x, v[2].(VecVirtual), y)
	}
	VBROADCASTSD(mustAddr("divisor"), y)
	VDIVPD(y, sum.AsY(), sum.AsY())
	Load(Param("features"), o.at)
	o.times()
	o.addBias(sum, y)
	o.store(sum, Mem{Base: o.other})
}

// gather sums the three outputs of vectors that hold 0 1 2 0, 1 2 0 1 and 2 0 1 2 of them.
func (o *octets) gather(a, b, c, rest VecVirtual) {
	VPERMPD(U8(0b11), a.AsY(), rest)
	moved := YMM()
	VPERMPD(U8(0b11_00), b.AsY(), moved)
	VBLENDPD(U8(0b0010), moved, rest, rest)
	VPERMPD(U8(0b11_00_00), c.AsY(), moved)
	VBLENDPD(U8(0b0100), moved, rest, rest)
	VPERMPD(U8(0b01_00_10), b.AsY(), moved)
	VADDPD(moved, a.AsY(), a.AsY())
	VPERMPD(U8(0b00_10_01), c.AsY(), moved)
	VADDPD(moved, rest, rest)
	VADDPD(rest, a.AsY(), a.AsY())
}

// addBias adds the biases, or whatever is in their place.
func (o *octets) addBias(sum, scratch VecVirtual) {
	switch bias := o.weight(0); o.outputs {
	case 1:
		VADDSD(bias, sum.AsX(), sum.AsX())
	case 2:
		VADDPD(bias, sum.AsX(), sum.AsX())
	case 3:
		o.load(bias, scratch)
		VADDPD(scratch.AsY(), sum.AsY(), sum.AsY())
	}
}

// load loads the outputs of a row, and zeros.
func (o *octets) load(m Mem, v VecVirtual) {
	switch o.outputs {
	case 1:
		VMOVSD(m, v.AsX())
	case 2:
		VMOVUPD(m, v.AsX())
	case 3:
		VMOVUPD(m, v.AsX())
		m.Disp += 16
		third := XMM()
		VMOVSD(m, third)
		VINSERTF128(U8(1), third, v.AsY(), v.AsY())
	}
}

// store stores the outputs of a row.
func (o *octets) store(v VecVirtual, m Mem) {
	switch o.outputs {
	case 1:
		VMOVSD(v.AsX(), m)
	case 2:
		VMOVUPD(v.AsX(), m)
	case 3:
		VMOVUPD(v.AsX(), m)
		m.Disp += 16
		third := XMM()
		VEXTRACTF128(U8(1), v.AsY(), third)
		VMOVSD(third, m)
	}
}

// addMulOctets writes G += X̃ᵀ·D.
func addMulOctets(r registers, outputs int) {
	o := newOctets(r, "addMulOctets", outputs, "d", "grad",
		" is, for each of the n rows, grad[features] += d and grad[j] += v·(d/divisor) for the values v of its",
		fmt.Sprintf("octets and their columns j, for %s.", outputsAre(outputs)))
	d, sum, scratch := o.factors(), r.vector(), YMM()
	o.each(func() {
		Load(Param("features"), o.at)
		o.times()
		o.load(Mem{Base: o.other}, d[0])
		o.load(o.weight(0), scratch)
		VADDPD(scratch, d[0].AsY(), scratch)
		o.store(scratch, o.weight(0))
		VBROADCASTSD(mustAddr("divisor"), scratch)
		VDIVPD(scratch, d[0].AsY(), d[0].AsY())
		o.spread(d, scratch)
	}, func(_, vector int) {
		x := o.values(vector)
		VMOVUPD(o.weight(vector), sum)
		VFMADD231PD(x, d[vector%len(d)], sum)
		VMOVUPD(sum, o.weight(vector))
	}, func() {})
}

// factors are the vectors of what the values of a row are multiplied by: outputs by turns.
func (o *octets) factors() (d []VecVirtual) {
	n := 1
	if o.outputs == 3 {
		n = 3
	}
	for range n {
		d = append(d, o.vector())
	}
	return d
}

// spread fills the factors with the outputs that begin the first.
func (o *octets) spread(d []VecVirtual, scratch VecVirtual) {
	switch first := d[0]; o.outputs {
	case 1:
		VBROADCASTSD(first.AsX(), first)
	case 2:
		VPERMPD(U8(0b01_00_01_00), first.AsY(), first.AsY())
		if o.registers == avx512 {
			VINSERTF64X4(U8(1), first.AsY(), first, first)
		}
	case 3:
		VMOVAPD(first.AsY(), scratch)
		for i, v := range d {
			VPERMPD(byTurns(i*o.doubles()/4), scratch, v.AsY())
			if o.registers == avx512 {
				upper := YMM()
				VPERMPD(byTurns(2*i+1), scratch, upper)
				VINSERTF64X4(U8(1), upper, v, v)
			}
		}
	}
}

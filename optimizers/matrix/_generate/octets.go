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

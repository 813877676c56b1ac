package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The kernels of dense rows with weights in float32. Features lie along the vectors, so
// that a row's numbers are taken apart once for all outputs of a band. Whatever the
// registers, sixteen features are a vector here, in two of them where they are of eight:
// lane l of a sum has the products of the features l, l+16, …, in this order, and the
// lanes are added in one order.

// lanes is how many features a vector has, fetched how many rows ahead a row is fetched.
const (
	lanes   = 16
	fetched = 8
)

// shadowKinds are the numbers that rows are kept as.
var shadowKinds = []shadowKind{{"Bytes", 1}, {"Floats", 4}}

type shadowKind struct {
	name string
	size int
}

// denseShadowKernels write them, for either set.
func denseShadowKernels() {
	for _, r := range []registers{avx2, avx512} {
		for _, kind := range shadowKinds {
			for _, outputs := range r.shadowWidths() {
				mulDenseShadow(r, kind, outputs)
				addDenseShadow(r, kind, outputs)
			}
		}
		turnShadow(r)
		turnShadowBack(r)
	}
	moveTurned("add", "y[i] += scale·x[i]", true, false)
	moveTurned("write", "y[i] = scale·x[i]", false, false)
	moveTurned("step", "y[i] += scale·x[i] and x[i] = y[i], rounded,", true, true)
}

// shadowWidths are how many outputs bands have: no more than the registers hold sums of.
func (r registers) shadowWidths() []int {
	if r == avx512 {
		return []int{1, 2, 3, 4, 5, 6, 8, 10, 12}
	}
	return []int{1, 2, 3, 4, 5, 6}
}

// shadowRows is how many rows are multiplied with a band at once, a divisor of four.
func (r registers) shadowRows(outputs int) int {
	switch {
	case r == avx512 && outputs <= 6:
		return 4
	case r == avx512 || outputs <= 3:
		return 2
	}
	return 1
}

// parts is how many registers make a vector of sixteen.
func (r registers) parts() int { return lanes / r.singles() }

// lane is what a kernel knows of the rows' numbers: which of the last vector are part
// of them, where they are float32. Behind those lie others, which may be NaN.
type lane struct {
	registers
	shadowKind
	masks []Register // of each register of a vector; nil for bytes, which are finite
}

// newLane has masks for so many registers.
func newLane(r registers, kind shadowKind, n int) *lane {
	l := &lane{registers: r, shadowKind: kind}
	if kind.size == 1 {
		return l
	}
	for range n {
		if r == avx512 {
			l.masks = append(l.masks, K())
		} else {
			l.masks = append(l.masks, YMM())
		}
	}
	return l
}

// whole lets all numbers pass.
func (l *lane) whole() {
	for _, m := range l.masks {
		if l.registers == avx512 {
			KXNORW(m, m, m)
		} else {
			VPCMPEQD(m, m, m)
		}
	}
}

// last lets those of the last vectors pass; v is for use on the way.
func (l *lane) last(v VecVirtual) {
	if l.masks == nil {
		return
	}
	at := Load(Param("masks"), GP64())
	for i, m := range l.masks {
		if l.registers == avx512 {
			VMOVDQU32(Mem{Base: at, Disp: l.bytes * i}, v)
			VPMOVD2M(v, m)
		} else {
			VMOVDQU(Mem{Base: at, Disp: l.bytes * i}, m)
		}
	}
}

// take takes the i-th register of numbers from a place on.
func (l *lane) take(m Mem, i int, v VecVirtual) {
	m.Disp += l.singles() * l.size * i
	switch {
	case l.size == 1:
		VPMOVZXBD(m, v)
		VCVTDQ2PS(v, v)
	case l.registers == avx512:
		VMOVUPS_Z(m, l.masks[i], v)
	default:
		VANDPS(m, l.masks[i], v)
	}
}

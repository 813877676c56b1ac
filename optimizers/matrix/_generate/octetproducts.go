package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

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

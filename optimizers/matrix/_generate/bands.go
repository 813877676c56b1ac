package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// band is some neighbouring outputs that a kernel computes for all rows before
// it goes on to the next: the weights of a band stay in a near cache.
type band struct {
	vectors int
	masked  bool // the last vector is of one to four outputs
	chains  int  // of sums, one entry each in turn, as far as registers reach: an addition takes four cycles
}

var bands = []band{{vectors: 10, chains: 1}, {vectors: 5, chains: 2}, {vectors: 4, chains: 2}, {vectors: 1, masked: true, chains: 4}}

func (b band) suffix() string {
	if b.masked {
		return "Up4"
	}
	return fmt.Sprint(4 * b.vectors)
}

// width is the vectors of a band in registers, and the mask of the last.
type width struct {
	band
	v    []VecVirtual
	mask VecVirtual
}

func (b band) registers() *width {
	w := &width{band: b}
	for range b.vectors {
		w.v = append(w.v, YMM())
	}
	if b.masked {
		w.mask = YMM()
		VMOVUPD(Mem{Base: Load(Param("mask"), GP64())}, w.mask)
	}
	return w
}

// at is the address of the i-th vector.
func at(base, index Register, i int) Mem {
	m := Mem{Base: base, Disp: 32 * i}
	if index != nil {
		m.Index, m.Scale = index, 1
	}
	return m
}

// load and store move the i-th vector.
func (w *width) load(m Mem, r VecVirtual) {
	if w.masked {
		VMASKMOVPD(m, w.mask, r)
	} else {
		VMOVUPD(m, r)
	}
}

func (w *width) store(r VecVirtual, m Mem) {
	if w.masked {
		VMASKMOVPD(r, w.mask, m)
	} else {
		VMOVUPD(r, m)
	}
}

// fma is sum += x·(what lies at m).
func (w *width) fma(m Mem, x, sum, t VecVirtual) {
	if w.masked {
		VMASKMOVPD(m, w.mask, t)
		VFMADD231PD(t, x, sum)
	} else {
		VFMADD231PD(m, x, sum)
	}
}

func (b band) params(names string) string {
	s := "func(" + names + " *float64, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, divisor float64, k int"
	if b.masked {
		s += ", mask *float64"
	}
	return s + ")"
}

// strided loads the parameter k and makes it the length of a row of weights.
func (l *loop) strided() {
	l.stride = Load(Param("k"), GP64())
	SHLQ(U8(3), l.stride)
}

func mulRowsBand(b band) {
	TEXT("mulRows"+b.suffix(), NOSPLIT, b.params("z, w"))
	Pragma("noescape")
	Doc("mulRows" + b.suffix() + " is mulRows10 for a band of outputs of k: z and w point to its first.")
	z, w := Load(Param("z"), GP64()), Load(Param("w"), GP64())
	l, sums := newLoop(), b.registers()
	l.strided()
	x, t := YMM(), YMM()
	chains := [][]VecVirtual{sums.v}
	for range b.chains - 1 {
		var more []VecVirtual
		for range b.vectors {
			more = append(more, YMM())
		}
		chains = append(chains, more)
	}
	l.each(func() {
		for _, chain := range chains {
			for _, s := range chain {
				VXORPD(s, s, s)
			}
		}
	}, func(turn int) {
		l.take(x)
		for i, s := range chains[turn%b.chains] {
			sums.fma(at(w, l.at, i), x, s, t)
		}
	}, func() {
		Load(Param("features"), l.at)
		l.times()
		VBROADCASTSD(mustAddr("divisor"), x)
		for i, s := range sums.v {
			for _, more := range chains[1:] {
				VADDPD(more[i], s, s)
			}
			VDIVPD(x, s, s)
			sums.load(at(w, l.at, i), t)
			VADDPD(t, s, s)
			sums.store(s, at(z, nil, i))
		}
		ADDQ(l.stride, z)
	})
}

func addMulRowsBand(b band) {
	TEXT("addMulRows"+b.suffix(), NOSPLIT, b.params("grad, d"))
	Pragma("noescape")
	Doc("addMulRows" + b.suffix() + " is addMulRows10 for a band of outputs of k: grad and d point to its first.")
	grad, d := Load(Param("grad"), GP64()), Load(Param("d"), GP64())
	l, in := newLoop(), b.registers()
	l.strided()
	x, t := YMM(), YMM()
	l.each(func() {
		Load(Param("features"), l.at)
		l.times()
		VBROADCASTSD(mustAddr("divisor"), x)
		for i, r := range in.v {
			in.load(at(d, nil, i), r)
			in.load(at(grad, l.at, i), t)
			VADDPD(r, t, t)
			in.store(t, at(grad, l.at, i))
			VDIVPD(x, r, r)
		}
	}, func(int) {
		l.take(x)
		for i, r := range in.v {
			in.load(at(grad, l.at, i), t)
			VFMADD231PD(x, r, t)
			in.store(t, at(grad, l.at, i))
		}
	}, func() { ADDQ(l.stride, d) })
}

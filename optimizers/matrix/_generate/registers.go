package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// registers are the vectors of a set of instructions: so many bytes each.
type registers struct {
	bytes int
	evex  bool // there are 32 of them, and some instructions have other names
}

// Vectors of 256 bits, of 512, and of 256 beside these.
var (
	avx2   = registers{32, false}
	avx512 = registers{64, true}
	ymm512 = registers{32, true}
)

// suffix is what the names of kernels end with.
func (r registers) suffix() string {
	if r == avx512 {
		return "AVX512"
	}
	return ""
}

// doubles and singles are how many numbers a vector has.
func (r registers) doubles() int { return r.bytes / 8 }
func (r registers) singles() int { return r.bytes / 4 }

// rows is how many a tile has that fills the registers with three vectors of each.
func (r registers) rows() int {
	if r == avx512 {
		return 8
	}
	return 4
}

// picked is how many vectors of eight numbers of two columns the registers hold.
func (r registers) picked() int {
	if r == avx512 {
		return 16
	}
	return 6
}

// vector is one of them.
func (r registers) vector() VecVirtual {
	if r == avx512 {
		return ZMM()
	}
	return YMM()
}

// of is a vector's first numbers, as many as these registers have.
func (r registers) of(v VecVirtual) VecVirtual {
	if r == avx512 {
		return v.AsZ().(VecVirtual)
	}
	return v.AsY().(VecVirtual)
}

// half is the lower half of a vector.
func (r registers) half(v VecVirtual) Register {
	if r.bytes == avx512.bytes {
		return v.AsY()
	}
	return v.AsX()
}

// upper moves the upper half of a vector down.
func (r registers) upper(v VecVirtual) {
	switch r {
	case avx512:
		VEXTRACTF64X4(U8(1), v, v.AsY())
	case ymm512:
		VEXTRACTF32X4(U8(1), v, v.AsX())
	default:
		VEXTRACTF128(U8(1), v, v.AsX())
	}
}

// divide is so many numbers of float32, a multiple of eight, as vectors: the
// widest, and at the end one of eight where it is left.
func (r registers) divide(numbers int) (pieces []registers) {
	for ; numbers >= r.singles(); numbers -= r.singles() {
		pieces = append(pieces, r)
	}
	if numbers > 0 {
		pieces = append(pieces, ymm512)
	}
	return pieces
}

// narrow rounds a vector of numbers from memory.
func (r registers) narrow(m Mem, v, scratch VecVirtual) {
	high := m
	high.Disp += r.bytes
	if r == avx512 {
		VCVTPD2PS(m, v.AsY())
		VCVTPD2PS(high, scratch.AsY())
		VINSERTF64X4(U8(1), scratch.AsY(), v, v)
		return
	}
	VCVTPD2PSY(m, v.AsX())
	VCVTPD2PSY(high, scratch.AsX())
	if r == ymm512 {
		VINSERTF32X4(U8(1), scratch.AsX(), v.AsY(), v.AsY())
		return
	}
	VINSERTF128(U8(1), scratch.AsX(), v.AsY(), v.AsY())
}

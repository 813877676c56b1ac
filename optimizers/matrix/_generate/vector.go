package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vectorKernels write the kernels over vectors of n numbers, but for products n a multiple of
// sixteen: the rest is left to plain Go.
func vectorKernels() {
	axpy()
	scal()
	dot()
	distance()
}

// pointer moves by so many bytes a number.
type pointer struct {
	at   Register
	size int
}

// while writes a loop that takes so many of n numbers at a time as long as there are as many,
// and leaves in n how many are left.
func while(n Register, pointers []pointer, numbers int, name string, body func()) {
	Label(name)
	SUBQ(U8(numbers), n)
	JL(LabelRef(name + "end"))
	body()
	for _, p := range pointers {
		ADDQ(U8(p.size*numbers), p.at)
	}
	JMP(LabelRef(name))
	Label(name + "end")
	ADDQ(U8(numbers), n)
}

// sixteens writes a loop over n numbers of float64, sixteen at a time.
func sixteens(n Register, pointers []pointer, body func(part int)) {
	while(n, pointers, 16, "sixteen", func() {
		for part := range 4 {
			body(part)
		}
	})
}

func axpy() {
	TEXT("axpy16", NOSPLIT, "func(y *float64, a float64, x *float64, n int)")
	Pragma("noescape")
	Doc("axpy16 is y[i] += a·x[i] for i < n, n a multiple of 16.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	a, v := YMM(), []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	VBROADCASTSD(mustAddr("a"), a)
	sixteens(n, []pointer{{y, 8}, {x, 8}}, func(i int) {
		VMOVUPD(Mem{Base: y, Disp: 32 * i}, v[i])
		VFMADD231PD(Mem{Base: x, Disp: 32 * i}, a, v[i])
		VMOVUPD(v[i], Mem{Base: y, Disp: 32 * i})
	})
	VZEROUPPER()
	RET()
}

func scal() {
	TEXT("scal16", NOSPLIT, "func(x *float64, a float64, n int)")
	Pragma("noescape")
	Doc("scal16 is x[i] *= a for i < n, n a multiple of 16.")
	x, n := Load(Param("x"), GP64()), Load(Param("n"), GP64())
	a, v := YMM(), []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	VBROADCASTSD(mustAddr("a"), a)
	sixteens(n, []pointer{{x, 8}}, func(i int) {
		VMULPD(Mem{Base: x, Disp: 32 * i}, a, v[i])
		VMOVUPD(v[i], Mem{Base: x, Disp: 32 * i})
	})
	VZEROUPPER()
	RET()
}

func dot() {
	TEXT("dotOf", NOSPLIT, "func(x, y *float64, n int) float64")
	Pragma("noescape")
	Doc("dotOf is the sum of x[i]·y[i] over i < n, in sixteen sums that are added at the end.")
	x, y, n := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("n"), GP64())
	sums, v, w, pointers := newSums(), YMM(), XMM(), []pointer{{x, 8}, {y, 8}}
	sixteens(n, pointers, func(i int) {
		VMOVUPD(Mem{Base: x, Disp: 32 * i}, v)
		VFMADD231PD(Mem{Base: y, Disp: 32 * i}, v, sums[i])
	})
	while(n, pointers, 4, "four", func() {
		VMOVUPD(Mem{Base: x}, v)
		VFMADD231PD(Mem{Base: y}, v, sums[0])
	})
	while(n, pointers, 1, "one", func() {
		VMOVSD(Mem{Base: x}, v.AsX())
		VMOVSD(Mem{Base: y}, w)
		VFMADD231PD(w.AsY(), v, sums[1])
	})
	returnSum(sums, v)
}

func distance() {
	TEXT("distance16", NOSPLIT, "func(x, y *float64, n int) float64")
	Pragma("noescape")
	Doc("distance16 is the sum of (x[i] − y[i])² over i < n, n a multiple of 16, in sixteen sums that are added at the end.")
	x, y, n := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("n"), GP64())
	sums, v := newSums(), YMM()
	sixteens(n, []pointer{{x, 8}, {y, 8}}, func(i int) {
		VMOVUPD(Mem{Base: x, Disp: 32 * i}, v)
		VSUBPD(Mem{Base: y, Disp: 32 * i}, v, v)
		VFMADD231PD(v, v, sums[i])
	})
	returnSum(sums, v)
}

// returnSum returns the total of four vectors of sums; v is for use on the way.
func returnSum(sums []VecVirtual, v VecVirtual) {
	total(sums, v)
	Store(sums[0].AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// total leaves the total of four vectors of sums in the lowest place of the first.
func total(sums []VecVirtual, v VecVirtual) {
	VADDPD(sums[1], sums[0], sums[0])
	VADDPD(sums[3], sums[2], sums[2])
	VADDPD(sums[2], sums[0], sums[0])
	VEXTRACTF128(U8(1), sums[0], v.AsX())
	VADDPD(v.AsX(), sums[0].AsX(), sums[0].AsX())
	VHADDPD(sums[0].AsX(), sums[0].AsX(), sums[0].AsX())
}

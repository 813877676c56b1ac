package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vectorKernels write the kernels over vectors of n numbers, n a multiple of
// sixteen: the rest is left to plain Go.
func vectorKernels() {
	axpy()
	scal()
	dot()
	distance()
}

// sixteens writes a loop over n numbers, sixteen at a time.
func sixteens(n Register, pointers []Register, body func(part int)) {
	Label("sixteen")
	SUBQ(U8(16), n)
	JL(LabelRef("end"))
	for part := range 4 {
		body(part)
	}
	for _, p := range pointers {
		ADDQ(U8(128), p)
	}
	JMP(LabelRef("sixteen"))
	Label("end")
}

func axpy() {
	TEXT("axpy16", NOSPLIT, "func(y *float64, a float64, x *float64, n int)")
	Pragma("noescape")
	Doc("axpy16 is y[i] += a·x[i] for i < n, n a multiple of 16.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	a, v := YMM(), []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	VBROADCASTSD(mustAddr("a"), a)
	sixteens(n, []Register{y, x}, func(i int) {
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
	sixteens(n, []Register{x}, func(i int) {
		VMULPD(Mem{Base: x, Disp: 32 * i}, a, v[i])
		VMOVUPD(v[i], Mem{Base: x, Disp: 32 * i})
	})
	VZEROUPPER()
	RET()
}

func dot() {
	TEXT("dot16", NOSPLIT, "func(x, y *float64, n int) float64")
	Pragma("noescape")
	Doc("dot16 is the sum of x[i]·y[i] over i < n, n a multiple of 16, in sixteen sums that are added at the end.")
	x, y, n := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("n"), GP64())
	sums, v := []VecVirtual{YMM(), YMM(), YMM(), YMM()}, YMM()
	for _, s := range sums {
		VXORPD(s, s, s)
	}
	sixteens(n, []Register{x, y}, func(i int) {
		VMOVUPD(Mem{Base: x, Disp: 32 * i}, v)
		VFMADD231PD(Mem{Base: y, Disp: 32 * i}, v, sums[i])
	})
	returnSum(sums, v)
}

func distance() {
	TEXT("distance16", NOSPLIT, "func(x, y *float64, n int) float64")
	Pragma("noescape")
	Doc("distance16 is the sum of (x[i] − y[i])² over i < n, n a multiple of 16, in sixteen sums that are added at the end.")
	x, y, n := Load(Param("x"), GP64()), Load(Param("y"), GP64()), Load(Param("n"), GP64())
	sums, v := []VecVirtual{YMM(), YMM(), YMM(), YMM()}, YMM()
	for _, s := range sums {
		VXORPD(s, s, s)
	}
	sixteens(n, []Register{x, y}, func(i int) {
		VMOVUPD(Mem{Base: x, Disp: 32 * i}, v)
		VSUBPD(Mem{Base: y, Disp: 32 * i}, v, v)
		VFMADD231PD(v, v, sums[i])
	})
	returnSum(sums, v)
}

// returnSum returns the total of four vectors of sums; v is for use on the way.
func returnSum(sums []VecVirtual, v VecVirtual) {
	VADDPD(sums[1], sums[0], sums[0])
	VADDPD(sums[3], sums[2], sums[2])
	VADDPD(sums[2], sums[0], sums[0])
	VEXTRACTF128(U8(1), sums[0], v.AsX())
	VADDPD(v.AsX(), sums[0].AsX(), sums[0].AsX())
	VHADDPD(sums[0].AsX(), sums[0].AsX(), sums[0].AsX())
	Store(sums[0].AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}

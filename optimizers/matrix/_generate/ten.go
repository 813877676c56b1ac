package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// stride is the bytes of a row of ten.
const stride = 80

// ten is ten numbers in registers: four, four and two.
type ten [3]VecVirtual

func newTen() ten { return ten{YMM(), YMM(), YMM()} }

// each calls do for the three registers with their width: the third is half a vector.
func (v ten) each(do func(i int, r Register)) {
	do(0, v[0].AsY())
	do(1, v[1].AsY())
	do(2, v[2].AsX())
}

// part is the p-th register of the three, at its width.
func part(p int, v VecVirtual) Register {
	if p == 2 {
		return v.AsX()
	}
	return v.AsY()
}

func store(v ten, to Register) {
	v.each(func(p int, r Register) { VMOVUPD(r, Mem{Base: to, Disp: 32 * p}) })
}

// mustAddr is where a parameter lies on the stack.
func mustAddr(name string) Mem {
	c, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return c.Addr
}

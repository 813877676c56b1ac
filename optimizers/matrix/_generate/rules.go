package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// update is a loop over vectors of one length: what is read and written of
// each, and the numbers beside them.
type update struct {
	at      map[string]Register // of the vectors: where the loop is
	numbers map[string]VecVirtual
	flushed Mem // numbers below it in size are 0
	sizes   Mem // leaves the size of a number
}

// rule writes a kernel over n numbers, n a multiple of four. body is what is
// done to four of them.
func rule(name, doc string, vectors, numbers []string, body func(u *update)) {
	TEXT(name, NOSPLIT, "func("+strings.Join(vectors, ", ")+" *float64, n int, "+strings.Join(numbers, ", ")+" float64)")
	Pragma("noescape")
	Doc(name + " is, for i < n, n a multiple of 4, " + doc)
	u := &update{at: map[string]Register{}, numbers: map[string]VecVirtual{}}
	for _, v := range vectors {
		u.at[v] = Load(Param(v), GP64())
	}
	n := Load(Param("n"), GP64())
	for _, x := range numbers {
		u.numbers[x] = YMM()
		VBROADCASTSD(mustAddr(x), u.numbers[x])
	}
	u.flushed, u.sizes = NewDataAddr(Symbol{Name: "flushed", Static: true}, 0), NewDataAddr(Symbol{Name: "sizes", Static: true}, 0)
	Label("four")
	SUBQ(U8(4), n)
	JL(LabelRef("end"))
	body(u)
	for _, v := range vectors {
		ADDQ(U8(32), u.at[v])
	}
	JMP(LabelRef("four"))
	Label("end")
	VZEROUPPER()
	RET()
}

func (u *update) load(vector string) VecVirtual {
	v := YMM()
	VMOVUPD(Mem{Base: u.at[vector]}, v)
	return v
}

func (u *update) store(v VecVirtual, vector string) { VMOVUPD(v, Mem{Base: u.at[vector]}) }

// average is x = decay·x + gain·y, and 0 where that is too small.
func (u *update) average(x, y VecVirtual, decay, gain string) {
	VMULPD(u.numbers[decay], x, x)
	VFMADD231PD(u.numbers[gain], y, x)
	size := YMM()
	VANDPD(u.sizes, x, size)
	VCMPPD(U8(5), u.flushed, size, size) // not less, or NaN
	VANDPD(size, x, x)
}

// step is θ −= x/(√s + ε), with x and s overwritten.
func (u *update) step(x, s VecVirtual) {
	VSQRTPD(s, s)
	VADDPD(u.numbers["eps"], s, s)
	VDIVPD(s, x, x)
	theta := u.load("theta")
	VSUBPD(x, theta, theta)
	u.store(theta, "theta")
}

// moments update m and v and return them.
func (u *update) moments() (m, v VecVirtual) {
	g, square := u.load("grad"), YMM()
	m, v = u.load("m"), u.load("v")
	VMULPD(g, g, square)
	u.average(m, g, "beta1", "gain1")
	u.average(v, square, "beta2", "gain2")
	u.store(m, "m")
	u.store(v, "v")
	return m, v
}

// ball updates b and moves θ along it, or along g and what b will be.
func (u *update) ball(nesterov bool) {
	g, b, theta := u.load("grad"), u.load("b"), u.load("theta")
	u.average(b, g, "mu", "gain")
	u.store(b, "b")
	rate := "rate"
	if nesterov {
		VFNMADD231PD(u.numbers["rate"], g, theta)
		rate = "ahead"
	}
	VFNMADD231PD(u.numbers[rate], b, theta)
	u.store(theta, "theta")
}

// ruleKernels write the updates of the rules.
func ruleKernels() {
	vector("flushed", 1e-150)
	GLOBL("sizes", RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, U64(1<<63-1))
	}
	moments := []string{"beta1", "gain1", "beta2", "gain2", "rate", "eps"}
	adam := []string{"theta", "m", "v", "grad"}
	rule("adam4", "m = β₁m + gain₁g, v = β₂v + gain₂g², θ −= rate·m/(√v + ε).", adam, moments, func(u *update) {
		m, v := u.moments()
		VMULPD(u.numbers["rate"], m, m)
		u.step(m, v)
	})
	rule("amsgrad4", "adam4 with the maximum of v·scale so far in place of v.",
		[]string{"theta", "m", "v", "vmax", "grad"}, append(moments, "scale"), func(u *update) {
			m, v := u.moments()
			VMULPD(u.numbers["scale"], v, v)
			VMAXPD(v, u.load("vmax"), v)
			u.store(v, "vmax")
			VMULPD(u.numbers["rate"], m, m)
			u.step(m, v)
		})
	ball := []string{"theta", "b", "grad"}
	rule("momentum4", "b = μb + gain·g, θ −= rate·b.", ball, []string{"mu", "gain", "rate"}, func(u *update) {
		u.ball(false)
	})
	rule("nesterov4", "b = μb + gain·g, θ −= rate·g + ahead·b.", ball, []string{"mu", "gain", "rate", "ahead"}, func(u *update) {
		u.ball(true)
	})
	rule("adagrad4", "s += g², θ −= rate·g/(√s + ε).", []string{"theta", "s", "grad"}, []string{"rate", "eps"}, func(u *update) {
		g, s := u.load("grad"), u.load("s")
		VFMADD231PD(g, g, s)
		u.store(s, "s")
		VMULPD(u.numbers["rate"], g, g)
		u.step(g, s)
	})
	rule("rmsprop4", "v = ρv + gain·g², θ −= rate·g/(√v + ε).", []string{"theta", "v", "grad"}, []string{"rho", "gain", "rate", "eps"}, func(u *update) {
		g, v, square := u.load("grad"), u.load("v"), YMM()
		VMULPD(g, g, square)
		u.average(v, square, "rho", "gain")
		u.store(v, "v")
		VMULPD(u.numbers["rate"], g, g)
		u.step(g, v)
	})
}

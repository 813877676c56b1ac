package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// update is a loop over vectors of one length: what is read and written of
// each, and the numbers beside them.
type update struct {
	registers
	at      map[string]Register // of the vectors: where the loop is
	numbers map[string]VecVirtual
	flushed Mem // numbers below it in size are 0
	sizes   Mem // leaves the size of a number
}

// rule writes kernels over n numbers, a multiple of four, or of eight. body is what is
// done to a vector of them.
func rule(name, doc string, vectors, numbers []string, body func(u *update)) {
	for _, r := range []registers{avx2, avx512} {
		r.rule(fmt.Sprint(name, r.doubles()), doc, vectors, numbers, body)
	}
}

func (r registers) rule(name, doc string, vectors, numbers []string, body func(u *update)) {
	TEXT(name, NOSPLIT, "func("+strings.Join(vectors, ", ")+" *float64, n int, "+strings.Join(numbers, ", ")+" float64)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is, for i < n, n a multiple of %d, ", name, r.doubles()) + doc)
	u := &update{registers: r, at: map[string]Register{}, numbers: map[string]VecVirtual{}}
	for _, v := range vectors {
		u.at[v] = Load(Param(v), GP64())
	}
	n := Load(Param("n"), GP64())
	for _, x := range numbers {
		u.numbers[x] = r.vector()
		VBROADCASTSD(mustAddr(x), u.numbers[x])
	}
	u.flushed, u.sizes = NewDataAddr(Symbol{Name: "flushed", Static: true}, 0), NewDataAddr(Symbol{Name: "sizes", Static: true}, 0)
	Label("vector")
	SUBQ(U8(r.doubles()), n)
	JL(LabelRef("end"))
	body(u)
	for _, v := range vectors {
		ADDQ(U8(r.bytes), u.at[v])
	}
	JMP(LabelRef("vector"))
	Label("end")
	VZEROUPPER()
	RET()
}

func (u *update) load(vector string) VecVirtual {
	v := u.vector()
	VMOVUPD(Mem{Base: u.at[vector]}, v)
	return v
}

func (u *update) store(v VecVirtual, vector string) { VMOVUPD(v, Mem{Base: u.at[vector]}) }

// average is x = decay·x + gain·y, and 0 where that is too small.
func (u *update) average(x, y VecVirtual, decay, gain string) {
	VMULPD(u.numbers[decay], x, x)
	VFMADD231PD(u.numbers[gain], y, x)
	size := u.vector()
	VANDPD(u.sizes, x, size)
	const notLess = 5 // or NaN
	if u.registers == avx2 {
		VCMPPD(U8(notLess), u.flushed, size, size)
		VANDPD(size, x, x)
		return
	}
	kept := K()
	VCMPPD(U8(notLess), u.flushed, size, kept)
	VMOVAPD_Z(x, kept, x)
}

// step is θ −= x/(√s + ε), with x and s overwritten.
func (u *update) step(x, s VecVirtual) {
	if u.registers == avx2 {
		VSQRTPD(s, s)
	} else {
		u.root(s)
	}
	VADDPD(u.numbers["eps"], s, s)
	VDIVPD(s, x, x)
	theta := u.load("theta")
	VSUBPD(x, theta, theta)
	u.store(theta, "theta")
}

// root is s = √s, rounded as VSQRTPD rounds. That takes as long as the division of the
// step, which has to wait for it; multiplications have time meanwhile.
//
// From an estimate of 14 bits, two steps of Goldschmidt's method for g ≈ √s and h ≈ 1/(2√s)
// leave g within two units in the last place, and g + h·(s − g²) then differs from √s by
// less than 2⁻⁴⁸ of a unit. It is rounded once, and what was rounded off is looked at:
// where it is within 2⁻⁴¹ of half a unit, so that the error may have decided, where the
// result is a power of two, below which units are half as large, and where s is too small
// or no finite number, all eight are given to the instruction. So the proof wants it; in
// tests the results were right without the first two. A root of 0 is 0.
func (u *update) root(s VecVirtual) {
	symbol := func(name string) Mem { return NewDataAddr(Symbol{Name: name, Static: true}, 0) }
	g, h, r, root := ZMM(), ZMM(), ZMM(), ZMM()
	sure, zero, also := K(), K(), K()
	half := ZMM()
	VBROADCASTSD(symbol("half"), half)
	VRSQRT14PD(s, h)
	VMULPD(h, s, g)
	VMULPD(half, h, h)
	for range 2 {
		VMOVAPD(half, r)
		VFNMADD231PD(h, g, r)
		VFMADD231PD(r, g, g)
		VFMADD231PD(r, h, h)
	}
	VMOVAPD(s, r)
	VFNMADD231PD(g, g, r)
	VMOVAPD(g, root)
	VFMADD231PD(r, h, root)
	Comment("What was rounded off, and almost half a unit.")
	VSUBPD(root, g, g)
	VFMADD231PD(r, h, g)
	VANDPD(symbol("sizes"), g, g)
	VANDPD(symbol("exponents"), root, h)
	VMULPD(symbol("almostHalf"), h, h)
	const less, atLeast = 17, 29
	VCMPPD(U8(less), h, g, sure)
	Comment("And no power of two, and large enough.")
	VPTESTMQ(symbol("mantissas"), root, also)
	KANDB(also, sure, sure)
	VCMPPD(U8(atLeast), symbol("least"), s, also)
	KANDB(also, sure, sure)
	VPTESTNMQ(s, s, zero)
	VMOVAPD_Z(root, sure, root)
	KORTESTB(zero, sure)
	JCC(LabelRef("exact"))
	VMOVAPD(root, s)
	JMP(LabelRef("done"))
	Label("exact")
	VSQRTPD(s, s)
	Label("done")
}

// moments update m and v and return them.
func (u *update) moments() (m, v VecVirtual) {
	g, square := u.load("grad"), u.vector()
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
	vector("flushed", 1e-150, 8)
	words("sizes", 1<<63-1, 8)
	words("exponents", 0x7ff<<52, 8)
	words("mantissas", 1<<52-1, 8)
	vector("half", 0.5, 1)
	vector("almostHalf", (0.5-0x1p-41)*0x1p-52, 8) // of a unit, for the power of two below a number
	vector("least", 0x1p-900, 8)
	moments := []string{"beta1", "gain1", "beta2", "gain2", "rate", "eps"}
	adam := []string{"theta", "m", "v", "grad"}
	rule("adam", "m = β₁m + gain₁g, v = β₂v + gain₂g², θ −= rate·m/(√v + ε).", adam, moments, func(u *update) {
		m, v := u.moments()
		VMULPD(u.numbers["rate"], m, m)
		u.step(m, v)
	})
	rule("amsgrad", "adam with the maximum of v·scale so far in place of v.",
		[]string{"theta", "m", "v", "vmax", "grad"}, append(moments, "scale"), func(u *update) {
			m, v := u.moments()
			VMULPD(u.numbers["scale"], v, v)
			VMAXPD(v, u.load("vmax"), v)
			u.store(v, "vmax")
			VMULPD(u.numbers["rate"], m, m)
			u.step(m, v)
		})
	ball := []string{"theta", "b", "grad"}
	rule("momentum", "b = μb + gain·g, θ −= rate·b.", ball, []string{"mu", "gain", "rate"}, func(u *update) {
		u.ball(false)
	})
	rule("nesterov", "b = μb + gain·g, θ −= rate·g + ahead·b.", ball, []string{"mu", "gain", "rate", "ahead"}, func(u *update) {
		u.ball(true)
	})
	rule("adagrad", "s += g², θ −= rate·g/(√s + ε).", []string{"theta", "s", "grad"}, []string{"rate", "eps"}, func(u *update) {
		g, s := u.load("grad"), u.load("s")
		VFMADD231PD(g, g, s)
		u.store(s, "s")
		VMULPD(u.numbers["rate"], g, g)
		u.step(g, s)
	})
	rule("rmsprop", "v = ρv + gain·g², θ −= rate·g/(√v + ε).", []string{"theta", "v", "grad"}, []string{"rho", "gain", "rate", "eps"}, func(u *update) {
		g, v, square := u.load("grad"), u.load("v"), u.vector()
		VMULPD(g, g, square)
		u.average(v, square, "rho", "gain")
		u.store(v, "v")
		VMULPD(u.numbers["rate"], g, g)
		u.step(g, v)
	})
}

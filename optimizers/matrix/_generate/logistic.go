package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// logarithm are the numbers of
//
//	log(1+e) = 2s·(1 + s²/3 + s⁴/5 + …) = 2s + 2s·s²·P(s²)    s = e/(2+e)
//
// for 0 ≤ e ≤ 1, where s² ≤ 1/9: P interpolates the series at ten Chebyshev nodes, to less
// than 2⁻⁵⁶ of the whole.
var logarithm = []float64{
	0.3333333333333333, 0.20000000000007292, 0.1428571428355438, 0.11111111358713932, 0.09090894718066429,
	0.07692785032479312, 0.06657072104827468, 0.06000536404795356, 0.04400369243072337, 0.08082022805971766,
}

// logistic is the loss of logistic regression.
type logistic struct {
	*constants
	series    []Mem
	two, sign Mem
}

// logisticKernel writes φ = log(1 + e⁻ʸᶻ) and its derivative for four rows at a time, and for
// those that are left one by one in the same way.
func logisticKernel(c *constants) {
	l := &logistic{constants: c, two: vector("two", 2, 4), sign: words("sign", 1<<63, 4)}
	for i, x := range logarithm {
		l.series = append(l.series, vector(fmt.Sprint("series", i), x, 4))
	}
	TEXT("logisticRowsOf", NOSPLIT, "func(z, y *float64, rows *int32, n int) float64")
	Pragma("noescape")
	Doc("logisticRowsOf overwrites z[i] with the derivative of log(1 + exp(−y·z[i])), y = y[rows[i]], for",
		"i < n, and returns the sum of these. Both err by less than 2⁻⁵⁰ of their size; an exponential below",
		"exp(-80) is 0.")
	z, y := Load(Param("z"), GP64()), Load(Param("y"), GP64())
	rows, n, row := Load(Param("rows"), GP64()), Load(Param("n"), GP64()), GP64()
	sums, rest := YMM(), XMM()
	VXORPD(sums, sums, sums)
	VXORPD(rest, rest, rest)
	target := func(i int) Mem {
		MOVLQSX(Mem{Base: rows, Disp: 4 * i}, row)
		return Mem{Base: y, Index: row, Scale: 8}
	}

	Label("four")
	SUBQ(U8(4), n)
	JL(LabelRef("rest"))
	of, high := YMM(), XMM()
	VMOVSD(target(0), of.AsX())
	VMOVHPD(target(1), of.AsX(), of.AsX())
	VMOVSD(target(2), high)
	VMOVHPD(target(3), high, high)
	VINSERTF128(U8(1), high, of, of)
	x := YMM()
	VMOVUPD(Mem{Base: z}, x)
	residual, loss := l.rows(x, of)
	VMOVUPD(residual, Mem{Base: z})
	VADDPD(loss, sums, sums)
	ADDQ(U8(32), z)
	ADDQ(U8(16), rows)
	JMP(LabelRef("four"))

	Label("rest")
	ADDQ(U8(4), n)
	Label("one")
	DECQ(n)
	JL(LabelRef("done"))
	VMOVSD(target(0), of.AsX())
	VMOVSD(Mem{Base: z}, x.AsX())
	residual, loss = l.rows(x, of)
	VMOVSD(residual.AsX(), Mem{Base: z})
	VADDSD(loss.AsX(), rest, rest)
	ADDQ(U8(8), z)
	ADDQ(U8(4), rows)
	JMP(LabelRef("one"))

	Label("done")
	addUp(sums, rest)
	Store(sums.AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// addUp adds the four sums and that of the rest, into the first of them.
func addUp(sums, rest VecVirtual) {
	t := XMM()
	VEXTRACTF128(U8(1), sums, t)
	VADDPD(t, sums.AsX(), sums.AsX())
	VHADDPD(sums.AsX(), sums.AsX(), sums.AsX())
	VADDSD(rest, sums.AsX(), sums.AsX())
}

// rows is what four margins and targets come to: with m = yz and e = exp(−|m|)
//
//	φ' = −y·(e where m ≥ 0, else 1)/(1 + e)        φ = log(1 + e) + max(0, −m)
//
// It overwrites what it is given.
func (l *logistic) rows(z, y VecVirtual) (residual, loss VecVirtual) {
	m, e, right, zero, one, sum := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
	VMULPD(y, z, m)
	VORPD(l.sign, m, e)
	VXORPD(zero, zero, zero)
	const atLeast = 29 // and no NaN
	VCMPPD(U8(atLeast), zero, m, right)
	l.exponential(e, estrin)
	VMOVUPD(l.terms[0], one)
	VADDPD(e, one, sum)
	residual = YMM()
	VBLENDVPD(right, e, one, residual)
	VDIVPD(sum, residual, residual)
	VXORPD(l.sign, y, y)
	VMULPD(y, residual, residual)
	Comment("The loss.")
	VXORPD(l.sign, m, m)
	VMAXPD(m, zero, m)
	s, t := YMM(), YMM()
	VADDPD(l.two, e, s)
	VDIVPD(s, e, s)
	VMULPD(s, s, t)
	VADDPD(s, s, s)
	p := estrin(l.series, t)
	VMULPD(s, t, t)
	loss = s
	VFMADD231PD(p, t, loss)
	VADDPD(m, loss, loss)
	return residual, loss
}

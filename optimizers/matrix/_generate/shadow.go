package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// shadowKernels write the kernels over compressed rows of bytes whose weights are
// float32, in rows of eight or of a multiple of sixteen.
func shadowKernels() {
	mulShadow(avx2, 8)
	addMulShadow(avx2, 8)
	for _, r := range []registers{avx2, avx512} {
		for n := 16; n <= mostOfShadow; n += 16 {
			mulShadow(r, n)
			addMulShadow(r, n)
		}
	}
	for _, r := range []registers{avx2, avx512} {
		roundShadow(r)
		widenShadow(r)
		moveShadow(r, "addShadow", "wide += scale·narrow and then narrow = 0", true, false)
		moveShadow(r, "writeShadow", "wide = scale·narrow and then narrow = 0", false, false)
		moveShadow(r, "stepShadow", "wide += scale·narrow, then narrow = 0 and weights = wide, rounded,", true, true)
	}
}

// mostOfShadow is how many outputs a kernel takes at once at most: of twelve vectors of
// 256 bits each is in a register.
const mostOfShadow = 96

// shadow is a kernel over rows of bytes, in so many numbers of float32 a row.
type shadow struct {
	*loop
	r       registers
	numbers int
}

// newShadow begins one.
func newShadow(r registers, kernel string, numbers int, params, doc string) shadow {
	name := fmt.Sprintf("%s%d%s", kernel, numbers, r.suffix())
	e := entries{}
	TEXT(name, NOSPLIT, "func("+params+" *float32, "+e.list()+", levels *float32, stride int)")
	Pragma("noescape")
	Doc(name+" is "+doc+",",
		fmt.Sprintf("for each of the n rows and %d outputs of rows that are stride bytes apart.", numbers))
	s := shadow{newLoop(e, ""), r, numbers}
	s.single = true
	if s.fixed = 4 * numbers; numbers > 16 {
		s.stride = Load(Param("stride"), GP64())
	}
	return s
}

// vectors are registers for a row.
func (s shadow) vectors() (v []VecVirtual) {
	for range 4 * s.numbers / s.r.bytes {
		v = append(v, s.r.vector())
	}
	return v
}

// chains is how many sums of each output there are, as in band.chains: with vectors
// of either length as many, so that the bits are the same.
func (s shadow) chains() int {
	switch {
	case s.numbers <= 16:
		return 4
	case s.numbers <= 48:
		return 2
	}
	return 1
}

// mulShadow writes Z = S·W.
func mulShadow(r registers, numbers int) {
	s := newShadow(r, "mulShadow", numbers, "z, w", "z = Σ levels[v]·w[j] over the entries (j, v)")
	z, w, x := Load(Param("z"), GP64()), Load(Param("w"), GP64()), r.vector()
	var sums [][]VecVirtual
	for range s.chains() {
		sums = append(sums, s.vectors())
	}
	s.each(func() {
		for _, chain := range sums {
			for _, v := range chain {
				VXORPS(v, v, v)
			}
		}
	}, func(t int) {
		s.take(t, x)
		for i, v := range sums[t%len(sums)] {
			VFMADD231PS(Mem{Base: w, Index: s.at, Scale: 1, Disp: r.bytes * i}, x, v)
		}
	}, func() {
		for step := 1; step < len(sums); step *= 2 {
			for c := 0; c < len(sums); c += 2 * step {
				for i, v := range sums[c] {
					VADDPS(sums[c+step][i], v, v)
				}
			}
		}
		for i, v := range sums[0] {
			VMOVUPS(v, Mem{Base: z, Disp: r.bytes * i})
		}
		s.step(z)
	})
}

// addMulShadow writes G += Sᵀ·D.
func addMulShadow(r registers, numbers int) {
	s := newShadow(r, "addMulShadow", numbers, "sum, d", "sum[j] += levels[v]·d over the entries (j, v)")
	sum, d, in, x, v0 := Load(Param("sum"), GP64()), Load(Param("d"), GP64()), s.vectors(), r.vector(), r.vector()
	s.each(func() {
		for i, v := range in {
			VMOVUPS(Mem{Base: d, Disp: r.bytes * i}, v)
		}
	}, func(t int) {
		s.take(t, x)
		for i, v := range in {
			at := Mem{Base: sum, Index: s.at, Scale: 1, Disp: r.bytes * i}
			VMOVUPS(at, v0)
			VFMADD231PS(x, v, v0)
			VMOVUPS(v0, at)
		}
	}, func() { s.step(d) })
}

// pieces are up to sixteen numbers as vectors, the widest first.
func (r registers) pieces(numbers int) (all []piece) {
	at := 0
	for size := r.bytes; size >= 8; size /= 2 {
		for ; 8*numbers-at >= size; at += size {
			all = append(all, piece{size: size, disp: at})
		}
	}
	return all
}

// bytesAhead is how far ahead of the row at work rows are fetched: a store that has to wait
// for its line holds up those behind it.
const bytesAhead = 256

// eachRow writes a loop over n rows of one to sixteen numbers, for each number of them.
// wide are rows of float64 whose distance is a parameter, narrow those of float32.
// skip, which may be nil, jumps to a label where nothing is to be done with a row.
func eachRow(r registers, name, params, doc string, begin func(numbers []piece), skip func(numbers int, narrow Mem, to LabelRef), row func(p piece, i int, wide, narrow Mem), end func(stride Register)) {
	name += r.suffix()
	TEXT(name, NOSPLIT, "func(numbers int, "+params+", n, k, stride int)")
	Pragma("noescape")
	Doc(name+" is "+doc+" for so many numbers, 1 to 16, of each of n rows,", "which are k numbers of float64 and stride of float32 apart.")
	numbers := Load(Param("numbers"), GP64())
	wide, narrow, n := Load(Param("wide"), GP64()), Load(Param("narrow"), GP64()), Load(Param("n"), GP64())
	k, stride := Load(Param("k"), GP64()), Load(Param("stride"), GP64())
	for c := 1; c <= 16; c++ {
		CMPQ(numbers, U8(c))
		JEQ(LabelRef(fmt.Sprintf("numbers%d", c)))
	}
	RET()
	for c := 1; c <= 16; c++ {
		pieces, label := r.pieces(c), fmt.Sprintf("numbers%d", c)
		Label(label)
		begin(pieces)
		Label(label + "row")
		DECQ(n)
		JL(LabelRef("done"))
		PREFETCHT0(Mem{Base: wide, Disp: bytesAhead})
		PREFETCHT0(Mem{Base: narrow, Disp: bytesAhead})
		if skip != nil {
			skip(c, Mem{Base: narrow}, LabelRef(label+"next"))
		}
		for i, p := range pieces {
			row(p, i, Mem{Base: wide, Disp: p.disp}, Mem{Base: narrow, Disp: p.disp / 2})
		}
		if skip != nil {
			Label(label + "next")
		}
		end(stride)
		LEAQ(Mem{Base: wide, Index: k, Scale: 8}, wide)
		LEAQ(Mem{Base: narrow, Index: stride, Scale: 4}, narrow)
		JMP(LabelRef(label + "row"))
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// narrow rounds a piece, which is in memory or in a register.
func (p piece) narrow(from Op, v VecVirtual, to Mem) {
	switch p.size {
	case 64:
		VCVTPD2PS(from, v.AsY())
	case 32:
		VCVTPD2PSY(from, v.AsX())
	case 16:
		VCVTPD2PSX(from, v.AsX())
	default:
		VCVTSD2SS(from, v.AsX(), v.AsX())
	}
	p.half().storeSingle(v, to)
}

// widen is a piece in float64.
func (p piece) widen(from Mem, v VecVirtual) {
	if p.size == 8 {
		VMOVSS(from, v.AsX())
		VCVTSS2SD(v.AsX(), v.AsX(), v.AsX())
		return
	}
	VCVTPS2PD(from, p.of(v))
}

func roundShadow(r registers) {
	v := r.vector()
	eachRow(r, "roundShadow", "narrow *float32, wide *float64", "narrow = wide, rounded,", func([]piece) {}, nil, func(p piece, _ int, wide, narrow Mem) {
		p.narrow(wide, v, narrow)
	}, func(Register) {})
}

func widenShadow(r registers) {
	v, scale, plus := r.vector(), r.vector(), []VecVirtual{r.vector(), r.vector(), r.vector(), r.vector(), r.vector()}
	eachRow(r, "widenShadow", "wide *float64, narrow *float32, bias *float64, scale float64", "wide = bias + scale·narrow", func(pieces []piece) {
		bias := Load(Param("bias"), GP64())
		VBROADCASTSD(mustAddr("scale"), scale)
		for i, p := range pieces {
			p.load(Mem{Base: bias, Disp: p.disp}, p.of(plus[i]))
		}
	}, nil, func(p piece, i int, wide, narrow Mem) {
		p.widen(narrow, v)
		p.scale(p.of(plus[i]), p.of(scale), p.of(v))
		p.store(p.of(v), wide)
	}, func(Register) {})
}

// moveShadow writes the kernels that add a sum to a gradient or make it the gradient,
// and one that adds it to weights, and rounds these anew. That leaves alone the weights of
// features that no row of the mini-batch has.
func moveShadow(r registers, kernel, doc string, add, round bool) {
	params := "wide *float64, narrow *float32, scale float64"
	if round {
		params += ", weights *float32"
	}
	v, scale, none, weights := r.vector(), r.vector(), r.vector(), GP64()
	var skip func(numbers int, narrow Mem, to LabelRef)
	if round {
		skip = func(numbers int, narrow Mem, to LabelRef) { r.jumpIfZero(narrow, numbers, v, to) }
	}
	eachRow(r, kernel, params, doc, func([]piece) {
		VBROADCASTSD(mustAddr("scale"), scale)
		VXORPS(none.AsX(), none.AsX(), none.AsX())
		if round {
			Load(Param("weights"), weights)
		}
	}, skip, func(p piece, i int, wide, narrow Mem) {
		p.widen(narrow, v)
		if add {
			p.scale(wide, p.of(scale), p.of(v))
		} else {
			p.mul(p.of(scale), p.of(v))
		}
		p.store(p.of(v), wide)
		p.half().storeSingle(none, narrow)
		if round {
			p.narrow(p.of(v), v, Mem{Base: weights, Disp: narrow.Disp})
		}
	}, func(stride Register) {
		if round {
			PREFETCHT0(Mem{Base: weights, Disp: bytesAhead})
			LEAQ(Mem{Base: weights, Index: stride, Scale: 4}, weights)
		}
	})
}

// jumpIfZero jumps where up to sixteen numbers of float32, with zeros behind them up to
// eight or sixteen, are all 0.
func (r registers) jumpIfZero(m Mem, numbers int, v VecVirtual, to LabelRef) {
	high := m
	high.Disp += 32
	switch {
	case r == avx512 && numbers > 8:
		any := K()
		VMOVUPS(m, v)
		VPTESTMD(v, v, any)
		KORTESTW(any, any)
	case numbers > 8:
		VMOVUPS(m, v)
		VORPS(high, v, v)
		VPTEST(v, v)
	default:
		VMOVUPS(m, v.AsY())
		VPTEST(v.AsY(), v.AsY())
	}
	JZ(to)
}

// half is a piece of the same numbers in float32.
func (p piece) half() piece { return piece{size: p.size / 2, disp: p.disp / 2} }

// storeSingle stores a piece of float32.
func (p piece) storeSingle(v VecVirtual, to Mem) {
	switch p.size {
	case 4:
		VMOVSS(v.AsX(), to)
	case 8:
		VMOVSD(v.AsX(), to)
	default:
		VMOVUPS(p.of(v), to)
	}
}

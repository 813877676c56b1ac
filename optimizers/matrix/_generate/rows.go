package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// outputs of the row kernels, and the bytes of a row of weights.
const (
	outputs = 10
	stride  = outputs * 8
)

// rowKernels write the kernels over compressed rows of bytes with ten outputs.
// A row of ten weights is two vectors of four and one of two.
func rowKernels() {
	mulRows("mulRows10", 1)
	mulRows("mulSumRows10", 2)
	addMulRows("addMulRows10")
	for _, b := range bands {
		mulRowsBand(b)
		addMulRowsBand(b)
	}
	addColumns()
	prefetchRows()
}

// product is the weights of mulRows, and its sums of each.
type product struct {
	w    []Register
	sums [][2]ten // two chains, since an addition takes four cycles
}

// mulRows writes z = x̃·W, or z = a·(x̃·U) + b·(x̃·V) of two matrices of weights.
func mulRows(name string, weights int) {
	names := declareMulRows(name, weights)
	z := Load(Param("z"), GP64())
	p := &product{sums: make([][2]ten, weights)}
	for _, name := range names {
		p.w = append(p.w, Load(Param(name), GP64()))
	}
	l := newLoop()
	x := YMM()
	for i := range p.sums {
		p.sums[i] = [2]ten{newTen(), newTen()}
	}
	l.each(p.zero, func(t int) {
		l.take(x)
		p.add(t, l.at, x)
	}, func() {
		features := Load(Param("features"), l.at)
		IMUL3Q(U8(stride), features, features)
		p.total(l.at, x)
		if weights == 2 {
			scaled(p.sums[0][0], "a", x, false, p.sums[1][0])
			scaled(p.sums[1][0], "b", x, true, p.sums[0][0])
		}
		store(p.sums[weights-1][0], z)
		ADDQ(U8(stride), z)
	})
}

// declareMulRows writes the head of the function, and returns the names of its weights.
func declareMulRows(name string, weights int) []string {
	const rows = "rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, "
	if weights == 1 {
		TEXT(name, NOSPLIT, "func(z, w *float64, "+rows+"divisor float64)")
		Pragma("noescape")
		Doc(name + " is, for each of the n rows, z = w[features] + (Σ levels[v]·w[j]) / divisor over its entries (j, v).")
		return []string{"w"}
	}
	TEXT(name, NOSPLIT, "func(z, u, v *float64, "+rows+"divisor, a, b float64)")
	Pragma("noescape")
	Doc(name + " is mulRows10 for two matrices: z = a·(x̃·u) + b·(x̃·v).")
	return []string{"u", "v"}
}

func (p *product) zero() {
	for i := range p.sums {
		for _, chain := range p.sums[i] {
			chain.each(func(_ int, r Register) { VXORPD(r, r, r) })
		}
	}
}

// add adds x times a row of each of the weights.
func (p *product) add(t int, row Register, x VecVirtual) {
	for i := range p.sums {
		p.sums[i][t%2].each(func(n int, r Register) {
			VFMADD231PD(at(p.w[i], row, n), part(n, x), r)
		})
	}
}

// total leaves in the first chain the sum of both, divided, plus the biases.
func (p *product) total(bias Register, x VecVirtual) {
	VBROADCASTSD(mustAddr("divisor"), x.AsY())
	for i := range p.sums {
		other := p.sums[i][1]
		p.sums[i][0].each(func(n int, r Register) {
			VADDPD(part(n, other[n]), r, r)
			VDIVPD(part(n, x), r, r)
			VADDPD(at(p.w[i], bias, n), r, r)
		})
	}
}

// addMulRows writes G += x̃ᵀ·d.
func addMulRows(name string) {
	TEXT(name, NOSPLIT, "func(grad, d *float64, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float64, features int, divisor float64)")
	Pragma("noescape")
	Doc(name + " is, for each of the n rows, grad[features] += d and grad[j] += levels[v]·(d/divisor) for each of its entries (j, v).")
	g, d := Load(Param("grad"), GP64()), Load(Param("d"), GP64())
	l := newLoop()
	x, in, out := YMM(), newTen(), newTen()
	begin := func() {
		features := Load(Param("features"), l.at)
		IMUL3Q(U8(stride), features, features)
		VBROADCASTSD(mustAddr("divisor"), x.AsY())
		in.each(func(p int, r Register) {
			bias := Mem{Base: g, Index: l.at, Scale: 1, Disp: 32 * p}
			VMOVUPD(Mem{Base: d, Disp: 32 * p}, r)
			VADDPD(bias, r, part(p, out[p]))
			VMOVUPD(part(p, out[p]), bias)
			VDIVPD(part(p, x), r, r)
		})
	}
	entry := func(int) {
		l.take(x)
		out.each(func(p int, r Register) {
			at := Mem{Base: g, Index: l.at, Scale: 1, Disp: 32 * p}
			VMOVUPD(at, r)
			VFMADD231PD(part(p, x), part(p, in[p]), r)
			VMOVUPD(r, at)
		})
	}
	l.each(begin, entry, func() { ADDQ(U8(stride), d) })
}

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// rowKernels write the kernels over compressed rows.
func rowKernels() {
	for _, e := range []entries{{}, {wide: true}} {
		mulRows(e, 1)
		mulRows(e, 2)
		addMulRows(e)
		prefetchRows(e)
	}
	addColumns()
}

// Vectors of the widest band: there are sixteen registers.
const (
	mostVectors    = 10
	mostSumVectors = 5 // of a product with two matrices
)

// product is the weights of mulRows, and its sums of each.
type product struct {
	band
	w    []rows
	sums [][][]VecVirtual // of each weights, in each chain
}

// mulRows writes z = x̃·W, or z = a·(x̃·U) + b·(x̃·V) of two matrices of weights.
func mulRows(e entries, weights int) {
	names, all := []string{"w"}, bands(mostVectors)
	if weights == 1 {
		name := e.name("mulRowsBand")
		TEXT(name, NOSPLIT, "func(band, tail int, z, w *float64, "+e.params()+")")
		Doc(name+" is, for each of the n rows, z = w[features] + (Σ "+e.value()+"·w[j]) / divisor over its entries (j, v),",
			"for a band of k outputs: z and w point to its first, and tail is the offset of the last four.")
	} else {
		names, all = []string{"u", "v"}, bands(mostSumVectors)
		name := e.name("mulSumRowsBand")
		TEXT(name, NOSPLIT, "func(band, tail int, z, u, v *float64, "+e.params()+", a, b float64)")
		Doc(name + " is " + e.name("mulRowsBand") + " for two matrices: z = a·(x̃·u) + b·(x̃·v).")
	}
	Pragma("noescape")
	choose(all)
	for _, b := range all {
		mulBand(e, b, names)
	}
}

func mulBand(e entries, b band, names []string) {
	l := b.begin(e)
	z, x := Load(Param("z"), GP64()), b.vector()
	p := &product{band: b}
	for _, name := range names {
		p.w = append(p.w, b.newRows(name))
		var chains [][]VecVirtual
		for range b.chains(14 / len(names)) {
			chains = append(chains, b.registers())
		}
		p.sums = append(p.sums, chains)
	}
	l.each(p.zero, func(t int) {
		l.take(t, x)
		p.add(t, l.at, x)
	}, func() {
		Load(Param("features"), l.at)
		l.times()
		p.total(l.at, x)
		if len(names) == 2 {
			p.combine(x)
		}
		if b.hasTail() {
			Load(Param("tail"), l.at)
		}
		b.each(p.sums[len(names)-1][0], func(_ int, p piece, r Register) { p.store(r, pieceAt(z, l.at, p)) })
		l.step(z)
	})
}

func (p *product) zero() {
	for _, chains := range p.sums {
		for _, chain := range chains {
			p.each(chain, func(_ int, _ piece, r Register) { VXORPD(r, r, r) })
		}
	}
}

// add adds x times a row of each of the weights.
func (p *product) add(t int, row Register, x VecVirtual) {
	for i, chains := range p.sums {
		p.each(chains[t%len(chains)], func(_ int, piece piece, r Register) {
			piece.fma(p.w[i].at(row, piece), piece.of(x), r)
		})
	}
}

// total leaves in the first chain the sum of all, divided, plus the biases.
func (p *product) total(bias Register, x VecVirtual) {
	VBROADCASTSD(mustAddr("divisor"), x)
	for i, chains := range p.sums {
		for step := 1; step < len(chains); step *= 2 {
			for c := 0; c < len(chains); c += 2 * step {
				p.each(chains[c], func(n int, piece piece, r Register) { piece.add(piece.of(chains[c+step][n]), r) })
			}
		}
		p.each(chains[0], func(_ int, piece piece, r Register) {
			piece.div(piece.of(x), r)
			piece.add(p.w[i].at(bias, piece), r)
		})
	}
}

// combine leaves in the second sum a times the first and b times the second.
func (p *product) combine(x VecVirtual) {
	first, second := p.sums[0][0], p.sums[1][0]
	VBROADCASTSD(mustAddr("a"), x)
	p.each(first, func(_ int, piece piece, r Register) { piece.mul(piece.of(x), r) })
	VBROADCASTSD(mustAddr("b"), x)
	p.each(second, func(n int, piece piece, r Register) { piece.scale(piece.of(first[n]), piece.of(x), r) })
}

// addMulRows writes G += x̃ᵀ·d.
func addMulRows(e entries) {
	name, all := e.name("addMulRowsBand"), bands(mostVectors)
	TEXT(name, NOSPLIT, "func(band, tail int, grad, d *float64, "+e.params()+")")
	Pragma("noescape")
	Doc(name+" is, for each of the n rows, grad[features] += d and grad[j] += "+e.value()+"·(d/divisor) for each of its",
		"entries (j, v), for a band of k outputs: grad and d point to its first, and tail is the offset of the last four.")
	choose(all)
	for _, b := range all {
		addMulBand(e, b)
	}
}

func addMulBand(e entries, b band) {
	l, g := b.begin(e), b.newRows("grad")
	d, x, in, t := Load(Param("d"), GP64()), b.vector(), b.registers(), [2]VecVirtual{b.vector(), b.vector()}
	l.each(func() {
		if b.hasTail() {
			l.load("tail")
		}
		b.each(in, func(_ int, p piece, r Register) { p.load(pieceAt(d, l.columns, p), r) })
		Load(Param("features"), l.at)
		l.times()
		VBROADCASTSD(mustAddr("divisor"), x)
		b.update(func(p piece) Mem { return g.at(l.at, p) }, t, func(i int, p piece, r Register) {
			p.add(p.of(in[i]), r)
		})
		b.each(in, func(_ int, p piece, r Register) { p.div(p.of(x), r) })
	}, func(n int) {
		l.take(n, x)
		b.update(func(p piece) Mem { return g.at(l.at, p) }, t, func(i int, p piece, r Register) {
			p.fma(p.of(x), p.of(in[i]), r)
		})
	}, func() { l.step(d) })
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// pairs holds what walks over lists of picks: of each, in twelve bytes, how many
// bytes from the first row the picked one lies, and the numbers of two columns.
type pairs struct {
	pieces   []registers
	rows     [2][]VecVirtual // of the two columns
	numbers  [2]VecVirtual
	t        VecVirtual
	at, last Register
	picks    Register
	picked   Register
	pair     [2]Register // where the rows of the two columns lie
}

// pairsAhead is how many pairs ahead of the one at work the rows of float64 are
// fetched: a processor does not look so far. The list of columns goes on as far.
const pairsAhead = 2

// newPairs begins a kernel over n pairs of columns of so many vectors of eight. wide is a
// matrix of float64 whose rows belong to columns, single one of float32 whose rows are picked.
func newPairs(r registers, name string, vectors int, wide, single, doc string) (p *pairs, each func(begin, pick, end func())) {
	full := fmt.Sprintf("%s%d%s", name, 8*vectors, r.suffix())
	TEXT(full, NOSPLIT, "func("+single+" *float32, "+wide+" *float64, rw, n int, columns, starts *int32, picks *uint32)")
	Pragma("noescape")
	Doc(full+" is "+doc+" over the picks starts[i] … starts[i+1]−1,",
		fmt.Sprintf("for n pairs, in %d numbers a row. rw is bytes from a row of float64 to the next.", 8*vectors))
	p = &pairs{pieces: r.divide(8 * vectors), numbers: [2]VecVirtual{r.vector(), r.vector()}, t: r.vector(), at: GP64(), last: GP64(), picked: GP64(), pair: [2]Register{GP64(), GP64()}}
	for i := range p.rows {
		for range p.pieces {
			p.rows[i] = append(p.rows[i], r.vector())
		}
	}
	base, to, rw, n := Load(Param(wide), GP64()), Load(Param(single), GP64()), Load(Param("rw"), GP64()), Load(Param("n"), GP64())
	columns, starts := Load(Param("columns"), GP64()), Load(Param("starts"), GP64())
	p.picks = Load(Param("picks"), GP64())
	return p, func(begin, pick, end func()) {
		Label("pair")
		DECQ(n)
		JL(LabelRef("done"))
		MOVLQSX(Mem{Base: columns}, p.pair[0])
		IMULQ(rw, p.pair[0])
		ADDQ(base, p.pair[0])
		LEAQ(Mem{Base: p.pair[0], Index: rw, Scale: 1}, p.pair[1])
		Comment("Ask for the rows of the pair after the next.")
		MOVLQSX(Mem{Base: columns, Disp: 4 * pairsAhead}, p.at)
		IMULQ(rw, p.at)
		ADDQ(base, p.at)
		for range 2 {
			for line := range vectors + 1 {
				PREFETCHT0(Mem{Base: p.at, Disp: 64 * line})
			}
			ADDQ(rw, p.at)
		}
		begin()
		MOVLQSX(Mem{Base: starts}, p.at)
		MOVLQSX(Mem{Base: starts, Disp: 4}, p.last)
		for _, r := range []Register{p.at, p.last} {
			LEAQ(Mem{Base: r, Index: r, Scale: 2}, r)
			LEAQ(Mem{Base: p.picks, Index: r, Scale: 4}, r)
		}
		Label("pick")
		MOVL(Mem{Base: p.at}, p.picked.(GPVirtual).As32())
		VBROADCASTSS(Mem{Base: p.at, Disp: 4}, p.numbers[0])
		VBROADCASTSS(Mem{Base: p.at, Disp: 8}, p.numbers[1])
		ADDQ(to, p.picked)
		pick()
		ADDQ(U8(12), p.at)
		CMPQ(p.at, p.last)
		JL(LabelRef("pick"))
		end()
		ADDQ(U8(4), starts)
		ADDQ(U8(4), columns)
		JMP(LabelRef("pair"))
		Label("done")
		VZEROUPPER()
		RET()
	}
}

// each calls do with each vector of a row of float32, and with where it begins: so many
// bytes from the beginning of the row.
func (p *pairs) each(do func(r registers, v, disp int)) {
	disp := 0
	for v, r := range p.pieces {
		do(r, v, disp)
		disp += r.bytes
	}
}

func addPicked(r registers, vectors int) {
	p, each := newPairs(r, "addPicked", vectors, "w", "z", "z[row] += x₀·w[columns[i]] + x₁·w[columns[i]+1]")
	each(func() {
		for i, rows := range p.rows {
			p.each(func(r registers, v, disp int) { r.narrow(Mem{Base: p.pair[i], Disp: 2 * disp}, rows[v], p.t) })
		}
	}, func() {
		p.each(func(r registers, v, disp int) {
			z, t := Mem{Base: p.picked, Disp: disp}, r.of(p.t)
			VMOVUPS(z, t)
			VFMADD231PS(r.of(p.rows[0][v]), r.of(p.numbers[0]), t)
			VFMADD231PS(r.of(p.rows[1][v]), r.of(p.numbers[1]), t)
			VMOVUPS(t, z)
		})
	}, func() {})
}

func addOuterPicked(r registers, vectors int) {
	p, each := newPairs(r, "addOuterPicked", vectors, "grad", "d", "grad[columns[i]] += Σ x₀·d[row] and grad[columns[i]+1] += Σ x₁·d[row]")
	each(func() {
		for _, rows := range p.rows {
			for _, r := range rows {
				VXORPS(r, r, r)
			}
		}
	}, func() {
		p.each(func(r registers, v, disp int) {
			t := r.of(p.t)
			VMOVUPS(Mem{Base: p.picked, Disp: disp}, t)
			VFMADD231PS(t, r.of(p.numbers[0]), r.of(p.rows[0][v]))
			VFMADD231PS(t, r.of(p.numbers[1]), r.of(p.rows[1][v]))
		})
	}, func() {
		for i, rows := range p.rows {
			p.each(func(r registers, v, disp int) {
				r.addWide(Mem{Base: p.pair[i], Disp: 2 * disp}, r.of(rows[v]), r.of(p.t))
			})
		}
	})
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The kernels in float32: products of dense matrices in tiles of four rows, and
// sums of rows of one that a list picks.

// singleKernels write them.
func singleKernels() {
	for v := 1; v <= 3; v++ {
		mulTile(v)
		mulGatedTile(v)
		addOuterTile(v)
	}
	for v := 1; v <= 6; v++ {
		addPicked(v)
		addOuterPicked(v)
	}
	narrow()
	narrowPanel()
	rectify()
	transpose()
}

// rowsAtOnce is how many rows a tile has: with three vectors each they fill
// twelve registers, and a step of the sum loads seven times for twelve multiply-adds.
const rowsAtOnce = 4

// square is a tile of a product of dense matrices: four rows of so many vectors.
type square struct {
	vectors    int
	sums       [rowsAtOnce][]VecVirtual
	a, b, n    Register
	ra, thrice Register // bytes from a row of a to the next
	ca, rb     Register // bytes from a step of the sum to the next, in a and in b
	right      []VecVirtual
	left       VecVirtual
}

// newSquare begins a kernel of a product of a, whose rows and columns lie any
// number of bytes apart, and b, whose rows do.
func newSquare(name string, vectors int, more, doc string) *square {
	full := fmt.Sprintf("%s%d", name, 8*vectors)
	TEXT(full, NOSPLIT, "func(c, a, b *float32, n, rc, ra, ca, rb int"+more+")")
	Pragma("noescape")
	Doc(full+" is "+doc+fmt.Sprintf(" for four rows of %d.", 8*vectors),
		"What is r is bytes from a row to the next, ca those from a column of a to the next.")
	s := &square{vectors: vectors, left: YMM()}
	s.a, s.b, s.n = Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	s.ra, s.ca, s.rb, s.thrice = Load(Param("ra"), GP64()), Load(Param("ca"), GP64()), Load(Param("rb"), GP64()), GP64()
	LEAQ(Mem{Base: s.ra, Index: s.ra, Scale: 2}, s.thrice)
	for range vectors {
		s.right = append(s.right, YMM())
	}
	for i := range s.sums {
		for range vectors {
			s.sums[i] = append(s.sums[i], YMM())
		}
	}
	return s
}

func (s *square) each(do func(i, v int, sum VecVirtual)) {
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			do(i, v, sum)
		}
	}
}

func (s *square) zero() {
	s.each(func(_, _ int, sum VecVirtual) { VXORPS(sum, sum, sum) })
}

// sum adds a[i][t]·b[t] for all steps t.
func (s *square) sum() {
	Label("step")
	DECQ(s.n)
	JL(LabelRef("end"))
	for v, r := range s.right {
		VMOVUPS(Mem{Base: s.b, Disp: 32 * v}, r)
	}
	for i, m := range []Mem{{Base: s.a}, {Base: s.a, Index: s.ra, Scale: 1}, {Base: s.a, Index: s.ra, Scale: 2}, {Base: s.a, Index: s.thrice, Scale: 1}} {
		VBROADCASTSS(m, s.left)
		for v, r := range s.right {
			VFMADD231PS(r, s.left, s.sums[i][v])
		}
	}
	ADDQ(s.ca, s.a)
	ADDQ(s.rb, s.b)
	JMP(LabelRef("step"))
	Label("end")
}

// store writes every row, after something is done to each vector of it.
func (s *square) store(finish func(i, v int, sum VecVirtual)) {
	c, rc := Load(Param("c"), GP64()), Load(Param("rc"), GP64())
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			finish(i, v, sum)
			VMOVUPS(sum, Mem{Base: c, Disp: 32 * v})
		}
		if i < rowsAtOnce-1 {
			ADDQ(rc, c)
		}
	}
	VZEROUPPER()
	RET()
}

func mulTile(vectors int) {
	s := newSquare("mulSingle", vectors, ", floor float32", "c[i] = max(floor, b[n] + Σ a[i][t]·b[t])")
	bias := GP64()
	MOVQ(s.rb, bias)
	IMULQ(s.n, bias)
	ADDQ(s.b, bias)
	s.each(func(_, v int, sum VecVirtual) { VMOVUPS(Mem{Base: bias, Disp: 32 * v}, sum) })
	s.sum()
	floor := s.left
	VBROADCASTSS(mustAddr("floor"), floor)
	s.store(func(_, _ int, sum VecVirtual) { VMAXPS(sum, floor, sum) }) // the sum where either is NaN
}

func mulGatedTile(vectors int) {
	s := newSquare("mulGated", vectors, ", open *float32", "c[i] = Σ a[i][t]·b[t] where open[i] > 0, else 0; open lies as c does,")
	s.zero()
	s.sum()
	open, rc, zero := Load(Param("open"), GP64()), Load(Param("rc"), GP64()), s.left
	VXORPS(zero, zero, zero)
	s.store(func(i, v int, sum VecVirtual) {
		VCMPPS(U8(17), Mem{Base: open, Disp: 32 * v}, zero, s.right[0]) // 0 < open
		VANDPS(sum, s.right[0], sum)
		if v == vectors-1 && i < rowsAtOnce-1 {
			ADDQ(rc, open)
		}
	})
}

func addOuterTile(vectors int) {
	s := newSquare("addOuterSingle", vectors, ", grad *float64, rg int", "grad[i] += Σ a[i][t]·b[t]; c is not used,")
	s.zero()
	s.sum()
	g, rg := Load(Param("grad"), GP64()), Load(Param("rg"), GP64())
	for i := range s.sums {
		for v, sum := range s.sums[i] {
			addWide(Mem{Base: g, Disp: 64 * v}, sum, s.left)
		}
		if i < rowsAtOnce-1 {
			ADDQ(rg, g)
		}
	}
	VZEROUPPER()
	RET()
}

// addWide adds eight numbers to as many float64 in memory, and overwrites them.
func addWide(m Mem, sum, scratch VecVirtual) {
	high := m
	high.Disp += 32
	VCVTPS2PD(sum.AsX(), scratch)
	VADDPD(m, scratch, scratch)
	VMOVUPD(scratch, m)
	VEXTRACTF128(U8(1), sum, sum.AsX())
	VCVTPS2PD(sum.AsX(), scratch)
	VADDPD(high, scratch, scratch)
	VMOVUPD(scratch, high)
}

// pairs holds what walks over lists of picks: of each, in twelve bytes, how many
// bytes from the first row the picked one lies, and the numbers of two columns.
type pairs struct {
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

// newPairs begins a kernel over n pairs of columns of so many vectors. wide is a
// matrix of float64 whose rows belong to columns, single one of float32 whose rows are picked.
func newPairs(name string, vectors int, wide, single, doc string) (p *pairs, each func(begin, pick, end func())) {
	full := fmt.Sprintf("%s%d", name, 8*vectors)
	TEXT(full, NOSPLIT, "func("+single+" *float32, "+wide+" *float64, rw, n int, columns, starts *int32, picks *uint32)")
	Pragma("noescape")
	Doc(full+" is "+doc+" over the picks starts[i] … starts[i+1]−1,",
		fmt.Sprintf("for n pairs, in %d numbers a row. rw is bytes from a row of float64 to the next.", 8*vectors))
	p = &pairs{numbers: [2]VecVirtual{YMM(), YMM()}, t: YMM(), at: GP64(), last: GP64(), picked: GP64(), pair: [2]Register{GP64(), GP64()}}
	for i := range p.rows {
		for range vectors {
			p.rows[i] = append(p.rows[i], YMM())
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

func addPicked(vectors int) {
	p, each := newPairs("addPicked", vectors, "w", "z", "z[row] += x₀·w[columns[i]] + x₁·w[columns[i]+1]")
	each(func() {
		for i, rows := range p.rows {
			for v, r := range rows {
				narrowVector(Mem{Base: p.pair[i], Disp: 64 * v}, r, p.t)
			}
		}
	}, func() {
		for v := range vectors {
			z := Mem{Base: p.picked, Disp: 32 * v}
			VMOVUPS(z, p.t)
			VFMADD231PS(p.rows[0][v], p.numbers[0], p.t)
			VFMADD231PS(p.rows[1][v], p.numbers[1], p.t)
			VMOVUPS(p.t, z)
		}
	}, func() {})
}

// narrowVector rounds eight numbers.
func narrowVector(m Mem, r, scratch VecVirtual) {
	high := m
	high.Disp += 32
	VCVTPD2PSY(m, r.AsX())
	VCVTPD2PSY(high, scratch.AsX())
	VINSERTF128(U8(1), scratch.AsX(), r, r)
}

func addOuterPicked(vectors int) {
	p, each := newPairs("addOuterPicked", vectors, "grad", "d", "grad[columns[i]] += Σ x₀·d[row] and grad[columns[i]+1] += Σ x₁·d[row]")
	each(func() {
		for _, rows := range p.rows {
			for _, r := range rows {
				VXORPS(r, r, r)
			}
		}
	}, func() {
		for v := range vectors {
			VMOVUPS(Mem{Base: p.picked, Disp: 32 * v}, p.t)
			VFMADD231PS(p.t, p.numbers[0], p.rows[0][v])
			VFMADD231PS(p.t, p.numbers[1], p.rows[1][v])
		}
	}, func() {
		for i, rows := range p.rows {
			for v, r := range rows {
				addWide(Mem{Base: p.pair[i], Disp: 64 * v}, r, p.t)
			}
		}
	})
}

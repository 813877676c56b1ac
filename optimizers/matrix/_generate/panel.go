package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// panel is a kernel that keeps a tile of the result in registers: one row of it or
// four, each of some neighbouring outputs.
type panel struct {
	tile
	rows   int
	chains int // of sums, one term each in turn: an addition takes four cycles
}

// panels use the registers that there are: four rows of twelve outputs leave none for a mask.
var panels = []panel{
	{tile{"12", 3, false}, 4, 1},
	{tile{"Up8", 2, true}, 4, 1},
	{tile{"Up4", 1, true}, 4, 2},
	{tile{"Up12", 3, true}, 1, 2},
	{tile{"Up8", 2, true}, 1, 3},
	{tile{"Up4", 1, true}, 1, 4},
}

// widths are the outputs that the kernel of a single row takes at once: it stores for
// every number of the row, and storing some of a vector is slow.
var widths = []int{12, 10, 8, 4, 2, 1}

func panelKernels() {
	for _, p := range panels {
		addPanel(p)
	}
	addPanelTens()
	for _, p := range panels512 {
		addPanel512(p)
	}
	addPanel512Tens()
	for _, w := range widths {
		addOuter(w)
	}
	fetchLines()
	unpack("Bytes", "uint8", 1, bytesAsNumbers)
	unpack("Floats", "float32", 4, func(m Mem, r VecVirtual) { VCVTPS2PD(m, r) })
}

// walk is the registers that go over the terms of a sum.
type walk struct {
	out, a, b, n           Register
	across, thrice, along  Register // from one row of the tile to the next in a, three times that, and from one term to the next
	stride                 Register // of out and b
	scale, x, other, third VecVirtual
}

const panelParams = "out, a, b *float64, n, across, along, k int, scale float64"

func newWalk(rows int) *walk {
	w := &walk{out: Load(Param("out"), GP64()), a: Load(Param("a"), GP64()), b: Load(Param("b"), GP64()), n: Load(Param("n"), GP64())}
	w.along, w.stride = Load(Param("along"), GP64()), Load(Param("k"), GP64())
	SHLQ(U8(3), w.along)
	SHLQ(U8(3), w.stride)
	if rows > 1 {
		w.across, w.thrice = Load(Param("across"), GP64()), GP64()
		SHLQ(U8(3), w.across)
		LEAQ(Mem{Base: w.across, Index: w.across, Scale: 2}, w.thrice)
	}
	return w
}

// number is where the number of a row lies in a.
func (w *walk) number(row int) Mem {
	switch row {
	case 1, 2:
		return Mem{Base: w.a, Index: w.across, Scale: uint8(row)}
	case 3:
		return Mem{Base: w.a, Index: w.thrice, Scale: 1}
	}
	return Mem{Base: w.a}
}

func (w *walk) advance() {
	ADDQ(w.along, w.a)
	ADDQ(w.stride, w.b)
}

// terms writes the loop over the terms, chains at a time and then one by one.
func (w *walk) terms(chains int, term func(chain int)) {
	if chains > 1 {
		Label("some")
		SUBQ(U8(chains), w.n)
		JL(LabelRef("rest"))
		for c := range chains {
			term(c)
			w.advance()
		}
		JMP(LabelRef("some"))
		Label("rest")
		ADDQ(U8(chains), w.n)
	}
	Label("term")
	DECQ(w.n)
	JL(LabelRef("end"))
	term(0)
	w.advance()
	JMP(LabelRef("term"))
	Label("end")
}

// move loads or stores the i-th vector of a row, of which the last may be masked.
func (p panel) move(from, to Op, mask VecVirtual, i int) {
	if p.masked && i == p.vectors-1 {
		VMASKMOVPD(from, mask, to)
	} else {
		VMOVUPD(from, to)
	}
}

// zeros are the sums of a tile, of each chain and row.
func (p panel) zeros() [][][]VecVirtual {
	sums := make([][][]VecVirtual, p.chains)
	for c := range sums {
		sums[c] = make([][]VecVirtual, p.rows)
		for row := range sums[c] {
			for range p.vectors {
				s := YMM()
				VXORPD(s, s, s)
				sums[c][row] = append(sums[c][row], s)
			}
		}
	}
	return sums
}

// addPanel writes the kernel of a tile.
func addPanel(p panel) {
	name := fmt.Sprintf("addPanel%dx%s", p.rows, p.name)
	params := "func(" + panelParams
	if p.masked {
		params += ", mask *float64"
	}
	TEXT(name, NOSPLIT, params+")")
	Pragma("noescape")
	Doc(name+" is out[p·k+c] += scale·Σ a[p·across+q·along]·b[q·k+c] over q < n, for the rows p and the outputs c", "of a tile.")
	w := newWalk(p.rows)
	mask := YMM()
	if p.masked {
		VMOVUPD(Mem{Base: Load(Param("mask"), GP64())}, mask)
	}
	load := func(m Mem, i int, r VecVirtual) { p.move(m, r, mask, i) }
	sums := p.zeros()
	x, in := YMM(), make([]VecVirtual, p.vectors)
	for i := range in {
		in[i] = YMM()
	}
	w.terms(p.chains, func(chain int) {
		for i := range in {
			load(at(w.b, nil, i), i, in[i])
		}
		for row := range p.rows {
			VBROADCASTSD(w.number(row), x)
			for i, v := range in {
				VFMADD231PD(v, x, sums[chain][row][i])
			}
		}
	})
	VBROADCASTSD(mustAddr("scale"), x)
	for row := range p.rows {
		for i, s := range sums[0][row] {
			for _, more := range sums[1:] {
				VADDPD(more[row][i], s, s)
			}
			load(at(w.out, nil, i), i, in[0])
			VFMADD231PD(s, x, in[0])
			p.move(in[0], at(w.out, nil, i), mask, i)
		}
		if row < p.rows-1 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

// addPanelTens is the tile of four rows of ten outputs: the last two outputs of two
// rows share a vector, so that no half of one is idle.
func addPanelTens() {
	TEXT("addPanel4x10", NOSPLIT, "func("+panelParams+")")
	Pragma("noescape")
	Doc("addPanel4x10 is addPanel4x12 for ten outputs.")
	w := newWalk(4)
	var full [4][2]VecVirtual
	var shared [2]VecVirtual
	for row := range full {
		for i := range full[row] {
			full[row][i] = YMM()
			VXORPD(full[row][i], full[row][i], full[row][i])
		}
	}
	for i := range shared {
		shared[i] = YMM()
		VXORPD(shared[i], shared[i], shared[i])
	}
	in, x := [3]VecVirtual{YMM(), YMM(), YMM()}, [2]VecVirtual{YMM(), YMM()}
	w.terms(1, func(int) {
		VMOVUPD(at(w.b, nil, 0), in[0])
		VMOVUPD(at(w.b, nil, 1), in[1])
		VBROADCASTF128(at(w.b, nil, 2), in[2])
		for pair := range shared {
			for i := range x {
				VBROADCASTSD(w.number(2*pair+i), x[i])
				VFMADD231PD(in[0], x[i], full[2*pair+i][0])
				VFMADD231PD(in[1], x[i], full[2*pair+i][1])
			}
			VBLENDPD(U8(0b1100), x[1], x[0], x[0])
			VFMADD231PD(in[2], x[0], shared[pair])
		}
	})
	VBROADCASTSD(mustAddr("scale"), x[0])
	for row := range full {
		for i, s := range full[row] {
			VMOVUPD(at(w.out, nil, i), in[i])
			VFMADD231PD(s, x[0], in[i])
			VMOVUPD(in[i], at(w.out, nil, i))
		}
		half := shared[row/2].AsX()
		if row%2 == 1 {
			VEXTRACTF128(U8(1), shared[row/2], x[1].AsX())
			half = x[1].AsX()
		}
		VMOVUPD(at(w.out, nil, 2), in[2].AsX())
		VFMADD231PD(half, x[0].AsX(), in[2].AsX())
		VMOVUPD(in[2].AsX(), at(w.out, nil, 2))
		if row < 3 {
			ADDQ(w.stride, w.out)
		}
	}
	VZEROUPPER()
	RET()
}

// addOuter is a row of numbers times a tile of outputs.
func addOuter(width int) {
	name := fmt.Sprintf("addOuter%d", width)
	TEXT(name, NOSPLIT, "func(grad, x, d *float64, n, k int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is grad[j·k+c] += x[j]·d[c] for j < n and the outputs c < %d.", name, width))
	g, x, n, stride := Load(Param("grad"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64()), Load(Param("k"), GP64())
	SHLQ(U8(3), stride)
	d := Load(Param("d"), GP64())
	type piece struct {
		in, out, number Register
		move            func(ops ...Op)
		fma             func(ops ...Op)
	}
	number := YMM()
	var pieces []piece
	for left := width; left > 0; left -= min(left, 4) {
		p := piece{YMM(), YMM(), number, VMOVUPD, VFMADD231PD}
		if left <= 2 {
			p.in, p.out, p.number = p.in.(VecVirtual).AsX(), p.out.(VecVirtual).AsX(), number.AsX()
		}
		if left == 1 {
			p.move, p.fma = VMOVSD, VFMADD231SD
		}
		p.move(at(d, nil, len(pieces)), p.in)
		pieces = append(pieces, p)
	}
	Label("number")
	DECQ(n)
	JL(LabelRef("end"))
	VBROADCASTSD(Mem{Base: x}, number)
	for i, p := range pieces {
		p.move(at(g, nil, i), p.out)
		p.fma(p.number, p.in, p.out)
		p.move(p.out, at(g, nil, i))
	}
	ADDQ(U8(8), x)
	ADDQ(stride, g)
	JMP(LabelRef("number"))
	Label("end")
	VZEROUPPER()
	RET()
}

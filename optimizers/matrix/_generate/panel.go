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
	for _, w := range widths {
		addOuter(w)
	}
	fetchLines()
	unpack("Bytes", "uint8", 1, func(m Mem, r VecVirtual) {
		VPMOVZXBD(m, r.AsX())
		VCVTDQ2PD(r.AsX(), r)
	})
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
	load := func(m Mem, i int, r VecVirtual) {
		if p.masked && i == p.vectors-1 {
			VMASKMOVPD(m, mask, r)
		} else {
			VMOVUPD(m, r)
		}
	}
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
			if p.masked && i == p.vectors-1 {
				VMASKMOVPD(in[0], mask, at(w.out, nil, i))
			} else {
				VMOVUPD(in[0], at(w.out, nil, i))
			}
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

// unpack writes the kernels that take four numbers at once out of fewer bytes.
func unpack(name, kind string, size int, take func(m Mem, r VecVirtual)) {
	begin := func(kernel, params, doc string) (x Register, n Register) {
		TEXT(kernel+name, NOSPLIT, params)
		Pragma("noescape")
		Doc(kernel + name + " is " + doc + " over i < n, n a multiple of 8.")
		return Load(Param("x"), GP64()), Load(Param("n"), GP64())
	}
	eights := func(n Register, pointers map[Register]int, body func(i int)) {
		Label("eight")
		SUBQ(U8(8), n)
		JL(LabelRef("end"))
		for i := range 2 {
			body(i)
		}
		for p, size := range pointers {
			ADDQ(U8(8*size), p)
		}
		JMP(LabelRef("eight"))
		Label("end")
	}

	unpackRows(name, kind, size, take)

	x, n := begin("axpy", "func(y *float64, a float64, x *"+kind+", n int)", "y[i] += a·x[i]")
	y := Load(Param("y"), GP64())
	a := YMM()
	VBROADCASTSD(mustAddr("a"), a)
	v := YMM()
	eights(n, map[Register]int{x: size}, func(i int) {
		take(Mem{Base: x, Disp: 4 * i * size}, v)
		VFMADD213PD(Mem{Base: y, Disp: 32 * i}, a, v)
		VMOVUPD(v, Mem{Base: y, Disp: 32 * i})
		if i == 1 {
			ADDQ(U8(64), y)
		}
	})
	VZEROUPPER()
	RET()

	x, n = begin("dot", "func(x *"+kind+", y *float64, n int) float64", "the sum of x[i]·y[i], in sixteen sums,")
	y = Load(Param("y"), GP64())
	var sums [4]VecVirtual
	for i := range sums {
		sums[i] = YMM()
		VXORPD(sums[i], sums[i], sums[i])
	}
	v = YMM()
	add := func(i int, s VecVirtual) {
		take(Mem{Base: x, Disp: 4 * i * size}, v)
		VFMADD231PD(Mem{Base: y, Disp: 32 * i}, v, s)
	}
	Label("sixteen")
	SUBQ(U8(16), n)
	JL(LabelRef("rest"))
	for i, s := range sums {
		add(i, s)
	}
	ADDQ(U8(16*size), x)
	SUBQ(I8(-128), y) // adds 128, which as a byte is negative only
	JMP(LabelRef("sixteen"))
	Label("rest")
	ADDQ(U8(16), n)
	JZ(LabelRef("end"))
	add(0, sums[0])
	add(1, sums[1])
	Label("end")
	VADDPD(sums[1], sums[0], sums[0])
	VADDPD(sums[3], sums[2], sums[2])
	VADDPD(sums[2], sums[0], sums[0])
	VEXTRACTF128(U8(1), sums[0], v.AsX())
	VADDPD(v.AsX(), sums[0].AsX(), sums[0].AsX())
	VHADDPD(sums[0].AsX(), sums[0].AsX(), sums[0].AsX())
	Store(sums[0].AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// unpackRows takes a panel out of listed rows.
func unpackRows(name, kind string, size int, take func(m Mem, r VecVirtual)) {
	TEXT("unpack"+name, NOSPLIT, "func(y *float64, x *"+kind+", rows *int32, n, cols, width, stride int)")
	Pragma("noescape")
	Doc("unpack" + name + " is y[i·stride+j] = x[rows[i]·cols+j] for i < n and j < width, a multiple of 8 that is not 0.")
	y, x, rows, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	cols, width, stride := Load(Param("cols"), GP64()), Load(Param("width"), GP64()), Load(Param("stride"), GP64())
	from, j, v := GP64(), GP64(), [2]VecVirtual{YMM(), YMM()}
	Label("row")
	DECQ(n)
	JL(LabelRef("end"))
	MOVLQSX(Mem{Base: rows}, from)
	IMULQ(cols, from)
	LEAQ(Mem{Base: x, Index: from, Scale: uint8(size)}, from)
	Comment("Ask for what comes behind: it is wanted when the other rows have had theirs.")
	for line := range 2 * size {
		PREFETCHT0(Mem{Base: from, Disp: 128*size + 64*line})
	}
	XORQ(j, j)
	Label("eight")
	for i := range v {
		take(Mem{Base: from, Index: j, Scale: uint8(size), Disp: 4 * i * size}, v[i])
		VMOVUPD(v[i], Mem{Base: y, Index: j, Scale: 8, Disp: 32 * i})
	}
	ADDQ(U8(8), j)
	CMPQ(j, width)
	JL(LabelRef("eight"))
	ADDQ(U8(4), rows)
	LEAQ(Mem{Base: y, Index: stride, Scale: 8}, y)
	JMP(LabelRef("row"))
	Label("end")
	VZEROUPPER()
	RET()
}

// fetchLines asks for what lies in a row.
func fetchLines() {
	TEXT("fetchLines", NOSPLIT, "func(p *uint8, n int)")
	Pragma("noescape")
	Doc("fetchLines asks the memory for n cache lines from p on, and does not wait.")
	p, n := Load(Param("p"), GP64()), Load(Param("n"), GP64())
	Label("line")
	DECQ(n)
	JL(LabelRef("end"))
	PREFETCHT0(Mem{Base: p})
	ADDQ(U8(64), p)
	JMP(LabelRef("line"))
	Label("end")
	RET()
}
